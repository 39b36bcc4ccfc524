"""What came of a night: the numbers and tables that people read in the morning."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.results import TimelineEntry, VisitReport
from pipeline.rules import BilingualText
from review.report_page import IndexRow, index_row
from storage.result_values import RunCounts, VisitFailure
from storage.results import ResultStore
from storage.visits import VisitRef


@dataclass(frozen=True, slots=True)
class NightSummary:
    """The visits of a date or prefix as they stand now, however many runs it took.

    counts: of this run. rows: a row per judged visit. flags: reason -> visits. media_failures: files that
    nobody could look at, as (visit id, media key, reason, what to do). failures: visits that were not judged.
    """

    prefix: str
    counts: RunCounts
    rows: tuple[IndexRow, ...]
    flags: Mapping[str, int]
    media_failures: tuple[tuple[str, str, str, str], ...]
    failures: tuple[VisitFailure, ...]

    @property
    def failed_rows(self) -> tuple[IndexRow, ...]:
        """The visits that could not be judged, as rows of the same table."""
        return tuple(_failed_row(failure) for failure in self.failures)

    @property
    def grades(self) -> Mapping[str, int]:
        """Grade -> visits, for those that have one."""
        return Counter(row.grade.value for row in self.rows if row.grade is not None)


def summarise(
    results: ResultStore, prefix: str, visits: Sequence[VisitRef], counts: RunCounts
) -> NightSummary:
    """Raises StorageError."""
    listed = {ref.manifest_key for ref in visits}
    days = sorted({ref.day.isoformat() for ref in visits})
    failures = [found for day in days for found in results.visit_failures(day)]
    stored = [results.latest_report(visit_id) for visit_id in dict.fromkeys(ref.visit_id for ref in visits)]
    reports = [each.report for each in stored if each is not None]
    return NightSummary(
        prefix=prefix,
        counts=counts,
        rows=tuple(index_row(report, href=page_name(report.visit_id)) for report in reports),
        flags=Counter(reason for report in reports for reason in _flag_reasons(report)),
        media_failures=tuple(found for report in reports for found in _media_failures(report)),
        failures=tuple(failure for failure in failures if failure.manifest_key in listed),
    )


def _failed_row(failure: VisitFailure) -> IndexRow:
    why = f"{failure.reason}: {failure.detail}"
    return IndexRow(
        visit_id=failure.visit_id,
        service_type="",
        technician="",
        score=None,
        grade=None,
        flagged=True,
        spot_check=False,
        first_reason=BilingualText(zh=f"未能核验：{why}", en=f"not judged: {why}"),
    )


def page_name(visit_id: str) -> str:
    """The file name of a visit's page beside the index."""
    return f"{visit_id}.html"


def as_markdown(summary: NightSummary) -> str:
    """The summary as Prefect shows it: by grade, by reason, failures."""
    counts = summary.counts
    flagged = sum(row.flagged for row in summary.rows)
    parts = [
        f"# Night of `{summary.prefix}`",
        f"This run judged **{counts.judged}** visits, left **{counts.skipped}** as they were and failed on "
        f"**{counts.failed}**. Of {len(summary.rows)} judged visits {flagged} are flagged for a person.",
        _table("By grade", ("grade", "visits"), sorted(summary.grades.items())),
        _table("By reason to look", ("reason", "visits"), _most_first(summary.flags)),
        _table(
            "Files that nobody could look at", ("visit", "file", "reason", "detail"), summary.media_failures
        ),
        _table("Visits that could not be judged", ("visit", "manifest", "reason", "detail"), _named(summary)),
    ]
    return "\n\n".join(filter(None, parts))


def _flag_reasons(report: VisitReport) -> frozenset[str]:
    return frozenset(flag.reason.value for flag in report.flags)


def _media_failures(report: VisitReport) -> Iterable[tuple[str, str, str, str]]:
    return (_row(report, entry) for entry in report.timeline if entry.failure is not None)


def _row(report: VisitReport, entry: TimelineEntry) -> tuple[str, str, str, str]:
    failure = entry.failure
    return (report.visit_id, entry.media_key, failure.reason.value, failure.detail) if failure else ("",) * 4


def _named(summary: NightSummary) -> Iterable[tuple[str, ...]]:
    return ((each.visit_id, each.manifest_key, each.reason, each.detail) for each in summary.failures)


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table under a heading; nothing where it would have no row."""
    lines = [_line(row) for row in rows]
    rule = _line(["---"] * len(heads))
    return "\n".join([f"## {title}", "", _line(heads), rule, *lines]) if lines else ""


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
