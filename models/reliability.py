"""What a run of `models.watermark_calibration` says: tables with intervals, the fitted curve, the diagram."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.shares import wilson
from pipeline.watermark.agreement import CALIBRATION
from pipeline.watermark.calibration import fitted, reliability, threshold

MOST_WRONG = 0.01
_EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
_THRESHOLDS = (0.0, 0.9, 0.95, 0.97, 0.98, 0.99)
_SIZES_PX = (0, 600, 1080, 1500, 2000, 2500, 3001)
_MISSING = ("unread", "coarser")


class Judged(Protocol):
    """A drawn watermark, what became of it, and how sure the reader was."""

    @property
    def name(self) -> str: ...
    @property
    def style(self) -> str: ...
    @property
    def long_side_px(self) -> int: ...
    @property
    def result(self) -> str: ...
    @property
    def support(self) -> float: ...
    @property
    def truth(self) -> str: ...
    @property
    def said(self) -> str: ...
    @property
    def fits(self) -> bool: ...


def print_figures(cases: Sequence[Judged]) -> None:
    """A row for each style and size of the `sent` set, totals of both, then the confidence."""
    sent = [case for case in cases if case.name == "sent"]
    hard = [case for case in cases if case.name == "hard"]
    print(f"{'':14}{'n':>6}{'exact':>8}{'95 %':>16}{'wrong':>7}{'95 %':>16}{'ambiguous':>11}{'missing':>9}")
    _print_groups(sent, lambda case: case.style)
    _print_groups(sent, size_of)
    _print_row("sent", sent)
    _print_row("hard", hard)
    for case in cases:
        if case.result in ("wrong", "coarser"):
            print(f"  {case.name} {case.style} {case.result}: {case.truth} read {case.said}")
    _print_confidence(cases)


def size_of(case: Judged) -> str:
    """The bucket of the picture's longer side."""
    upper = next(edge for edge in _SIZES_PX[1:] if case.long_side_px < edge)
    lower = _SIZES_PX[_SIZES_PX.index(upper) - 1]
    return f"{lower}-{upper - 1} px"


def _print_groups(cases: Sequence[Judged], key: Callable[[Judged], str]) -> None:
    for name in sorted({key(case) for case in cases}, key=lambda name: (len(name.split("-")[0]), name)):
        _print_row(name, [case for case in cases if key(case) == name])


def _print_row(name: str, cases: Sequence[Judged]) -> None:
    count, n = Counter(case.result for case in cases), len(cases)
    missing = sum(count[result] for result in _MISSING)
    print(
        f"{name:14}{n:>6}{count['exact']:>8}{_interval(count['exact'], n):>16}"
        f"{count['wrong']:>7}{_interval(count['wrong'], n):>16}{count['ambiguous']:>11}{missing:>9}"
    )


def _interval(hits: int, n: int) -> str:
    low, high = wilson(hits / n if n else None, n)
    return f"{low:.4f}-{high:.4f}"


def _read(cases: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    """Support of each time that was given, and whether it is right as far as it goes."""
    given = [case for case in cases if case.said]
    return [case.support for case in given], [case.result not in ("wrong", "unread") for case in given]


def _print_confidence(cases: Sequence[Judged]) -> None:
    supports, right = _read([case for case in cases if case.fits])
    print(f"fit: {len(right)} readings, {right.count(False)} of them wrong; in use: {CALIBRATION}")
    if right:
        print(f"  would be {fitted(supports, right)}")
    confidences, right = _said(cases)
    for row in reliability(confidences, right, _EDGES):
        low, high = row.interval
        print(f"  said {row.confidence:.4f}: {row.right} of {row.total} right ({low:.3f}-{high:.3f})")
    for least in _THRESHOLDS:
        _print_kept(cases, least)
    found = threshold(confidences, right, MOST_WRONG)
    said = "none: too few readings or too many mistakes" if found is None else f"{found:.4f}"
    print(f"least confidence with wrong surely under {MOST_WRONG:.0%}: {said} (n {len(right)})")


def _said(cases: Sequence[Judged]) -> tuple[list[float], list[bool]]:
    """Confidence, by the curve in use, of the readings that judge it, and whether each is right."""
    supports, right = _read([case for case in cases if not case.fits])
    return [CALIBRATION.probability(support) for support in supports], right


def _print_kept(cases: Sequence[Judged], least: float) -> None:
    """What a threshold keeps of the readings of both halves (none was fitted to them), and what is wrong."""
    supports, right = _read(cases)
    kept = [
        is_right
        for support, is_right in zip(supports, right, strict=True)
        if CALIBRATION.probability(support) >= least
    ]
    wrong = kept.count(False)
    print(f"  from {least}: {len(kept)} of {len(right)} kept, {wrong} wrong ({_interval(wrong, len(kept))})")


def save_diagram(cases: Sequence[Judged], path: Path) -> None:
    """The reliability diagram of the judging half: said confidence against the share that is right."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    bins = reliability(*_said(cases), _EDGES)
    said, share = [row.confidence for row in bins], [row.right / row.total for row in bins]
    below = [value - row.interval[0] for value, row in zip(share, bins, strict=True)]
    above = [row.interval[1] - value for value, row in zip(share, bins, strict=True)]
    figure, axes = plt.subplots(figsize=(5, 4.4), dpi=110)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.errorbar(said, share, yerr=[below, above], fmt="o", color="tab:blue", capsize=3, markersize=4)
    for row, value in zip(bins, share, strict=True):
        axes.annotate(f"{row.total}", (row.confidence, value), textcoords="offset points", xytext=(-6, -12))
    axes.set(xlim=(0, 1.03), ylim=(0, 1.03))
    axes.set_xlabel("confidence")
    axes.set_ylabel("share of readings that are right (95 % interval)")
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
