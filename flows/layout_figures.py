"""The figures of `make eval-layout` from its rows, each with its sample size and interval."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.punctuality import Truth
from pipeline.shares import Share

Row = Mapping[str, Any]


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The figures, a line each."""
    yield f"{len(rows)} photos, {sum(row['real'] for row in rows)} of them with cut-outs of real tools"
    yield from _outlines(rows)
    yield from _aspects(rows)
    yield from _tools(rows)
    yield from _orders(rows)
    yield _cost(rows)


def _outlines(rows: Sequence[Row]) -> Iterator[str]:
    failures = [row["failure"] for row in rows if row["failure"]]
    yield share("refused", [row["failure"] is not None for row in rows]) + f" {counted(failures)}"
    measured = [row for row in rows if row["corner_error"] is not None]
    errors = [row["corner_error"] for row in measured]
    yield share("outline within 2 % of the width (want 90 %)", [error <= 0.02 for error in errors])
    yield share(
        "  of all photos, refused ones among them", [(row["corner_error"] or 1) <= 0.02 for row in rows]
    )
    yield share("  outline wrong by over 5 %, not refused", [error > 0.05 for error in errors])
    yield f"  worst corner (median, 90 %, 95 %): {quantiles(errors, (0.5, 0.9, 0.95))} of the width"
    for name, chosen in (
        ("  with hands or things over the border", [row for row in measured if row["covers"]]),
        ("  with a corner outside the picture", [row for row in measured if row["corner_outside"]]),
        ("  real tools and rooms", [row for row in measured if row["real"]]),
        ("  drawn throughout", [row for row in measured if not row["real"]]),
    ):
        yield share(f"{name}: within 2 %", [row["corner_error"] <= 0.02 for row in chosen])


def _aspects(rows: Sequence[Row]) -> Iterator[str]:
    known = [row for row in rows if row["aspect"] is not None]
    errors = [abs(row["aspect"] / row["true_aspect"] - 1) for row in known]
    yield share("aspect within 5 % (want 90 %)", [error <= 0.05 for error in errors])
    covers = [row["aspect_interval"][0] <= row["true_aspect"] <= row["aspect_interval"][1] for row in known]
    yield share("aspect's interval holds the truth (want 95 %)", covers)
    halves = [(row["aspect_interval"][1] - row["aspect_interval"][0]) / 2 / row["aspect"] for row in known]
    yield f"  aspect error, interval's half (median, 90 %): {quantiles(errors)}, {quantiles(halves)}"


def _tools(rows: Sequence[Row]) -> Iterator[str]:
    tools = [tool for row in rows for tool in row["lengths"]]
    yield share("detected tools with an outline", ["outline" in tool for tool in tools])
    alike = [tool for tool in tools if all(name in tool for name in ("outline", "upright", "oriented"))]
    for name in ("outline", "oriented", "upright"):
        errors = [tool[name] for tool in alike]
        yield (
            f"length by {name} (median error, 90 %; median bias; n): {quantiles(np.abs(errors))}; "
            f"{np.median(errors) if errors else 0:+.1%}; {len(errors)}"
        )
    yield share("length's interval holds the truth", [tool["covered"] for tool in tools if "covered" in tool])


def _orders(rows: Sequence[Row]) -> Iterator[str]:
    for name, fault in (("ordered", "none"), ("one pair out of order", "swapped")):
        mine = [row for row in rows if row["fault"] == fault]
        judged = [row for row in mine if row["order"] in (Truth.HOLDS.value, Truth.BREAKS.value)]
        yield share(f"{name}: said to be out of order", [row["order"] == Truth.BREAKS.value for row in mine])
        yield share(f"  {name}: of those judged", [row["order"] == Truth.BREAKS.value for row in judged])
        yield share(f"  {name}: not judged", [row not in judged for row in mine])


def _cost(rows: Sequence[Row]) -> str:
    look, judge = [row["ms_look"] for row in rows], [row["ms_measure"] for row in rows]
    both = [one + other for one, other in zip(look, judge, strict=True)]
    (median, most), (of_look, _), (of_judge, _) = (np.quantile(of, [0.5, 0.95]) for of in (both, look, judge))
    return (
        f"milliseconds of one core after detection: median {median:.0f}, 95 % {most:.0f} "
        f"(looking {of_look:.0f}, measuring and judging {of_judge:.0f})"
    )


def share(name: str, hits: Sequence[bool]) -> str:
    """Hits of all with Wilson's interval."""
    of = Share(sum(hits), len(hits))
    low, high = of.interval
    return f"{name:52} {of.hits}/{of.total} = {of.value or 0:.1%} (95 %: {low:.1%} to {high:.1%})"


def quantiles(
    values: "Sequence[float] | np.typing.NDArray[np.float64]", at: Sequence[float] = (0.5, 0.9)
) -> str:
    """As percentages."""
    return ", ".join(f"{value:.1%}" for value in np.quantile(values, at)) if len(values) else "none"


def counted(names: Sequence[str]) -> dict[str, int]:
    return {name: names.count(name) for name in sorted(set(names))}
