"""The labelled set as files, read back against its schema."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from jsonschema import Draft202012Validator

from flows.dataset_check import CheckTools, check_set
from flows.labels import CARD_NAME, LABELS_NAME, export_labels
from models.limits import Limits
from pipeline.auditing import Draft, ItemDecision, ItemWord, Role, Verdict
from pipeline.results import Flag, FlagReason, Outcome, VisitReport
from pipeline.rules import BilingualText
from pipeline.tuning.labelled_sets import SetKind
from storage.codec import label_from_json, label_schema, label_to_json, report_digest
from storage.results import ResultStore
from storage.truth_tables import read_visits
from storage.users import NewUser
from tests.reports import plain_report

# 23:30 of the 20th in Shanghai, and half past midnight of the 21st.
LATE, NEXT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC), datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
WORDS = BilingualText("工牌", "Badge")


def _report(visit_id: str) -> VisitReport:
    return plain_report(visit_id=visit_id, flags=(Flag(FlagReason.CRITICAL_FAIL, "badge.visible"),))


def test_the_set_is_what_was_decided_in_its_days(tmp_path: Path) -> None:
    results = ResultStore(f"sqlite:///{tmp_path / 'results.db'}")
    person = results.users.add(NewUser("anna", Role.AUDITOR), LATE)
    word = ItemDecision("badge.visible", ItemWord.OVERTURN, Outcome.FAIL, Outcome.PASS, "visible")
    for visit_id, at in (("V1", LATE), ("V2", NEXT)):
        said = _report(visit_id)
        results.save_report(said, visit_id * 32, at)
        draft = Draft(visit_id, report_digest(said), Verdict.ACCEPT, (word,), "", visit_id)
        results.decisions.decide(draft, person, at)
    day = date(2026, 11, 20)
    counts = export_labels(results, tmp_path / "a", day, day, "Asia/Shanghai")
    everything = export_labels(results, tmp_path / "b", None, None, "Asia/Shanghai")
    results.close()
    assert (counts.labels, counts.overturned, everything.labels) == (1, 1, 2)
    (line,) = (tmp_path / "a" / LABELS_NAME).read_text(encoding="utf-8").splitlines()
    Draft202012Validator(label_schema()).validate(json.loads(line))
    label = label_from_json(line)
    assert (label.visit_id, label_to_json(label)) == ("V1", line)
    assert replace(label, visit_id="V2").overturned
    card = (tmp_path / "a" / CARD_NAME).read_text(encoding="utf-8")
    assert "| badge.visible | fail | pass | 1 |" in card


def test_what_is_exported_is_a_labelled_set_without_a_fault(tmp_path: Path) -> None:
    results = ResultStore(f"sqlite:///{tmp_path / 'results.db'}")
    person = results.users.add(NewUser("anna", Role.AUDITOR), LATE)
    word = ItemDecision("badge.visible", ItemWord.OVERTURN, Outcome.FAIL, Outcome.PASS, "visible")
    said = _report("V1")
    results.save_report(said, "0" * 64, LATE)
    draft = Draft("V1", report_digest(said), Verdict.ACCEPT, (word,), "", "once")
    results.decisions.decide(draft, person, LATE)
    export_labels(results, tmp_path / "set", None, date(2026, 11, 30), "Asia/Shanghai")
    results.close()
    tools = CheckTools(None, tmp_path, Limits(), lambda _done, _all: None, 0.8)
    found = check_set(tmp_path / "set", tools)
    assert (found.head.kind, found.items, found.sources, found.findings) == (SetKind.VISITS, 1, 1, ())
    (truth,) = read_visits(tmp_path / "set").visits
    assert (truth.visit_id, truth.item_id, truth.right_outcome) == ("V1", "badge.visible", Outcome.PASS)
    assert truth.by == f"auditor {person.user_id}"
