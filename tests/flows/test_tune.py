"""The nightly evaluation: bounds from a file, alarms that reach somebody, the flow under a real Prefect."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr

from flows.alerts import alert
from flows.tuning_night import Measured, alarm_text, as_markdown, evaluate_set
from pipeline.errors import RulesError
from pipeline.tuning.bounds import Bound, BoundCheck, Figure, Measure, check_bounds
from pipeline.tuning.evaluations import EvaluationKind
from storage.bounds_file import load_bounds
from storage.evaluations import NewEvaluation
from storage.results import ResultStore

ROOT = Path(__file__).resolve().parents[2]
RECALL, PRECISION = Measure.RECALL, Measure.PRECISION
BADGE = Figure("badge", RECALL, 0.71, 0.6, 0.8, 60)


class Listener(BaseHTTPRequestHandler):
    """Remembers what was posted to it."""

    heard: ClassVar[list[dict[str, Any]]]
    status = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).heard.append(json.loads(body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[type[Listener], str]]:
    """Somebody who listens at a webhook, and its URL."""

    class Ours(Listener):
        heard: ClassVar[list[dict[str, Any]]] = []

    with HTTPServer(("127.0.0.1", 0), Ours) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Ours, f"http://127.0.0.1:{server.server_port}/hook?key=hidden"
        server.shutdown()


@pytest.fixture
def results(tmp_path: Path) -> Iterator[ResultStore]:
    with closing(ResultStore(f"sqlite:///{tmp_path}/data/results.db")) as store:
        yield store


def labelled_set(folder: Path, bounds: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "bounds.yaml").write_text(bounds, encoding="utf-8")
    return folder


def measured(*figures: Figure) -> Measured:
    return Measured(NewEvaluation(EvaluationKind.DETECTOR, "badge", "{}", "badges"), figures)


@pytest.mark.parametrize(
    ("figure", "least", "kept", "words"),
    [
        (BADGE, 0.7, True, "at least 0.7"),
        (BADGE, 0.71, True, "at least 0.71"),
        (BADGE, 0.72, False, "badge recall: 0.710 (n=60, 95 % 0.600–0.800), below 0.72"),
        (Figure("badge", RECALL, None, 0, 1, 0), 0.1, False, "can't be measured"),
        (None, 0.0, False, "can't be measured"),
    ],
)
def test_a_figure_and_its_bound(figure: Figure | None, least: float, kept: bool, words: str) -> None:
    check = BoundCheck(Bound("badge", RECALL, least), figure)
    assert check.is_kept is kept
    assert words in check.words.en
    assert "badge" in check.words.zh


def test_what_is_not_kept_comes_first() -> None:
    bounds = (Bound("badge", RECALL, 0.5), Bound("badge", PRECISION, 0.9), Bound("tool", RECALL, 0.1))
    found = check_bounds([BADGE, Figure("badge", PRECISION, 0.8, 0.7, 0.9, 50)], bounds)
    assert [(check.bound.subject, check.bound.measure, check.is_kept) for check in found] == [
        ("badge", PRECISION, False),
        ("tool", RECALL, False),
        ("badge", RECALL, True),
    ]


def test_bounds_stand_beside_the_set(tmp_path: Path) -> None:
    folder = labelled_set(
        tmp_path / "set", "badge: {recall: 0.6, precision: 0.9}\ntool: {average_precision: 0.5}\n"
    )
    assert load_bounds(folder) == (
        Bound("badge", RECALL, 0.6),
        Bound("badge", PRECISION, 0.9),
        Bound("tool", Measure.AVERAGE_PRECISION, 0.5),
    )
    assert load_bounds(tmp_path) == ()
    (folder / "bounds.yaml").write_text("# nothing yet\n")
    assert load_bounds(folder) == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("badge: {recal: 0.6}", "recal"),
        ("badge: {recall: 60}", "less than or equal to 1"),
        ("badge: 0.6", "badge"),
        ("badge: [", "can't be read as YAML"),
        ("- badge", "dictionary"),
    ],
)
def test_a_mistake_in_the_bounds_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    folder = labelled_set(tmp_path / "set", text)
    with pytest.raises(RulesError) as caught:
        load_bounds(folder)
    assert "bounds.yaml" in str(caught.value)
    assert complaint in str(caught.value)


def test_a_set_is_measured_kept_and_held_against_its_bounds(results: ResultStore, tmp_path: Path) -> None:
    folder = labelled_set(tmp_path / "badges", "badge: {recall: 0.8, precision: 0.5}\n")
    good = Figure("badge", PRECISION, 0.9, 0.8, 0.95, 50)
    outcome = evaluate_set(results, folder, lambda _: measured(BADGE, good))
    assert outcome.evaluation_id is not None
    assert results.evaluations.get(outcome.evaluation_id).set_name == "badges"
    assert alarm_text([outcome]) == "badges: badge recall: 0.710 (n=60, 95 % 0.600–0.800), below 0.8"
    shown = as_markdown(outcome)
    assert "| badge recall | 0.710 | 0.600–0.800 | 60 | 0.8 |" in shown
    assert "低于下限 0.8" in shown


def test_a_set_that_can_t_be_measured_is_told_and_stops_no_other(
    results: ResultStore, tmp_path: Path
) -> None:
    def fail(folder: Path) -> Measured:
        raise RulesError(f"{folder}: no labels")

    lost = evaluate_set(results, tmp_path / "lost", fail)
    fine = evaluate_set(
        results, labelled_set(tmp_path / "fine", "badge: {recall: 0.5}"), lambda _: measured(BADGE)
    )
    assert (lost.evaluation_id, fine.alarms) == (None, ())
    assert "RulesError" in alarm_text([lost, fine])
    assert "未完成" in as_markdown(lost)
    assert "none" in as_markdown(fine)


def test_an_alert_is_logged_and_posted(
    listener: tuple[type[Listener], str], caplog: pytest.LogCaptureFixture
) -> None:
    heard, url = listener
    assert alert("badge recall fell", {"sets": ["badges"]}, SecretStr(url))
    assert heard.heard == [{"text": "badge recall fell", "sets": ["badges"]}]
    assert [record.levelname for record in caplog.records if record.name == "flows.alerts"] == ["ERROR"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_webhook_that_refuses_stops_nothing(
    listener: tuple[type[Listener], str], caplog: pytest.LogCaptureFixture, status: int
) -> None:
    refusing, url = listener
    refusing.status = status
    assert not alert("x", {}, SecretStr(url))
    assert not alert("x", {}, SecretStr("http://127.0.0.1:1/hook?key=hidden"))
    assert not alert("x", {}, None)
    assert "did not reach the webhook" in caplog.text
    assert not any(
        "hidden" in record.getMessage() for record in caplog.records if record.name == "flows.alerts"
    )


def run_flow(folder: Path, labelled: Path, webhook: str, *recalls: float) -> list[dict[str, Any]]:
    """How each run ended; one for each recall that is measured."""
    arguments = [str(folder / "data"), str(labelled), webhook, *map(str, recalls)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.tune_process", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_flow_keeps_tells_and_fails_where_a_bound_is_broken(
    tmp_path: Path, listener: tuple[type[Listener], str]
) -> None:
    heard, url = listener
    labelled = labelled_set(tmp_path / "Badges 工牌", "badge: {recall: 0.7}\n")
    kept, ended = run_flow(tmp_path, labelled, url, 0.8, 0.6)
    assert (kept["name"], kept["type"]) == ("Completed", "COMPLETED")
    assert (ended["name"], ended["type"]) == ("BelowBound", "FAILED")
    assert "badge recall: 0.600" in ended["message"]
    assert [one["sets"].keys() for one in heard.heard] == [{"Badges 工牌"}]
    with closing(sqlite3.connect(tmp_path / "data" / "results.db")) as database:
        assert database.execute("select count(*) from evaluations").fetchone() == (2,)
    with closing(sqlite3.connect(tmp_path / "data" / "prefect" / "prefect.db")) as database:
        query = "select data from artifact where key = 'tune-badges' order by created desc limit 1"
        (data,) = database.execute(query).fetchone()
    assert "below 0.7" in data
