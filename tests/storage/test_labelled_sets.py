"""Labelled sets on disk: the head, who each item comes from, and truths that are tables."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.auditing import Role
from pipeline.errors import DatasetError
from pipeline.labels import Label, LabelWord, Split, source_of, split_of
from pipeline.results import Outcome
from pipeline.tuning.labelled_sets import SetKind, TimeTruthKind, split_of_source
from storage.codec import label_to_json
from storage.labelled_sets import Placed, pictures_of, placed, read_set
from storage.truth_tables import read_times, read_visits

HEAD = (
    'name: a\nversion: "1"\nkind: objects\norigins:\n  - {name: own, licence: own}\nclasses: [badge, tool]\n'
)


def head(folder: Path, text: str) -> Path:
    (folder / "dataset.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_head(tmp_path: Path) -> None:
    read = read_set(head(tmp_path, HEAD + "vouched: [tool]\ndetector_labels: {tool: gas_meter}\n"))
    assert (read.kind, read.classes) == (SetKind.OBJECTS, ("badge", "tool"))
    assert read.vouched_labels == {"gas_meter"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "wanted keys"),
        (HEAD.replace("objects", "pictures"), "line 3"),
        (HEAD.replace("classes: [badge, tool]\n", ""), "classes"),
        (HEAD.replace("kind: objects", "kind: times"), "classes"),
        (HEAD.replace("name: a", "name: A b"), "line 1"),
        (HEAD + "vouched: [badgee]\n", "nearest valid: 'badge'"),
        (HEAD + "lables: yolo\n", "nearest valid: 'labels'"),
        (HEAD.replace("licence: own}", "licence: own, see the card}"), "origins[0].see the card"),
        (HEAD.replace("origins:\n  - {name: own, licence: own}\n", ""), "origins is missing"),
    ],
)
def test_a_head_that_is_none_is_refused_with_file_and_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DatasetError, match=r"dataset\.yaml") as raised:
        read_set(head(tmp_path, text))
    assert said in str(raised.value)


def test_a_folder_without_a_head_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no labelled set"):
        read_set(tmp_path)


def test_sources_by_file_by_folder_and_by_themselves(tmp_path: Path) -> None:
    for name in ("visit-1/a.jpg", "visit-1/b.PNG", "c.webp", "d.jpg", "notes.txt"):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "images" / name).touch()
    (tmp_path / "sources.csv").write_text("file,source,split\nimages/d.jpg,anna,test\nimages/c.webp,ben,\n")
    keys = pictures_of(tmp_path)
    assert keys == ("images/c.webp", "images/d.jpg", "images/visit-1/a.jpg", "images/visit-1/b.PNG")
    places = placed(tmp_path, keys)
    assert places["images/d.jpg"] == Placed("anna", Split.TEST)
    assert places["images/c.webp"] == Placed("ben", split_of_source("ben"))
    assert places["images/visit-1/a.jpg"] == places["images/visit-1/b.PNG"]
    assert places["images/visit-1/a.jpg"].source == "visit-1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,source,split\nimages/a.jpg,anna,tset\n", "line 2: no split 'tset'; nearest valid: 'test'"),
        ("file,split\nimages/a.jpg,test\n", "column source is missing"),
    ],
)
def test_a_table_of_sources_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sources.csv").write_text(text)
    with pytest.raises(DatasetError, match=said):
        placed(tmp_path, ("images/a.jpg",))


def test_times_and_the_lines_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text(
        "file,source,split,timestamp_iso,precision,raw_text\n"
        "images/a.jpg,anna,test,2026-05-12T08:30,minute,08:30\n"
        "images/b.jpg,anna,test,,none,\n"
        "images/c.jpg,anna,test,2026-05-12T08:30,second,\n"
        "images/d.jpg,anna,test,yesterday,date,\n"
    )
    truths = read_times(tmp_path)
    assert [(one.media_key, one.kind) for one in truths.times] == [
        ("images/a.jpg", TimeTruthKind.READ),
        ("images/b.jpg", TimeTruthKind.NONE),
    ]
    assert [one.subject for one in truths.findings] == ["truth.csv, line 4", "truth.csv, line 5"]


@pytest.mark.shared
def test_the_real_truths_are_such_a_table(tmp_path: Path, shared_folder: Path) -> None:
    (tmp_path / "truth.csv").symlink_to(shared_folder / "watermarks" / "truth.csv")
    truths = read_times(tmp_path)
    assert truths.findings == ()
    assert len(truths.times) == 80
    assert sum(one.kind is TimeTruthKind.READ for one in truths.times) == 62
    assert len({one.source for one in truths.times}) == 27


def label(visit_id: str, disputed: bool = False) -> Label:
    words = [
        LabelWord(user_id, Role.AUDITOR, right, "", False, datetime(2026, 11, 20, tzinfo=UTC))
        for user_id, right in ((3, Outcome.FAIL), (4, Outcome.PASS))
    ]
    source = source_of("T-1")
    return Label(
        visit_id=visit_id,
        report_digest="0" * 64,
        item_id="badge.visible",
        service_type="repair",
        rule_set="standard",
        rule_version="1",
        outcome_by_system=Outcome.FAIL,
        leaning=None,
        right_outcome=Outcome.PASS,
        disputed=disputed,
        words=tuple(words),
        evidence=(),
        source=source,
        split=split_of(source),
    )


def test_visit_truths_from_exported_labels_and_from_a_table(tmp_path: Path) -> None:
    lines = [label_to_json(label("V1")), "{}", "", label_to_json(label("V2", disputed=True))]
    (tmp_path / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "truth.csv").write_text(
        "visit_id,item_id,right_outcome,by,source,split\n"
        "V3,badge.visible,missing,anna,T-9,test\nV4,badge.visible,mising,anna,T-9,test\n"
    )
    truths = read_visits(tmp_path)
    assert [(one.visit_id, one.right_outcome, one.by, one.disputed) for one in truths.visits] == [
        ("V1", Outcome.PASS, "auditor 4", False),
        ("V2", Outcome.PASS, "auditor 4", True),
        ("V3", Outcome.MISSING, "anna", False),
    ]
    assert [one.subject for one in truths.findings] == ["labels.jsonl, line 2", "truth.csv, line 3"]
    assert "nearest valid: 'missing'" in truths.findings[1].text.en


def test_a_set_of_visits_without_either_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="neither"):
        read_visits(tmp_path)
