"""The nightly flow under a real Prefect, in processes of its own, one of which is killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows.assembly import open_store
from flows.settings import Settings
from tests.flows.fakes import FakeObserver, upload_small_visits

ROOT = Path(__file__).resolve().parents[2]
VISITS = 12
PATIENCE_S = 200


def start_night(folder: Path, seconds_per_file: float = 0.0, stumbles: int = 0) -> subprocess.Popen[str]:
    arguments = [folder / "data", folder / "diary.txt", seconds_per_file, stumbles]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.flows.night_process", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        # A group of its own: a kill then takes Prefect's server process along, as a dead machine does.
        start_new_session=True,
    )


def result_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    result: dict[str, Any] = json.loads(said.splitlines()[-1])
    return result


def artifact_of(folder: Path) -> object:
    """What the flow left for people to read, out of Prefect's own database: its client can't filter for it
    (`Artifact.get` of 3.8.8 sends an offset of null, which its server refuses)."""
    with sqlite3.connect(folder / "data" / "prefect" / "prefect.db") as database:
        query = "select data from artifact where key = 'nightly-summary' order by created desc limit 1"
        (data,) = database.execute(query).fetchone()
    return json.loads(data)


def await_lines(diary: Path, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not diary.is_file() or len(diary.read_text().splitlines()) < count:
        assert time.monotonic() < deadline, "the night did not get so far"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.timeout(3 * PATIENCE_S)
def test_a_night_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with open_store(Settings(data_folder=tmp_path / "data")) as store:
        ids = upload_small_visits(store, tmp_path / "visits", VISITS)
    diary = FakeObserver(tmp_path / "diary.txt")

    killed = start_night(tmp_path, seconds_per_file=0.2)
    await_lines(diary.diary, VISITS)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    before = len(diary.observed())
    assert VISITS <= before < 2 * VISITS, "killed half-way"

    # The second night also loses its connection once, and tries that chunk again.
    result = result_of(start_night(tmp_path, stumbles=1))
    assert result["visits"] == ids
    assert result["counts"] == {"judged": VISITS, "skipped": 0, "failed": 0}
    assert artifact_of(tmp_path) == result["markdown"]
    # Only the visit under work when the kill came may have been looked at twice; it holds two photos.
    assert len(set(diary.observed())) == 2 * VISITS
    assert sum(count - 1 for count in Counter(diary.observed()).values()) <= 2

    with sqlite3.connect(tmp_path / "data" / "results.db") as database:
        rows = database.execute("select visit_id, count(*) from reports group by visit_id").fetchall()
        digests = database.execute("select report_digest from reports where visit_id = ?", ids[:1]).fetchone()
        unfinished = database.execute("select count(*) from runs where finished_at is null").fetchone()
    assert dict(rows) == dict.fromkeys(ids, 1)
    assert digests == (result["digest_alone"],), "the flow for one visit gives the night's report"
    assert unfinished == (1,), "the killed run stays on record as one that never ended"
