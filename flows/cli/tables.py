"""Reports and nights on a terminal."""

from rich.table import Table
from rich.text import Text

from flows.cli.friendly import out
from flows.night_summary import NightSummary
from pipeline.results import CheckResult, Outcome, VisitReport
from pipeline.rules import Grade
from review.report_page import IndexRow

_GRADE_STYLES = {
    Grade.EXCELLENT: "bold green",
    Grade.GOOD: "green",
    Grade.PASS: "yellow",
    Grade.FAIL: "bold red",
}
_OUTCOME_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.MISSING: "red",
    Outcome.UNREADABLE: "yellow",
    Outcome.CONFIRM: "cyan",
}


def print_night(summary: NightSummary) -> None:
    """The table of a night's visits, those that could not be judged last."""
    table = Table(box=None)
    for head in ("visit", "service", "technician", "score", "grade", "flag"):
        table.add_column(head, no_wrap=True)
    table.add_column("first reason")
    for row in (*summary.rows, *summary.failed_rows):
        table.add_row(*_cells(row))
    out.print(table)
    counts = summary.counts
    out.print(f"judged {counts.judged}, unchanged {counts.skipped}, failed {counts.failed}")


def print_report(report: VisitReport) -> None:
    """One visit's verdict, item by item."""
    head = Text(f"{report.visit_id}  {report.service_type}  {report.technician_name}  score ")
    head.append(f"{score_words(report.score.score)}  ")
    head.append_text(grade_words(report.score.grade))
    out.print(head)
    for flag in report.flags:
        out.print(f"flag: {flag.reason.value} {flag.subject}", markup=False, soft_wrap=True)
    table = Table("item", "outcome", "what was seen", box=None, pad_edge=False)
    for item in report.items:
        table.add_row(item.result.item_id, _outcome_words(item.result), Text(item.result.reason.en))
    out.print(table)
    for retake in report.retakes:
        shown = "; ".join(text.en for text in retake.must_show)
        out.print(f"take a photo at stage {retake.stage.value}: {shown}", markup=False, soft_wrap=True)


def score_words(score: float | None) -> str:
    return "-" if score is None else f"{score:.0f}"


def grade_words(grade: Grade | None) -> Text:
    if grade is None:
        return Text("-")
    return Text(f"{grade.label_zh} {grade.value}", _GRADE_STYLES[grade])


def _cells(row: IndexRow) -> tuple[str | Text, ...]:
    flag = Text("flag", "red") if row.flagged else Text("spot check", "cyan") if row.spot_check else Text("")
    reason = Text(row.first_reason.en if row.first_reason else "")
    return (
        Text(row.visit_id),
        row.service_type,
        Text(row.technician),
        score_words(row.score),
        grade_words(row.grade),
        flag,
        reason,
    )


def _outcome_words(result: CheckResult) -> Text:
    leaning = f" ({result.leaning.value})" if result.leaning else ""
    return Text(result.outcome.value + leaning, _OUTCOME_STYLES.get(result.outcome, "dim"))
