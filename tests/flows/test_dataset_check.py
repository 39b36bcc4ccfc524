"""Each planted fault is found by name, a sound set has none, and what was seen is kept."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from flows.dataset_check import SHEET_FILE, CheckTools, SetCheck, check_set, write_sheet
from models.limits import Limits
from pipeline.labels import Split
from pipeline.tuning.set_findings import FindingCode
from tests.labelled import SIDE_PX, KnowingDetector, write_set

BADGE = "0 0.5 0.5 0.4 0.4"
BOX = (0.3, 0.3, 0.7, 0.7)
SOUND = {f"p{number}": [BADGE] for number in range(4)}
SIDES = [
    (f"images/p{number}.png", f"visit-{number}", "tune" if number < 2 else "test") for number in range(4)
]


def sound(folder: Path) -> Path:
    return write_set(folder, SOUND, SIDES)


def check(folder: Path, data: Path, detector: KnowingDetector | None = None) -> SetCheck:
    return check_set(folder, CheckTools(detector, data, Limits(), lambda _done, _all: None, 0.8))


def codes(found: SetCheck) -> list[FindingCode]:
    return [one.code for one in found.findings]


def test_a_sound_set_has_no_finding(tmp_path: Path) -> None:
    found = check(sound(tmp_path / "set"), tmp_path)
    assert codes(found) == []
    assert (found.items, found.sources) == (4, 4)
    assert dict(found.by_split) == {Split.TRAIN: 0, Split.TUNE: 2, Split.TEST: 2}


def relabel(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "labels" / f"{name}.txt").write_text(text)


def cut_short(folder: Path) -> None:
    path = folder / "images" / "p0.png"
    path.write_bytes(path.read_bytes()[:200])


def empty_the_test_split(folder: Path) -> None:
    for name in ("p2", "p3"):
        relabel(name, "")(folder)


def share_a_source(folder: Path) -> None:
    path = folder / "sources.csv"
    path.write_text(path.read_text().replace("visit-3", "visit-0"))


def copy_larger_and_brighter(folder: Path) -> None:
    with Image.open(folder / "images" / "p0.png") as picture:
        brighter = picture.point(lambda value: min(255, value + 6)).resize((SIDE_PX * 2, SIDE_PX * 2))
    brighter.save(folder / "images" / "p3.png")


PLANTED: dict[FindingCode, tuple[str, Callable[[Path], object]]] = {
    FindingCode.UNREADABLE_FILE: ("images/p0.png", cut_short),
    FindingCode.BAD_LABEL_LINE: ("labels/p0.txt", relabel("p0", f"{BADGE}\n0 0.5\n")),
    FindingCode.UNKNOWN_CLASS: ("images/p0.png", relabel("p0", f"{BADGE}\n4 0.5 0.5 0.1 0.1\n")),
    FindingCode.OUTSIDE_PICTURE: ("images/p0.png", relabel("p0", "0 0.9 0.5 0.4 0.4\n")),
    FindingCode.EMPTY_BOX: ("images/p0.png", relabel("p0", f"{BADGE}\n0 0.5 0.5 0 0.4\n")),
    FindingCode.LABEL_WITHOUT_PICTURE: ("images/p9", relabel("p9", f"{BADGE}\n")),
    FindingCode.PICTURE_WITHOUT_LABEL: (
        "images/p0.png",
        lambda folder: (folder / "labels" / "p0.txt").unlink(),
    ),
    FindingCode.CLASS_WITHOUT_EXAMPLES: ("badge", empty_the_test_split),
    FindingCode.SOURCE_ON_BOTH_SIDES: ("visit-0", share_a_source),
    FindingCode.NEAR_DUPLICATE: ("images/p3.png", copy_larger_and_brighter),
    FindingCode.NO_DATA_CARD: ("README.md", lambda folder: (folder / "README.md").unlink()),
}


@pytest.mark.parametrize("fault", [code for code in FindingCode if code.is_fault])
def test_each_planted_fault_is_found_and_nothing_else(tmp_path: Path, fault: FindingCode) -> None:
    folder = sound(tmp_path / "set")
    subject, spoil = PLANTED[fault]
    spoil(folder)
    found = check(folder, tmp_path)
    assert [(one.code, one.subject) for one in found.findings] == [(fault, subject)]
    assert found.findings[0].text.zh != found.findings[0].text.en


def test_a_sure_detector_that_disagrees_is_a_finding_on_a_sheet_and_no_fault(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", {**SOUND, "p1": []}, SIDES)
    detector = KnowingDetector({0: [(0.9, BOX)], 1: [(0.95, BOX)], 2: [(0.3, (0, 0, 0.1, 0.1))]})
    found = check(folder, tmp_path, detector)
    assert [(one.code, one.subject) for one in found.findings] == [
        (FindingCode.DISAGREES_WITH_MODEL, "images/p1.png")
    ]
    assert found.faults == ()
    sheet = write_sheet(folder, found, tmp_path / "out", Limits())
    assert sheet == tmp_path / "out" / SHEET_FILE
    with Image.open(sheet) as picture:
        assert picture.format == "PNG"
        # The model's box is red.
        assert (255, 40, 40) in set(picture.convert("RGB").get_flattened_data())


def test_without_doubts_there_is_no_sheet(tmp_path: Path) -> None:
    folder = sound(tmp_path / "set")
    assert write_sheet(folder, check(folder, tmp_path), tmp_path / "out", Limits()) is None
    assert not (tmp_path / "out").exists()


def test_a_picture_is_looked_at_once_under_any_name_and_again_by_another_detector(tmp_path: Path) -> None:
    folder = sound(tmp_path / "set")
    first, other = KnowingDetector({}), KnowingDetector({}, digest="knows-2")
    check(folder, tmp_path, first)
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    check(moved, tmp_path, first)
    assert sorted(first.asked) == [0, 1, 2, 3]
    check(folder, tmp_path, other)
    assert sorted(other.asked) == [0, 1, 2, 3]


def test_a_line_half_written_by_a_killed_run_is_passed_over(tmp_path: Path) -> None:
    folder, detector = sound(tmp_path / "set"), KnowingDetector({0: [(0.9, BOX)]})
    before = check(folder, tmp_path, detector)
    (book,) = (tmp_path / "looks").iterdir()
    book.write_text(book.read_text()[:-30])
    again = KnowingDetector({0: [(0.9, BOX)]})
    assert check(folder, tmp_path, again) == before
    assert len(again.asked) == 1


def test_times_are_checked_with_their_pictures(tmp_path: Path) -> None:
    folder = sound(tmp_path / "set")
    (folder / "dataset.yaml").write_text(
        'name: t\nversion: "1"\nkind: times\norigins:\n  - {name: drawn, licence: CC0-1.0}\n'
    )
    (folder / "truth.csv").write_text(
        "file,source,split,timestamp_iso,precision\n"
        "images/p0.png,a,tune,2026-05-12,date\n"
        "images/p1.png,a,test,2026-05-12,date\n"
        "images/p7.png,b,test,2026-05-12,date\n"
    )
    found = check(folder, tmp_path)
    assert [(one.code, one.subject) for one in found.findings] == [
        (FindingCode.LABEL_WITHOUT_PICTURE, "images/p7.png"),
        (FindingCode.SOURCE_ON_BOTH_SIDES, "a"),
    ]
