"""The photos still wanted after the last decision, and how the technician is told."""

from pipeline.auditing import Decision
from pipeline.results import Outcome, Retake, VisitReport
from pipeline.retakes import retakes_left
from review.wording import stage_name


def retakes_of(report: VisitReport, latest: Decision | None) -> tuple[Retake, ...]:
    """The photos that are still wanted after the last decision."""
    said = latest.items if latest is not None else ()
    passed = {item.item_id for item in said if item.outcome_after is Outcome.PASS}
    return retakes_left(report.retakes, passed)


def retakes_text(report: VisitReport, retakes: tuple[Retake, ...]) -> str:
    """A list to be sent as it is."""
    if not retakes:
        return f"{report.visit_id}: 无需补拍。\n{report.visit_id}: no further photo is needed.\n"
    stages = [stage_name(retake.stage) for retake in retakes]
    chinese = [
        f"{number}. {stage.zh}：{'、'.join(wanted.zh for wanted in retake.must_show)}"
        for number, (stage, retake) in enumerate(zip(stages, retakes, strict=True), start=1)
    ]
    english = [
        f"{number}. {stage.en}: {', '.join(wanted.en for wanted in retake.must_show)}"
        for number, (stage, retake) in enumerate(zip(stages, retakes, strict=True), start=1)
    ]
    head = f"{report.visit_id} · {report.work_order} · {report.technician_name} {report.technician_number}"
    lines = [head, "", "请补拍：", *chinese, "", "Please take these photos:", *english]
    return "\n".join(lines) + "\n"
