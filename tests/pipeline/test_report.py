"""The report as a whole: complete, ordered, repeatable, and the same whatever order the files come in."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report import input_digest
from pipeline.results import FlagReason, Leaning, Outcome
from pipeline.rules import Grade
from pipeline.visit import Exemption, ExemptionKind, ManifestFindingCode

CLOTH = (0.2, 0.5, 0.8, 0.95)


def complete_visit(build):
    """Everything that a meter replacement asks for."""
    badge, person = (
        build.box("badge", 0.95, 0.55, 0.2, 0.6, 0.26),
        build.box("person", 0.95, 0.3, 0.05, 0.7, 0.9),
    )
    feet = [
        build.box("shoe_cover", 0.9, 0.4, 0.8, 0.48, 0.9),
        build.box("shoe_cover", 0.9, 0.52, 0.8, 0.6, 0.9),
    ]
    meter, paper = build.box("gas_meter", 0.9, 0.05, 0.1, 0.25, 0.4), build.box("document", 0.9)
    tools = [
        build.box("tool", 0.9, 0.3 + i * 0.1, 0.9 - h, 0.34 + i * 0.1, 0.9)
        for i, h in enumerate((0.35, 0.25, 0.15))
    ]
    cloth = build.box("work_cloth", 0.9, *CLOTH)
    bag, name = build.box("tool_bag", 0.9), [("王小明", 0.95), ("A10234", 0.95)]
    return [
        build.photo("notice.jpg", "notice", "2026-05-07T10:00:00"),
        build.photo("departure.jpg", "departure", "08:00:00", paper),
        build.photo("arrival.jpg", "arrival", "08:45:00", person, badge),
        build.photo("entry.jpg", "entry", "09:00:00", person, badge, bag, *feet, badge_text=name),
        build.photo("before.jpg", "before", "09:05:00", badge, cloth, meter, *tools),
        build.photo("during.jpg", "during", "09:30:00", badge, meter),
        build.video("during.mp4", "during", [(0, "09:31:00"), (10, "09:31:10")]),
        build.photo("after.jpg", "after", "10:00:00", badge, meter),
        build.photo("cleanup.jpg", "cleanup", "10:10:00", meter),
        build.photo("acceptance.jpg", "acceptance", "10:20:00", paper),
    ]


def outcomes(report):
    return {item.result.item_id: item.result.outcome for item in report.items}


def test_a_complete_visit(bench, build):
    report = bench.report(*complete_visit(build))
    bad = (Outcome.FAIL, Outcome.MISSING, Outcome.UNREADABLE)
    lacking = [
        i.result for i in report.items if i.result.outcome in bad or i.result.leaning is Leaning.AGAINST
    ]
    assert lacking == []
    assert report.score.score == 100
    assert report.score.grade is Grade.EXCELLENT
    assert report.score.confirmed_score < 100
    assert report.retakes == ()
    assert report.flags == ()


def test_every_item_speaks_both_languages_and_says_what_would_have_passed(bench, build):
    for seen in ([], complete_visit(build), [build.photo("a", "entry", None)], [build.damaged("a", "entry")]):
        for item in bench.report(*seen).items:
            assert item.result.reason.zh
            assert item.result.reason.en
            if item.result.outcome in (Outcome.FAIL, Outcome.MISSING, Outcome.UNREADABLE):
                assert item.result.remedy is not None


def test_an_empty_visit_is_a_report_and_no_crash(bench):
    report = bench.report()
    assert report.score.grade is Grade.FAIL
    assert report.score.score == 0
    assert report.timeline == ()


@pytest.mark.parametrize(
    "service",
    [
        "repair",
        "cleaning",
        "installation",
        "survey",
        "renovation",
        "meter_reading",
        "safety_inspection",
        "meter_replacement",
        "gas_activation",
        "no_answer",
    ],
)
def test_every_service_type_judges_any_visit(bench, build, service):
    for seen in ([], complete_visit(build), [build.damaged("a", s) for s in ("arrival", "before")]):
        assert len(bench.report(*seen, service=service).items) == len(bench.rules(service).items)


@settings(max_examples=25, deadline=None)
@given(st.randoms())
def test_the_order_of_the_media_changes_nothing(bench, build, random):
    seen = [*complete_visit(build), build.damaged("z", "after"), build.photo("y", None, "09:40")]
    shuffled = list(seen)
    random.shuffle(shuffled)
    assert bench.report(*shuffled) == bench.report(*seen)


def test_the_timeline_is_sorted_and_ends_with_what_has_no_time(bench, build):
    seen = [
        build.photo("late", "after", "10:00"),
        build.damaged("bad", "entry"),
        build.photo("early", "entry", "09:00"),
    ]
    names = [entry.media_key.rsplit("/")[-1] for entry in bench.report(*seen).timeline]
    assert names == ["early", "late", "bad"]


def test_a_damaged_file_flags(bench, build):
    report = bench.report(*complete_visit(build), build.damaged("bad.jpg", "during"))
    assert {(flag.reason, flag.subject.rsplit("/")[-1]) for flag in report.flags} == {
        (FlagReason.MEDIA_FAILURE, "bad.jpg")
    }


def refusal(build, recorded):
    return (Exemption(ExemptionKind.REFUSED_FILMING, "王小明", build.local("09:05") if recorded else None),)


def test_a_recorded_refusal_leaves_the_denominator(bench, build):
    door = [
        s
        for s in complete_visit(build)
        if s[0].stage and s[0].stage.value in ("notice", "departure", "arrival", "acceptance")
    ]
    report = bench.report(*door, exemptions=refusal(build, recorded=True))
    assert outcomes(report)["badge.visible"] is Outcome.EXEMPT
    assert report.score.score == 100
    assert report.manifest_findings == ()


def test_a_refusal_without_a_record_is_a_finding_and_exempts_nothing(bench, build):
    report = bench.report(build.photo("a", "arrival", "08:45"), exemptions=refusal(build, recorded=False))
    assert Outcome.EXEMPT not in outcomes(report).values()
    assert [finding.code for finding in report.manifest_findings] == [
        ManifestFindingCode.EXEMPTION_WITHOUT_RECORD
    ]
    assert FlagReason.MANIFEST in {flag.reason for flag in report.flags}


def test_one_photo_more_of_what_was_lacking_never_lowers_the_score(bench, build):
    """More evidence can do harm only by showing something wrong; a good picture never does."""
    whole = complete_visit(build)
    for left_out in range(len(whole)):
        fewer = [seen for i, seen in enumerate(whole) if i != left_out]
        assert bench.report(*fewer).score.score <= bench.report(*whole).score.score


# ---- naming the inputs ----------------------------------------------------------------------------------


def digest(bench, seen, *, manifest="m", rules=None, uses=None, observer="o", seed=1):
    return input_digest(manifest, seen, rules or bench.rules("repair"), uses or {}, observer, seed)


def test_equal_inputs_have_equal_digests(bench, build):
    seen = complete_visit(build)
    uses = {seen[0][0].key: (build.use("V-0", "a", "aa", "0f" * 8), build.use("V-2", "b", "bb", "0f" * 8))}
    turned = {key: tuple(reversed(value)) for key, value in uses.items()}
    assert digest(bench, seen, uses=uses) == digest(bench, list(reversed(seen)), uses=turned)
    assert digest(bench, seen) == digest(bench, seen, uses={seen[0][0].key: ()})
    assert len(digest(bench, seen)) == 64


def test_whatever_a_report_depends_on_changes_the_digest(bench, build):
    seen = complete_visit(build)
    item, evidence = seen[0]
    rules = bench.rules("repair")
    others = [
        digest(bench, seen),
        digest(bench, seen, manifest="n"),
        digest(bench, seen, observer="p"),
        digest(bench, seen, seed=2),
        digest(bench, seen, rules=replace(rules, digest="x")),
        digest(bench, seen, uses={item.key: (build.use("V-0", "a", "aa", "0f" * 8),)}),
        digest(bench, [(replace(item, uploaded_at=None), evidence), *seen[1:]]),
        digest(bench, [(replace(item, stage=None), evidence), *seen[1:]]),
        digest(bench, [(item, replace(evidence, sha256="00")), *seen[1:]]),
        digest(bench, [build.damaged("notice.jpg", "notice"), *seen[1:]]),
        digest(bench, seen[1:]),
    ]
    assert len(set(others)) == len(others)
