"""What somebody who is asked blind may see of a report: what was ordered, what was uploaded, the questions.

A veiled report is made instead of hiding parts of the real one while a page is written: what isn't in it
can't leak, neither in a text nor in an order nor in an attribute.
"""

from dataclasses import replace

from pipeline.evidence import MediaEvidence
from pipeline.results import (
    CheckResult,
    Outcome,
    Score,
    ScoredItem,
    TimelineEntry,
    VisitReport,
)
from pipeline.rules import BilingualText, Grade
from pipeline.time_evidence import ClockSource

_SILENT = frozenset({Outcome.EXEMPT, Outcome.NOT_APPLICABLE, Outcome.NOT_CHECKED})
_NOTHING = BilingualText("", "")
_NO_SCORE = Score(None, None, 0.0, 0.0, Grade.PASS, ())


def asked_items(report: VisitReport) -> tuple[ScoredItem, ...]:
    """The items that were judged, which a person can confirm or overturn, in the catalogue's order."""
    return tuple(item for item in report.items if item.result.outcome not in _SILENT)


def veiled(report: VisitReport) -> VisitReport:
    """A report without its verdict: no outcome, evidence, weight, score, grade, flag or retake.

    Files keep their stage, the clocks that they carry themselves and why they can't be opened, and lose what
    was read in the picture and which clocks were found to disagree.
    """
    return replace(
        report,
        score=_NO_SCORE,
        items=tuple(map(_question, asked_items(report))),
        flags=(),
        spot_check=False,
        timeline=tuple(map(_file, report.timeline)),
        retakes=(),
        manifest_findings=(),
        layouts=(),
    )


def unseeing(evidence: MediaEvidence) -> MediaEvidence:
    """What a file says of itself, without anything that was seen in its pictures."""
    return replace(evidence, frames=())


def _question(item: ScoredItem) -> ScoredItem:
    nothing_said = CheckResult(item.result.item_id, Outcome.NOT_CHECKED, _NOTHING)
    return replace(item, result=nothing_said, weight=0.0, credit=None)


def _file(entry: TimelineEntry) -> TimelineEntry:
    own = tuple(clock for clock in entry.times.clocks if clock.source is not ClockSource.WATERMARK)
    times = replace(entry.times, best=own[0] if own else None, clocks=own, disagreements=(), zone=None)
    return replace(entry, times=times, stage_inferred=False)
