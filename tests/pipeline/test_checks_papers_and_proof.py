"""Papers, authenticity, videos, remarks, and the exemption."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evidence import Metadata
from pipeline.results import Leaning, Outcome
from pipeline.visit import Exemption, ExemptionKind, Hazard, Stage

FLAT = "0000000000000001"


def paper(build, stage, clock="09:00", name="p"):
    return build.photo(name, stage, clock, build.box("document", 0.9))


# ---- papers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item_id", "stage"),
    [("document.signed", "acceptance"), ("leaflet.given", "acceptance"), ("departure.checked", "departure")],
)
def test_a_document_is_at_most_a_question(bench, build, item_id, stage):
    found = bench.check(item_id, paper(build, stage))
    assert (found.outcome, found.leaning) == (Outcome.CONFIRM, Leaning.FOR)
    assert "confirm" in found.reason.en
    assert bench.check(item_id, build.photo("p", stage, "09:00")).outcome is Outcome.MISSING


@pytest.mark.parametrize(
    ("clock", "outcome"),
    [("09:00", Outcome.CONFIRM), ("2026-05-11T09:00", Outcome.FAIL), (None, Outcome.UNREADABLE)],
)
def test_a_visit_card_belongs_to_the_visit(bench, build, clock, outcome):
    result = bench.check("notice.left", paper(build, "arrival", clock), service="no_answer")
    assert result.outcome is outcome


def test_no_visit_card(bench, build):
    result = bench.check("notice.left", build.photo("a", "arrival", "09:00"), service="no_answer")
    assert result.outcome is Outcome.MISSING


def test_a_hazard_needs_its_notice(bench, build):
    hazards = (Hazard("燃气软管老化"),)
    assert (
        bench.check("hazard.reported", paper(build, "before"), service="repair").outcome
        is Outcome.NOT_APPLICABLE
    )
    found = bench.check("hazard.reported", paper(build, "before"), service="repair", hazards=hazards)
    assert (found.outcome, found.leaning) == (Outcome.CONFIRM, Leaning.FOR)
    assert "燃气软管老化" in found.reason.zh
    without = bench.check(
        "hazard.reported", build.photo("a", "before", "09:00"), service="repair", hazards=hazards
    )
    assert without.outcome is Outcome.MISSING


# ---- unique.media -----------------------------------------------------------------------------------------


def test_the_same_bytes_twice_in_a_visit(bench, build):
    first, again = (
        build.photo("a", "before", "09:00", sha256="aa"),
        build.photo("b", "after", "10:00", sha256="aa"),
    )
    result = bench.check("unique.media", first, again)
    assert (result.outcome, result.doubt) == (Outcome.FAIL, True)
    assert "b is the same file as a" in result.reason.en


@pytest.mark.parametrize(
    ("stage", "hash_hex", "outcome"),
    [
        ("after", "0f0f0f0f0f0f0f0e", Outcome.CONFIRM),
        ("before", "0f0f0f0f0f0f0f0e", Outcome.PASS),
        ("after", "f0f0f0f0f0f0f0f0", Outcome.PASS),
    ],
    ids=["near-copy at another stage", "several of one stage", "another picture"],
)
def test_near_copies_within_a_visit(bench, build, stage, hash_hex, outcome):
    first = build.photo("a", "before", "09:00", perceptual_hash="0f0f0f0f0f0f0f0f")
    result = bench.check("unique.media", first, build.photo("b", stage, "10:00", perceptual_hash=hash_hex))
    assert result.outcome is outcome


@pytest.mark.parametrize(
    ("visit_id", "sha", "hash_hex", "outcome"),
    [
        ("V-0", "aa", "0f0f0f0f0f0f0f0f", Outcome.FAIL),
        ("V-0", "bb", "0f0f0f0f0f0f0f0e", Outcome.CONFIRM),
        ("V-0", "bb", "f0f0f0f0f0f0f0f0", Outcome.PASS),
        ("V-1", "aa", "0f0f0f0f0f0f0f0f", Outcome.PASS),
    ],
    ids=["same bytes", "near-copy", "far away", "this very visit"],
)
def test_uses_in_other_visits(bench, build, visit_id, sha, hash_hex, outcome):
    seen = build.photo("a", "before", "09:00", sha256="aa", perceptual_hash="0f0f0f0f0f0f0f0f")
    uses = {seen[0].key: (build.use(visit_id, "old.jpg", sha, hash_hex),)}
    result = bench.check("unique.media", seen, uses=uses)
    assert result.outcome is outcome
    if outcome is not Outcome.PASS:
        assert result.doubt
        assert "V-0" in result.reason.en


def test_flat_pictures_look_like_nothing(bench, build):
    first = build.photo("a", "before", "09:00", perceptual_hash=FLAT)
    assert (
        bench.check("unique.media", first, build.photo("b", "after", "10:00", perceptual_hash=FLAT)).outcome
        is Outcome.PASS
    )


# ---- authentic.media --------------------------------------------------------------------------------------

TRACES = [
    (Metadata(software="Adobe Photoshop 25.1 (Windows)"), True),
    (Metadata(raw=(("Image Software", "GIMP 2.10"),)), True),
    (Metadata(raw=(("EXIF UserComment", "Screenshot"),)), True),
    (Metadata(software="Android QP1A.190711.020", make="HUAWEI"), False),
    (Metadata(software="水印相机 4.2"), False),
    (Metadata(raw=(("Image Artist", "Photoshop Ltd"),)), False),
    (Metadata(), False),
]


@pytest.mark.parametrize(("metadata", "hit"), TRACES)
def test_a_trace_flags_and_never_fails(bench, build, metadata, hit):
    result = bench.check("authentic.media", build.photo("a", "before", "09:00", metadata=metadata))
    assert result.outcome is (Outcome.CONFIRM if hit else Outcome.PASS)
    assert result.doubt == hit


def test_without_a_trace_it_is_still_to_be_confirmed(bench, build):
    result = bench.check("authentic.media", build.photo("a", "before", "09:00"), proven=False)
    assert (result.outcome, result.leaning) == (Outcome.CONFIRM, Leaning.FOR)


# ---- video.unbroken ---------------------------------------------------------------------------------------


def each_second(shown_at, seconds: int = 20, step_s: float = 0.7) -> list[tuple[float, str]]:
    """Readings of a clock that shows the second `shown_at` of nine o'clock."""
    moments = [number * step_s for number in range(int(seconds / step_s))]
    return [(at_s, f"09:{int(shown_at(at_s)) // 60:02d}:{int(shown_at(at_s)) % 60:02d}") for at_s in moments]


READ_TO_THE_FIFTH = each_second(lambda at_s: at_s, 5)
VIDEOS = [
    ("runs", each_second(lambda at_s: at_s), Outcome.PASS),
    ("within the tolerance", each_second(lambda at_s: at_s + 0.9 * (at_s > 9)), Outcome.PASS),
    ("cut", each_second(lambda at_s: at_s + 2.5 * (at_s > 9)), Outcome.FAIL),
    ("loop", each_second(lambda at_s: at_s - 5 * (at_s > 9)), Outcome.FAIL),
    ("clock stands", each_second(lambda at_s: min(at_s, 9) + max(0, at_s - 13)), Outcome.FAIL),
    ("slow speed-up adds up", each_second(lambda at_s: at_s * 1.2), Outcome.FAIL),
    ("one misreading", [*each_second(lambda at_s: at_s), (19.9, "09:00:58")], Outcome.PASS),
    ("to the minute", [(0, "09:00"), (4, "09:00"), (8, "09:01")], Outcome.UNREADABLE),
    (
        "to the minute, cut",
        [(0, "09:00"), (4, "09:00"), (8, "09:05"), (12, "09:05"), (16, "09:05")],
        Outcome.FAIL,
    ),
    ("unread for long", [*READ_TO_THE_FIFTH, (8, "?"), (11, "?"), (14, "09:00:14")], Outcome.UNREADABLE),
    ("one reading", [(0, "09:00:00"), (5, "?")], Outcome.UNREADABLE),
    ("a date says nothing", [(0, "2026-05-12"), (5, "2026-05-12")], Outcome.UNREADABLE),
]


@pytest.mark.parametrize(
    ("readings", "outcome"), [case[1:] for case in VIDEOS], ids=[case[0] for case in VIDEOS]
)
def test_video(bench, build, readings, outcome):
    result = bench.check("video.unbroken", build.video("v.mp4", "during", readings))
    assert result.outcome is outcome
    assert result.doubt == (outcome is Outcome.FAIL)


def test_a_broken_video_shows_both_frames_and_the_second(bench, build):
    readings = each_second(lambda at_s: at_s + 30 * (at_s > 9))
    result = bench.check("video.unbroken", build.video("v.mp4", "during", readings))
    assert [round(ref.presentation_s, 1) for ref in result.evidence] == [8.4, 9.1]
    assert all(ref.boxes for ref in result.evidence)
    assert "8.8 ± 0.4" in result.reason.en
    assert result.measurement.threshold == "≤ 1.0 s"


def test_readings_that_part_in_no_way_that_a_video_can_be_tampered_with_are_unreadable(bench, build):
    """The clock goes back and forth by a second: misread, not cut; under a tolerance that it breaks."""
    seconds = [32, 32, 33, 32, 34, 34, 34, 33, 34, 35, 35, 35]
    moments = [0.1, 0.5, 1.35, 1.55, 1.95, 2.15, 2.55, 2.95, 3.35, 4.45, 4.85, 4.95]
    readings = [(at_s, f"09:00:{second}") for at_s, second in zip(moments, seconds, strict=True)]
    video = build.video("v.mp4", "during", readings)
    assert bench.check("video.unbroken", video).outcome is Outcome.PASS
    result = bench.check("video.unbroken", video, params={"tolerance_s": 0.5})
    assert (result.outcome, result.doubt) == (Outcome.UNREADABLE, False)
    assert "contradict each other" in result.reason.en


def test_a_picture_that_stands_under_a_running_clock_is_shown_to_a_person(bench, build):
    item, evidence = build.video("v.mp4", "during", each_second(lambda at_s: at_s))
    samples = tuple(
        replace(sample, motion=0.1 if 6 < sample.presentation_s < 12 else 4.0)
        for sample in evidence.video_clock.samples
    )
    seen = item, replace(evidence, video_clock=replace(evidence.video_clock, samples=samples))
    result = bench.check("video.unbroken", seen)
    assert (result.outcome, result.leaning, result.doubt) == (Outcome.CONFIRM, Leaning.AGAINST, True)


def test_no_video_and_a_damaged_one(bench, build):
    assert (
        bench.check("video.unbroken", build.photo("a", "during", "09:00")).outcome is Outcome.NOT_APPLICABLE
    )
    damaged = build.damaged("v.mp4", "during", build.video("v.mp4", "during", [])[0].kind)
    assert bench.check("video.unbroken", damaged).outcome is Outcome.UNREADABLE


@given(st.lists(st.floats(0, 3000), min_size=2, max_size=8, unique=True), st.integers(0, 3600))
def test_an_honest_clock_is_never_broken(bench, build, moments, start_s):
    def shown(at_s: float) -> str:
        total = int(start_s + at_s)
        return f"{10 + total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}"

    readings = [(at_s, shown(at_s)) for at_s in moments]
    assert bench.check("video.unbroken", build.video("v.mp4", "during", readings)).outcome is Outcome.PASS


# ---- remarks, kit, exemption ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "item_id",
    ["uniform.worn", "parts.shown", "bag.marked", "shoes.dark_flat", "rag.brought", "window.opened"],
)
def test_what_cant_be_checked_says_what_is_missing(bench, build, item_id):
    result = bench.check(item_id, build.photo("a", "during", "09:00"))
    assert result.outcome is Outcome.NOT_CHECKED
    assert "Can't be checked yet" in result.reason.en
    assert "尚不能自动检查" in result.reason.zh


def test_the_five_are_missing_as_long_as_one_is(bench, build):
    result = bench.check("kit.five", build.photo("a", "entry", "09:00"))
    assert result.outcome is Outcome.MISSING
    assert result.measurement is not None
    assert result.measurement.value.startswith("0/4 ")


def refused(build, recorded=True):
    at = build.local("09:05") if recorded else None
    return (Exemption(ExemptionKind.REFUSED_FILMING, "王小明", at),)


@pytest.mark.parametrize(("recorded", "outcome"), [(True, Outcome.EXEMPT), (False, Outcome.MISSING)])
@pytest.mark.parametrize(
    "item_id", ["badge.visible", "shoe_cover.worn", "cloth.laid", "site.clean", "tools.order"]
)
def test_a_recorded_refusal_exempts_what_it_makes_impossible(bench, build, item_id, recorded, outcome):
    arrival = build.photo("a", "arrival", "08:50", build.box("badge", 0.9))
    assert bench.check(item_id, arrival, exemptions=refused(build, recorded)).outcome is outcome


def test_a_refusal_hides_nothing_that_was_seen(bench, build):
    bare = build.photo("a", "entry", "09:00", build.box("shoe", 0.9))
    assert bench.check("shoe_cover.worn", bare, exemptions=refused(build)).outcome is Outcome.FAIL


@pytest.mark.parametrize("item_id", ["time.watermark", "time.punctual", "document.signed"])
def test_a_refusal_excuses_no_other_item(bench, build, item_id):
    result = bench.check(item_id, build.photo("a", "entry", None), exemptions=refused(build))
    assert result.outcome is Outcome.MISSING


def test_without_media_nothing_passes_and_retakes_stay_within_the_items_stages(bench, build):
    rules = bench.rules("meter_replacement")
    for rule in rules.items:
        result = bench.check(rule.item_id, proven=False)
        assert set(result.retake) <= set(rule.stages or tuple(Stage))
        assert result.outcome is not Outcome.PASS
