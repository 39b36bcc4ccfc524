"""The plainest report there is, for tests that need one and change what they are about."""

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.results import CheckResult, Outcome, Score, ScoredItem, VisitReport
from pipeline.rules import BilingualText, Grade

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BADGE = BilingualText("工牌", "Badge")
_FAILED = ScoredItem(CheckResult("badge.visible", Outcome.FAIL, BADGE), BADGE, BADGE, ("A",), 1.0, True, 0.0)
_PLAIN = VisitReport(
    visit_id="V1",
    day="2026-11-20",
    service_type="repair",
    work_order="WO",
    technician_name="王小明",
    technician_number="7",
    zone="Asia/Shanghai",
    window_start=NOON,
    window_end=NOON,
    rule_set="repair",
    rule_version="1",
    rule_digest="r",
    observer_digest="o",
    score=Score(40.0, 40.0, 4.0, 10.0, Grade.FAIL, ()),
    items=(_FAILED,),
    flags=(),
    spot_check=False,
    timeline=(),
    retakes=(),
    manifest_findings=(),
    technician_team="一队",
    city="上海",
)


def plain_report(**changes: object) -> VisitReport:
    """A failed badge and no flag, unless `changes` say otherwise."""
    return replace(_PLAIN, **changes)  # type: ignore[arg-type]
