"""Verdicts from the columns beside the reports: to read a report's body takes longer than to judge anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.report import JUDGING_VERSION
from pipeline.results import FlagReason, Leaning, Outcome
from pipeline.rules import Grade
from pipeline.tuning.rejudging import KeptVerdict
from pipeline.tuning.replaying import RuleSets
from pipeline.tuning.verdicts import Standing, Verdict
from storage.tables import ReportFlagRow, ReportItemRow

_Items = Mapping[int, Sequence[Row[tuple[int, str, str, str | None]]]]
_Subjects = Mapping[tuple[int, str], set[str]]


def kept_verdicts(
    connection: Connection, heads: Iterable[Row[Any]], rules: RuleSets
) -> Mapping[int, KeptVerdict]:
    """By report id, of those reports that these very rules, and this version of judging, would give again.

    heads: rows of reports with their judging_version. One that can't be understood is left out.
    """
    digests = {service.value: each.digest for service, each in rules.items()}
    wanted = [
        head
        for head in heads
        if digests.get(head.service_type) == head.rule_digest and head.judging_version == JUDGING_VERSION
    ]
    ids = [head.id for head in wanted]
    items, subjects = _items(connection, ids), _subjects(connection, ids)
    found = {head.id: _verdict(head, items, subjects) for head in wanted}
    return {report_id: verdict for report_id, verdict in found.items() if verdict is not None}


def _items(connection: Connection, report_ids: Sequence[int]) -> _Items:
    rows = ReportItemRow
    query = select(rows.report_id, rows.item_id, rows.outcome, rows.leaning)
    found: dict[int, list[Row[tuple[int, str, str, str | None]]]] = defaultdict(list)
    # Fetched at once: row by row takes three times as long.
    for row in connection.execute(query.where(rows.report_id.in_(report_ids))).all():
        found[row[0]].append(row)
    return found


def _subjects(connection: Connection, report_ids: Sequence[int]) -> _Subjects:
    """What the flags of each report and reason are about."""
    flags = ReportFlagRow
    query = select(flags.report_id, flags.reason, flags.subject).where(flags.report_id.in_(report_ids))
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for report_id, reason, subject in connection.execute(query).all():
        found[report_id, reason].add(subject)
    return found


def _verdict(head: Row[Any], items: _Items, subjects: _Subjects) -> KeptVerdict | None:
    try:
        standings = {item_id: _standing(outcome, leaning) for _, item_id, outcome, leaning in items[head.id]}
        verdict = Verdict(standings, head.score, Grade(head.grade), head.flagged, head.spot_check)
    except ValueError:
        return None
    return KeptVerdict(
        verdict,
        frozenset(subjects.get((head.id, FlagReason.AUTHENTICITY.value), ())),
        frozenset(subjects.get((head.id, FlagReason.NEAR_THRESHOLD.value), ())),
    )


@cache
def _standing(outcome: str, leaning: str | None) -> Standing:
    return Standing(Outcome(outcome), Leaning(leaning) if leaning else None)
