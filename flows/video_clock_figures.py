"""The figures of `make eval-video-clock`: shares with intervals, by kind of tampering, and the cost."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from flows.video_clock_trial import Row
from models.tampered_videos import Tampering
from pipeline.results import Outcome
from pipeline.shares import Share

TAMPERINGS = tuple(kind for kind in Tampering if kind is not Tampering.NONE)


def table(rows: Sequence[Row]) -> Iterator[str]:
    """The figures, a line each."""
    untouched = [row for row in rows if row["tampering"] == Tampering.NONE.value]
    for group in ("untouched", "to the minute"):
        mine = [row for row in untouched if row["group"] == group]
        yield _line(f"{group}: accused", [row["doubt"] for row in mine])
        yield _line(f"{group}: unreadable", [row["outcome"] == Outcome.UNREADABLE.value for row in mine])
    tampered = [row for row in rows if row["group"] == "tampered"]
    yield _line("tampered: found", [row["doubt"] for row in tampered])
    yield _line("tampered: passed", [row["outcome"] == Outcome.PASS.value for row in tampered])
    for kind in TAMPERINGS:
        mine = [row for row in tampered if row["tampering"] == kind.value]
        yield f"{_line(f'  {kind.value}: found', [row['doubt'] for row in mine])}; named {_names(mine)}"
    one_digit = [row for row in rows if row["group"] == "one digit"]
    yield _line("cuts like a misread digit: found", [row["doubt"] for row in one_digit])
    yield _line(
        "cuts like a misread digit: passed", [row["outcome"] == Outcome.PASS.value for row in one_digit]
    )
    yield _placed(tampered)
    yield _cost([row for row in rows if row["looks"]])


def _line(name: str, hits: Sequence[bool]) -> str:
    share = Share(sum(hits), len(hits))
    low, high = share.interval
    return f"{name:32} {share.hits}/{share.total} (95 %: {low:.1%} to {high:.1%})"


def _names(rows: Sequence[Row]) -> Mapping[str, int]:
    first = [row["kinds"][0] if row["kinds"] and row["outcome"] == "fail" else row["outcome"] for row in rows]
    return {name: first.count(name) for name in sorted(set(first))}


def _placed(rows: Sequence[Row]) -> str:
    """How far the named second lies outside the tampering."""
    errors = []
    for row in rows:
        if row["outcome"] == "fail" and row["at_s"]:
            start, end = row["breaks_at_s"]
            errors.append(max(0.0, start - row["at_s"][0], row["at_s"][0] - end))
    if not errors:
        return "placed: none"
    quantiles = np.quantile(errors, [0.5, 0.9, 0.99])
    return f"named second outside the tampering by (median, 90 %, 99 %): {np.round(quantiles, 2).tolist()} s"


def _cost(rows: Sequence[Row]) -> str:
    minutes = sum(row["length_s"] for row in rows) / 60
    if not minutes:
        return "cost: nothing followed"
    each = {name: sum(row[name] for row in rows) for name in ("looks", "frames_decoded", "follow_cpu_s")}
    found = sum(row["find_cpu_s"] for row in rows) / len(rows)
    return (
        f"per minute of video: {each['looks'] / minutes:.0f} frames looked at, "
        f"{each['frames_decoded'] / minutes:.0f} decoded, {each['follow_cpu_s'] / minutes:.1f} CPU s; "
        f"finding the strip {found:.1f} CPU s a video"
    )
