"""Evaluations on the site: the list, their pages, what is not shown, and pages as files."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from pipeline.auditing import Role
from pipeline.results import Outcome, VisitReport
from pipeline.tuning.evaluations import EvaluationKind
from pipeline.visit import ServiceType
from review.app import create_app
from review.tuning.background import Background
from review.tuning.detector_view import detector_view
from review.tuning.dial import Count, Dial, nearest
from review.tuning.page_file import render_file
from review.tuning.replay_view import replay_view
from review.tuning.sweep_view import sweep_view
from storage.evaluations import NewEvaluation
from storage.rule_files import load_rule_sets
from storage.tuning_codec import comparison_to_json, detector_to_json, replay_to_json, sweep_to_json
from tests.review.conftest import DrawnPictures
from tests.review.site_parts import Town
from tests.review.tuning_parts import (
    AGAINST,
    FAIL,
    FOR,
    PASS,
    made_comparison,
    made_detector,
    made_flip,
    made_replay,
    made_sweep,
)

ENGLISH = {"accept-language": "en"}
FLIPS = (
    made_flip("V-1", AGAINST, FOR, Outcome.PASS),
    made_flip("V-2", FOR, AGAINST),
    made_flip("V-3", FAIL, PASS, Outcome.FAIL),
)


def keep(town: Town, kind: EvaluationKind, body: str) -> str:
    """Keep an evaluation; the path of its page."""
    new = NewEvaluation(kind, kind.value, body)
    kept = town.site.results.evaluations.add(new, None, town.clock())
    return f"/tuning/evaluations/{kept.evaluation_id}"


def keep_visits(town: Town, report: VisitReport, *visit_ids: str, blind: bool = False) -> None:
    for visit_id in visit_ids:
        judged = replace(report, visit_id=visit_id, blind=blind)
        town.site.results.save_report(judged, visit_id * 8, town.clock())


def text_of(town: Town, path: str) -> str:
    answer = town.browser_of(Role.QA_LEAD).get(path, headers=ENGLISH)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_list_names_each_and_can_be_limited_to_a_kind(town: Town) -> None:
    assert "No evaluation yet" in text_of(town, "/tuning")
    keep(town, EvaluationKind.SWEEP, sweep_to_json(made_sweep()))
    path = keep(town, EvaluationKind.REPLAY, replay_to_json(made_replay(FLIPS)))
    assert "/tuning/evaluations/1" in text_of(town, "/tuning?kind=")
    only = text_of(town, "/tuning?kind=replay")
    assert path in only
    assert "/tuning/evaluations/1" not in only


def test_a_sweep_shows_the_value_in_force_and_a_table_of_all(town: Town, report: VisitReport) -> None:
    keep_visits(town, report, "F-1")
    text = text_of(town, keep(town, EvaluationKind.SWEEP, sweep_to_json(made_sweep())))
    assert "69.0 %" in text  # 40 of 58 accusations at 0.4
    assert "56.2 – 79.4 %" in text
    assert len(re.findall(r'<th scope="row" class="figure">0\.\d</th>', text)) == 9
    assert 'href="/visits/F-1"' in text
    assert 'src="/visits/F-1/media/' in text
    assert 'href="/visits/F-2"' not in text  # nothing is known of it: named, no link into the void


def test_nothing_is_shown_of_a_visit_that_is_to_be_decided_blind(town: Town, report: VisitReport) -> None:
    keep_visits(town, report, "F-1", "V-1", blind=True)
    swept = text_of(town, keep(town, EvaluationKind.SWEEP, sweep_to_json(made_sweep())))
    assert "F-1" not in swept
    assert "1 visits are to be decided blind" in swept
    replayed = text_of(town, keep(town, EvaluationKind.REPLAY, replay_to_json(made_replay(FLIPS))))
    assert "V-1" not in replayed
    assert "V-2" in replayed


def test_a_replay_counts_by_item_grade_and_team_and_says_what_auditors_had_decided(town: Town) -> None:
    text = text_of(town, keep(town, EvaluationKind.REPLAY, replay_to_json(made_replay(FLIPS))))
    assert '30.0 % <span class="soft small">(10.8 – 60.3 %, 3/10)' in text
    assert "Fail → Good" in text
    assert '50.0 % <span class="soft small">(9.5 – 90.5 %, 1/2)' in text  # V-1 as the auditor had it
    assert "6.0 → 5.0 on average" in text
    assert "its evidence is gone" in text


def test_a_detector_s_threshold_in_force_is_that_of_the_rules(town: Town) -> None:
    text = text_of(town, keep(town, EvaluationKind.DETECTOR, detector_to_json(made_detector())))
    in_force = load_rule_sets()[ServiceType.REPAIR].confidence["badge"]
    shown = next(number / 10 for number in range(1, 10) if number / 10 >= in_force)
    assert f"in force: {shown:.4g}" in text
    assert "50 labelled boxes in 60 pictures of 20 sources" in text
    assert "too few labels" in text
    assert text.index("alarm-0.9.jpg") < text.index("alarm-0.45.jpg")


def test_a_comparison_says_what_is_shown_and_where_nothing_can_be_said(town: Town) -> None:
    text = text_of(town, keep(town, EvaluationKind.COMPARISON, comparison_to_json(made_comparison())))
    assert made_comparison().verdict.en in text
    assert "+0.090 – +0.270" in text
    assert "0.000121" in text  # 2 against 20, two-sided
    assert "Not shown" in text


def test_of_a_labelled_set_only_pictures_that_the_evaluation_names_are_given(town: Town) -> None:
    path = keep(town, EvaluationKind.DETECTOR, detector_to_json(made_detector()))
    assert town.browser_of(Role.QA_LEAD).get(f"{path}/pictures/0").status_code == 404
    source = DrawnPictures()
    town.site = replace(town.site, set_pictures=source)
    browser = make_browser(town)
    answer = browser.get(f"{path}/pictures/0")
    assert answer.headers["content-type"] == "image/jpeg"
    assert source.asked == [("/images/alarm-0.9.jpg", None)]
    assert browser.get(f"{path}/pictures/99").status_code == 404


def make_browser(town: Town) -> TestClient:
    """Of a QA lead, on the site as it is now."""
    town.app = create_app(town.site)
    return town.browser_of(Role.QA_LEAD)


def test_flips_of_a_detector_are_the_boxes_between_two_thresholds() -> None:
    view = detector_view(made_detector(), Background(confidence={"badge": 0.4}))
    (dial,) = view.dials
    titles = [[dial.cards[card].title for card in shown] for shown in dial.flips]
    assert dial.present == 3
    assert titles[3] == []
    assert titles[4] == ["alarm-0.45.jpg"]
    assert titles[2] == ["alarm-0.3.jpg"]
    assert titles[1] == ["alarm-0.3.jpg", "miss.jpg"]
    assert dial.flip_totals[3] == 0
    assert dial.flip_totals[4] == (30 + 12) - (25 + 10)


def test_a_chart_is_a_picture_and_what_is_not_there_is_said_so(town: Town) -> None:
    browser = town.browser_of(Role.QA_LEAD)
    path = keep(town, EvaluationKind.SWEEP, sweep_to_json(made_sweep()))
    for narrow in ("", "?narrow=1"):
        answer = browser.get(f"{path}/curves/value.svg{narrow}")
        assert ElementTree.fromstring(answer.content).tag.endswith("svg")  # noqa: S314
    for missing in (f"{path}/curves/other.svg", "/tuning/evaluations/99"):
        assert browser.get(missing).status_code == 404


def test_a_page_as_a_file_holds_no_picture_unless_asked(report: VisitReport) -> None:
    view = replay_view(made_replay(FLIPS), Background({"V-1": report}))
    plain, pictured = render_file(view), render_file(view, DrawnPictures())
    assert "image/jpeg" not in plain
    assert pictured.count("data:image/jpeg") == len(FLIPS)
    assert "http" not in re.sub(r"data:[^\"]*", "", pictured).replace("http-equiv", "")
    assert render_file(view) == plain


def test_stops_and_figures_belong_together() -> None:
    name = replay_view(made_replay(()), Background()).title
    with pytest.raises(ValueError, match="every stop"):
        Dial("k", name, name, name, (0.1, 0.2), (), (Count(name, (1,)),))
    with pytest.raises(ValueError, match="every stop"):
        Dial("k", name, name, name, (), (), ())
    assert nearest((0.1, 0.4, 0.9), 0.7) == 2
    assert nearest((), 0.7) is None
    assert nearest((0.1,), None) is None


def test_a_sweep_of_one_value_is_a_page_too() -> None:
    assert "dial-1-handle" in render_file(sweep_view(made_sweep(1, present=0.1), Background()))
