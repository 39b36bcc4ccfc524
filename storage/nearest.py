"""The valid name that somebody most likely meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """The valid name closest to `name`, None where none resembles it."""
    by_folded = {candidate.casefold(): str(candidate) for candidate in sorted(valid)}
    found = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, valid: Iterable[str]) -> str:
    """A clause for a message: the nearest valid name, or all of them where none is near."""
    names = sorted(valid)
    found = nearest(name, names)
    return f"nearest valid: {found!r}" if found else f"valid: {', '.join(names)}"
