"""pydantic's errors as sentences: where, what stands there, and what would be valid."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_LONGEST_VALUE = 80


def sentences(error: ValidationError) -> list[str]:
    """One sentence per wrong field, in the order of the file."""
    return [sentence(detail) for detail in error.errors(include_url=False)]


def path_of(location: Sequence[str | int]) -> str:
    """media[2].stage rather than ('media', 2, 'stage')."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".")


def sentence(detail: ErrorDetails) -> str:
    """Where, what stands there, and what would be valid."""
    path = path_of(detail["loc"]) or "the file"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        return f"{path} is missing: add it"
    if detail["type"] == "json_invalid":
        return f"no JSON: {message}"
    return f"{path} = {_shown(detail['input'])}: {message}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
