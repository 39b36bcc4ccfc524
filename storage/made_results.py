"""A results database full of made rows, to measure pages on: many visits, cheaply, from a seed.

The rows are as the program would have saved them, except for the reports' bodies, which no list reads.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from pipeline.auditing import BLIND_SEVERITY, GRAVITY, CaseState, ItemWord, Role, Verdict
from pipeline.results import FlagReason, Outcome
from pipeline.rules import Grade
from pipeline.visit import ServiceType
from storage.auditing_tables import CaseReasonRow, CaseRow, DecisionItemRow, DecisionRow, UserRow
from storage.cases import state_columns
from storage.codec import digest_of
from storage.database import Database
from storage.tables import Base, ReportFlagRow, ReportItemRow, ReportRow

_NIGHT = datetime(2026, 9, 1, 2, tzinfo=UTC)
_DAYS = 60
_CHUNK = 5000
_CITIES = ("上海", "北京", "广州", "深圳", "成都", "杭州", "南京", "武汉")
_FLAGGED, _DRAWN, _DECIDED = 0.55, 0.05, 0.4
_AUDITORS = 20


def fill(database: Database, visits: int, items_per_visit: int = 10, seed: int = 1) -> None:
    """Add that many visits, each with a report, its items, and where a person must look a case; of the cases
    two in five are decided. Raises StorageError."""
    dice = random.Random(seed)
    with database.writing() as connection:
        connection.execute(insert(UserRow), [_user(number) for number in range(1, _AUDITORS + 1)])
    for start in range(0, visits, _CHUNK):
        with database.writing() as connection:
            _add_chunk(connection, range(start + 1, min(start + _CHUNK, visits) + 1), items_per_visit, dice)
    database.refresh_statistics()


def _add_chunk(connection: Connection, numbers: range, items_per_visit: int, dice: random.Random) -> None:
    reports = [_report(number, dice) for number in numbers]
    flags = [row for report in reports for row in _flags(report, dice)]
    reasons: dict[int, str] = {}
    for flag in flags:
        reasons.setdefault(flag["report_id"], flag["reason"])
    cases = [_case(report, reasons.get(report["id"]), dice) for report in reports if _is_case(report)]
    decided = [case for case in cases if case["verdict"] is not None]
    _insert(connection, ReportRow, reports)
    _insert(
        connection, ReportItemRow, [row for each in reports for row in _items(each, items_per_visit, dice)]
    )
    _insert(connection, ReportFlagRow, flags)
    _insert(connection, CaseRow, cases)
    _insert(connection, CaseReasonRow, list(_case_reasons(cases, flags)))
    _insert(connection, DecisionRow, [_decision(case) for case in decided])
    _insert(connection, DecisionItemRow, [_decision_item(case, dice) for case in decided])


def _insert(connection: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _user(number: int) -> dict[str, Any]:
    name = f"auditor-{number}"
    role = Role.AUDITOR.value
    return {"id": number, "name": name, "display_name": name, "role": role, "created_at": _NIGHT}


def _report(number: int, dice: random.Random) -> dict[str, Any]:
    technician = dice.randrange(2000)
    flagged = dice.random() < _FLAGGED
    drawn = dice.random() < _DRAWN
    moment = _NIGHT + timedelta(days=dice.randrange(_DAYS), seconds=dice.randrange(3 * 3600))
    score = round(dice.uniform(20, 70) if flagged else dice.uniform(60, 100), 1)
    digest = digest_of(number)
    return {
        "id": number,
        "visit_id": f"MADE-{number:07d}",
        "day": date(moment.year, moment.month, moment.day).isoformat(),
        "input_digest": digest,
        "report_digest": digest,
        "rule_digest": "made",
        "observer_digest": "made",
        "service_type": dice.choice(list(ServiceType)).value,
        "technician_number": f"T{technician:04d}",
        "technician_name": f"技师{technician}",
        "technician_team": f"第{technician % 40}班",
        "city": _CITIES[technician % len(_CITIES)],
        "score": score,
        "confirmed_score": score,
        "grade": _grade(score).value,
        "flagged": flagged,
        "spot_check": drawn and not flagged,
        "blind": drawn,
        "body": "",
        "judged_at": moment,
        "last_judged_at": moment,
    }


def _grade(score: float) -> Grade:
    steps = ((90, Grade.EXCELLENT), (75, Grade.GOOD), (60, Grade.PASS))
    return next((grade for least, grade in steps if score >= least), Grade.FAIL)


def _items(report: dict[str, Any], count: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    outcomes = dice.choices(
        (Outcome.PASS, Outcome.FAIL, Outcome.MISSING, Outcome.UNREADABLE), (80, 8, 9, 3), k=count
    )
    for index, outcome in enumerate(outcomes):
        yield {
            "report_id": report["id"],
            "item_id": f"made.item_{index}",
            "outcome": outcome.value,
            "leaning": None,
            "weight": 1.0,
            "credit": float(outcome is Outcome.PASS),
            "critical": index == 0,
        }


def _flags(report: dict[str, Any], dice: random.Random) -> Iterator[dict[str, Any]]:
    if report["flagged"]:
        for reason in dice.sample(list(FlagReason), k=dice.choice((1, 1, 2, 3))):
            yield {"report_id": report["id"], "reason": reason.value, "subject": "made.item_0"}


def _is_case(report: dict[str, Any]) -> bool:
    return bool(report["flagged"] or report["spot_check"])


def _case(report: dict[str, Any], reason: str | None, dice: random.Random) -> dict[str, Any]:
    blind = report["blind"]
    severity = BLIND_SEVERITY if blind else GRAVITY[FlagReason(reason)] if reason else 0
    auditor = dice.randrange(1, _AUDITORS + 1) if dice.random() < _DECIDED else None
    verdict = dice.choice((Verdict.ACCEPT, Verdict.REJECT)) if auditor else None
    same = (
        "visit_id",
        "report_digest",
        "day",
        "city",
        "service_type",
        "technician_number",
        "technician_name",
    )
    return {
        **{name: report[name] for name in (*same, "score", "grade", "flagged", "blind")},
        "report_id": report["id"],
        "team": report["technician_team"],
        "rank": 100 - severity,
        "first_reason": reason,
        "first_subject_zh": "项目0",
        "first_subject_en": "Item 0",
        **state_columns(CaseState.CLOSED if auditor else CaseState.OPEN),
        "objected": False,
        "waiting_since": report["judged_at"],
        "decided_by": auditor,
        "decided_digest": report["report_digest"] if auditor else None,
        "verdict": verdict.value if verdict else None,
    }


def _case_reasons(cases: list[dict[str, Any]], flags: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen = {case["report_id"]: case["visit_id"] for case in cases if not case["blind"]}
    for flag in flags:
        if flag["report_id"] in seen:
            yield {"visit_id": seen[flag["report_id"]], "reason": flag["reason"]}


def _decision(case: dict[str, Any]) -> dict[str, Any]:
    same = ("visit_id", "report_id", "report_digest", "verdict", "blind")
    return {
        **{name: case[name] for name in same},
        "id": case["report_id"],
        "user_id": case["decided_by"],
        "decided_at": case["waiting_since"] + timedelta(hours=8),
        "comment": "",
        "seconds_spent": 9.0,
        "token": case["report_digest"],
        "digest": case["report_digest"],
    }


def _decision_item(case: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    overturned = dice.random() < 0.2
    return {
        "decision_id": case["report_id"],
        "item_id": f"made.item_{dice.randrange(10)}",
        "word": (ItemWord.OVERTURN if overturned else ItemWord.CONFIRM).value,
        "outcome_before": Outcome.FAIL.value,
        "outcome_after": (Outcome.PASS if overturned else Outcome.FAIL).value,
        "reason": "visible" if overturned else "",
        "comment": "",
    }
