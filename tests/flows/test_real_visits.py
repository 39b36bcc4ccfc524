"""Visits made of real pictures, damaged files and videos among them, through the real command line."""

import csv
import shutil
import subprocess
import sys
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import pytest

from pipeline.evidence import FailureReason
from storage.results import ResultStore
from tests.flows.fakes import DAY, write_visit

VISITS = 20
VIDEOS = 8
LARGEST_VIDEO_BYTES = 1_500_000
PHOTO_ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".heic"}
SERVICES = ("repair", "cleaning", "installation", "survey", "safety_inspection")


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in PHOTO_ENDINGS)


def damaged_photos(shared: Path) -> list[Path]:
    """Those that Pillow can't decode, as the table beside them says."""
    with (shared / "metadata" / "photos.csv").open(encoding="utf-8", errors="replace", newline="") as table:
        names = [row["file"] for row in csv.DictReader(table) if row["kind"] == "undecodable"]
    found = (shared / "metadata" / name for name in names)
    return [path for path in found if path.suffix.lower() in PHOTO_ENDINGS]


def small_videos(shared: Path) -> list[Path]:
    found = sorted((shared / "metadata" / "videos").iterdir())
    wanted = (path for path in found if path.suffix.lower() in {".mp4", ".mov"})
    return [path for path in wanted if path.stat().st_size <= LARGEST_VIDEO_BYTES][:VIDEOS]


def build_visits(shared: Path, root: Path) -> dict[str, str]:
    """Visit id -> the damaged file's name in it.

    Each holds pictures of a stamp, a person and a workplace, and a damaged one; some hold a video.
    """
    stamped = files_in(shared / "watermarks" / "images")[:: 80 // VISITS]
    people = files_in(shared / "data" / "people")[:: 323 // VISITS]
    places = [
        picture
        for pair in zip(
            files_in(shared / "data" / "tools")[::50], files_in(shared / "data" / "rooms")[::20], strict=False
        )
        for picture in pair
    ]
    columns = zip(stamped, people, places, cycle(damaged_photos(shared)), strict=False)
    videos = iter(small_videos(shared))
    damaged: dict[str, str] = {}
    for number, (stamp, person, place, broken) in enumerate(islice(columns, VISITS)):
        visit_id = f"R-{number:02d}"
        staged = [(stamp, "arrival"), (person, "entry"), (place, "before"), (broken, "after")]
        if number % 2 == 0 and (video := next(videos, None)) is not None:
            staged.append((video, "during"))
        damaged[visit_id] = write_real_visit(root, visit_id, staged, SERVICES[number % len(SERVICES)])
    return damaged


def write_real_visit(root: Path, visit_id: str, staged: list[tuple[Path, str]], service: str) -> str:
    """Writes one visit; the name of its fourth file."""
    names = [f"{index}-{stage}{path.suffix.lower()}" for index, (path, stage) in enumerate(staged)]
    media = [
        {"key": name, "kind": "video" if name.endswith((".mp4", ".mov")) else "photo", "stage": stage}
        for name, (_, stage) in zip(names, staged, strict=True)
    ]
    window = {"start": f"{DAY}T09:00:00", "end": f"{DAY}T10:00:00", "zone": "Asia/Shanghai"}
    order = {"number": f"WO-{visit_id}", "service_type": service, "window": window}
    folder = write_visit(root, visit_id, {}, media=media, work_order=order)
    for name, (path, _) in zip(names, staged, strict=True):
        shutil.copyfile(path, folder / name)
    return names[3]


def visitproof(data_folder: Path, *arguments: str) -> str:
    program = Path(sys.executable).with_name("visitproof")
    command = [str(program), "--data-folder", str(data_folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(2400)
def test_a_night_over_real_pictures(shared_folder: Path, tmp_path: Path) -> None:
    damaged = build_visits(shared_folder, tmp_path / "visits")
    assert len(damaged) == VISITS
    data_folder = tmp_path / "data"
    visitproof(data_folder, "upload", str(tmp_path / "visits"))

    said = visitproof(data_folder, "nightly", "--date", DAY, "--html", str(tmp_path / "reports"))
    assert f"judged {VISITS}, unchanged 0, failed 0" in said
    assert len(list((tmp_path / "reports").glob("R-*.html"))) == VISITS
    with closing(ResultStore(f"sqlite:///{data_folder / 'results.db'}")) as results:
        first = {stored.report.visit_id: stored for stored in results.reports_for_day(DAY)}
        assert results.visit_failures(DAY) == ()
    assert set(first) == set(damaged)
    for visit_id, name in damaged.items():
        report = first[visit_id].report
        failures = {entry.media_key: entry.failure for entry in report.timeline if entry.failure is not None}
        failure = failures[f"visits/{DAY}/{visit_id}/{name}"]
        assert failure.reason is not FailureReason.NOT_FOUND
        assert failure.detail, "a failure says what to do"
        assert report.is_flagged

    again = visitproof(data_folder, "nightly", "--date", DAY)
    assert f"judged 0, unchanged {VISITS}, failed 0" in again
    with closing(ResultStore(f"sqlite:///{data_folder / 'results.db'}")) as results:
        second = {stored.report.visit_id: stored.report_digest for stored in results.reports_for_day(DAY)}
    assert second == {visit_id: stored.report_digest for visit_id, stored in first.items()}
