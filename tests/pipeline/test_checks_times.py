"""Checks of times, as tables: what was uploaded, and what each item says about it."""

from dataclasses import dataclass, field

import pytest

from pipeline.evidence import Metadata
from pipeline.results import CheckResult, Leaning, Outcome
from pipeline.times import WallTime
from pipeline.visit import AppointmentWindow, Stage


@dataclass(frozen=True)
class Case:
    """Photos as (name, stage, stamp), the outcome, and words that the English reason must hold."""

    name: str
    photos: tuple[tuple[str, str | None, str | None], ...]
    outcome: Outcome
    says: str = ""
    service: str = "repair"
    visit: dict[str, object] = field(default_factory=dict)


def run(bench, build, item_id: str, case: Case) -> CheckResult:
    seen = [build.damaged(n, s) if c == "!" else build.photo(n, s, c) for n, s, c in case.photos]
    visit = {
        key: build.local(value) if isinstance(value, str) else value for key, value in case.visit.items()
    }
    result = bench.check(item_id, *seen, service=case.service, **visit)
    assert result.outcome is case.outcome, result.reason.en
    assert case.says in result.reason.en
    assert (result.remedy is None) == (case.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE))
    return result


WATERMARK = [
    Case("all legible", (("a", "entry", "09:00"), ("b", "before", "09:05:00")), Outcome.PASS),
    Case("one without", (("a", "entry", "09:00"), ("b", "before", None)), Outcome.MISSING, "found on b"),
    Case("one illegible", (("a", "entry", "09:00"), ("b", "before", "?")), Outcome.UNREADABLE, "on b is not"),
    Case("absence comes first", (("a", "entry", "?"), ("b", "before", None)), Outcome.MISSING, "found on b"),
    Case(
        "the other reading is later than the upload",
        (("a", "entry", "2026-05-12|2026-12-05"),),
        Outcome.PASS,
        "decided by the upload",
    ),
    Case(
        "the day of the visit settles nothing", (("a", "entry", "2026-05-12|2026-04-05"),), Outcome.UNREADABLE
    ),
    Case(
        "a damaged one is not counted",
        (("a", "entry", "09:00"), ("b", "before", "!")),
        Outcome.PASS,
        "not counting b",
    ),
    Case("all damaged", (("b", "before", "!"),), Outcome.UNREADABLE, "b can't be opened"),
    Case("nothing at all", (), Outcome.MISSING, "no picture"),
]


@pytest.mark.parametrize("case", WATERMARK, ids=lambda case: case.name)
def test_watermark(bench, build, case):
    run(bench, build, "time.watermark", case)


def test_a_photo_without_a_stamp_is_retaken_at_its_stage(bench, build):
    case = Case("", (("a", "entry", "09:00"), ("b", "before", None)), Outcome.MISSING)
    result = run(bench, build, "time.watermark", case)
    assert result.retake == (Stage.BEFORE,)
    assert [ref.media_key.rsplit("/")[-1] for ref in result.evidence] == ["b"]
    assert result.measurement is not None
    assert result.measurement.value.startswith("1/2 ")


WINDOW = [
    Case("inside", (("a", "entry", "09:00"), ("b", "after", "12:00")), Outcome.PASS),
    Case("an hour early is allowed", (("a", "entry", "08:00"),), Outcome.PASS),
    Case(
        "the minute before may be by seconds", (("a", "entry", "07:59"),), Outcome.CONFIRM, "not fine enough"
    ),
    Case("by a second", (("a", "entry", "07:59:58"),), Outcome.FAIL, "before the visit"),
    Case("two minutes", (("a", "entry", "07:58"),), Outcome.FAIL, "before the visit"),
    Case("too late", (("a", "entry", "09:00"), ("b", "after", "19:01")), Outcome.FAIL, "b was taken at"),
    Case("the day before", (("a", "entry", "2026-05-11T09:00"),), Outcome.FAIL, "2026-05-11 09:00"),
    Case("date only, right day", (("a", "entry", "2026-05-12"),), Outcome.CONFIRM, "may lie within"),
    Case("date only, day after", (("a", "entry", "2026-05-13"),), Outcome.FAIL, "after the visit"),
    Case("a file without a stage counts", (("a", None, "2026-05-11T09:00"),), Outcome.FAIL),
    Case(
        "a notice may be older", (("n", "notice", "2026-05-01T09:00"), ("a", "entry", "09:00")), Outcome.PASS
    ),
    Case("no time", (("a", "entry", None),), Outcome.MISSING),
    Case("illegible", (("a", "entry", "?"),), Outcome.UNREADABLE),
    Case("damaged", (("a", "entry", "!"),), Outcome.UNREADABLE),
    Case("nothing", (), Outcome.MISSING),
]


@pytest.mark.parametrize("case", WINDOW, ids=lambda case: case.name)
def test_window(bench, build, case):
    run(bench, build, "time.window", case)


def exif_photo(build, name, clock, exif):
    metadata = Metadata(exif_taken_at=WallTime.from_iso(exif))
    return build.photo(name, "entry", clock, metadata=metadata)


def test_a_lone_stamp_against_its_own_file_may_be_misread(bench, build):
    odd = exif_photo(build, "a", "2026-06-12T09:00", "2026-05-12T09:00:10")
    result = bench.check("time.window", odd, build.photo("b", "after", "10:00"), service="repair")
    assert (result.outcome, result.leaning) == (Outcome.CONFIRM, Leaning.AGAINST)
    assert "misread" in result.reason.en
    assert "2026-06-12 09:00" in result.reason.zh


def test_stamps_that_are_all_off_are_believed(bench, build):
    odd = [exif_photo(build, name, "2026-05-11T09:00", "2026-05-12T09:00:10") for name in "ab"]
    assert bench.check("time.window", *odd, service="repair").outcome is Outcome.FAIL


def test_a_window_never_reaches_into_the_next_day(bench, build):
    late = AppointmentWindow(build.local("21:00"), build.local("22:00"), "Asia/Shanghai")
    case = Case("", (("a", "after", "2026-05-13T01:00"),), Outcome.FAIL, visit={"window": late})
    run(bench, build, "time.window", case)


def test_a_window_over_midnight_has_two_days(bench, build):
    night = AppointmentWindow(build.local("23:00"), build.local("2026-05-13T01:00"), "Asia/Shanghai")
    case = Case("", (("a", "after", "2026-05-13T02:00"),), Outcome.PASS, visit={"window": night})
    run(bench, build, "time.window", case)


def test_near_the_edge_of_the_window(bench, build):
    result = bench.check("time.window", build.photo("a", "after", "18:58:00"), service="repair")
    assert result.measurement is not None
    assert result.measurement.nearness == pytest.approx(2 / 480)


PUNCTUAL = [
    Case("early", (("a", "arrival", "08:50"), ("b", "arrival", "09:40")), Outcome.PASS, "08:50"),
    Case("just early enough", (("a", "arrival", "10:50:00"),), Outcome.PASS),
    Case("within the minute", (("a", "arrival", "10:50"),), Outcome.CONFIRM, "not fine enough"),
    Case("one of two in time", (("a", "arrival", "2026-05-12"), ("b", "arrival", "10:49")), Outcome.PASS),
    Case("not ten minutes early", (("a", "arrival", "10:51"),), Outcome.FAIL, "not 10 minutes early"),
    Case("late", (("a", "arrival", "11:10"),), Outcome.FAIL, "not announced"),
    Case(
        "announced",
        (("a", "arrival", "11:29"),),
        Outcome.PASS,
        "was announced",
        visit={"delay_announced_at": "10:30"},
    ),
    Case(
        "announced, and hardly late",
        (("a", "arrival", "10:55"),),
        Outcome.PASS,
        "was announced",
        visit={"delay_announced_at": "10:30"},
    ),
    Case(
        "announced, late within the minute",
        (("a", "arrival", "11:30"),),
        Outcome.CONFIRM,
        "not fine enough",
        visit={"delay_announced_at": "10:30"},
    ),
    Case(
        "announced, too late",
        (("a", "arrival", "11:31"),),
        Outcome.FAIL,
        "more than 30",
        visit={"delay_announced_at": "10:30"},
    ),
    Case(
        "announced afterwards",
        (("a", "arrival", "11:30"),),
        Outcome.FAIL,
        "not announced",
        visit={"delay_announced_at": "11:05"},
    ),
    Case("the day alone", (("a", "arrival", "2026-05-12"),), Outcome.UNREADABLE),
    Case("years before", (("a", "arrival", "2015-08-30T01:08"),), Outcome.MISSING, "not taken on the day"),
    Case("the day before", (("a", "arrival", "2026-05-11T08:50"),), Outcome.MISSING, "not taken on the day"),
    Case(
        "of two days",
        (("a", "arrival", "2026-05-11T08:50"), ("b", "arrival", "11:10")),
        Outcome.FAIL,
        "not announced",
    ),
    Case("no time", (("a", "arrival", None),), Outcome.MISSING),
    Case("no arrival", (("a", "entry", "09:00"),), Outcome.MISSING, "no picture"),
    Case("damaged", (("a", "arrival", "!"),), Outcome.UNREADABLE),
]


@pytest.mark.parametrize("case", PUNCTUAL, ids=lambda case: case.name)
def test_punctual(bench, build, case):
    run(bench, build, "time.punctual", case)


ORDER = [
    Case(
        "in order", (("a", "entry", "09:00"), ("b", "before", "09:05"), ("c", "after", "10:00")), Outcome.PASS
    ),
    Case("the same minute", (("a", "entry", "09:00"), ("b", "before", "09:00")), Outcome.PASS),
    Case("within the tolerance", (("a", "entry", "09:00:59"), ("b", "before", "09:00:01")), Outcome.PASS),
    Case("perhaps", (("a", "entry", "09:02"), ("b", "before", "09:00")), Outcome.CONFIRM, "which came first"),
    Case(
        "reversed",
        (("a", "before", "10:00"), ("b", "after", "09:00")),
        Outcome.FAIL,
        "b (after work, 2026-05-12 09:00)",
    ),
    Case(
        "two of a stage in any order",
        (("a", "before", "10:00"), ("b", "before", "09:00"), ("c", "after", "11:00")),
        Outcome.PASS,
    ),
    Case("the day alone", (("a", "before", "2026-05-12"), ("b", "after", "09:00")), Outcome.UNREADABLE),
    Case(
        "a day among others",
        (("a", "before", "2026-05-12"), ("b", "during", "09:00"), ("c", "after", "10:00")),
        Outcome.PASS,
    ),
    Case(
        "a later day is out of order",
        (("a", "before", "2026-05-13"), ("b", "during", "09:00"), ("c", "after", "10:00")),
        Outcome.FAIL,
    ),
    Case("one stage only", (("a", "before", "10:00"), ("b", "before", "09:00")), Outcome.MISSING),
    Case("only one has a time", (("a", "before", "10:00"), ("b", "after", None)), Outcome.MISSING),
    Case("only one is legible", (("a", "before", "10:00"), ("b", "after", "?")), Outcome.UNREADABLE),
]


@pytest.mark.parametrize("case", ORDER, ids=lambda case: case.name)
def test_order(bench, build, case):
    run(bench, build, "time.order", case)


NOTICE = [
    Case("three days", (("n", "notice", "2026-05-09T23:00"),), Outcome.PASS, "3 days", "meter_replacement"),
    Case(
        "two days", (("n", "notice", "2026-05-10T00:10"),), Outcome.FAIL, "only 2 days", "meter_replacement"
    ),
    Case(
        "the date is enough", (("n", "notice", "2026-05-01"),), Outcome.PASS, "11 days", "meter_replacement"
    ),
    Case("no notice", (("a", "entry", "09:00"),), Outcome.MISSING, "", "meter_replacement"),
]


@pytest.mark.parametrize("case", NOTICE, ids=lambda case: case.name)
def test_notice(bench, build, case):
    run(bench, build, "time.notice", case)


WAIT = [
    Case(
        "half an hour",
        (("a", "arrival", "09:00:00"), ("b", "arrival", "09:30:00")),
        Outcome.PASS,
        "",
        "no_answer",
    ),
    Case(
        "a minute short, to the minute",
        (("a", "arrival", "09:00"), ("b", "arrival", "09:29")),
        Outcome.CONFIRM,
        "28–30 minutes",
        "no_answer",
    ),
    Case(
        "more than a minute longer, to the minute",
        (("a", "arrival", "09:00"), ("b", "arrival", "09:31")),
        Outcome.PASS,
        "30–32 minutes",
        "no_answer",
    ),
    Case(
        "short",
        (("a", "arrival", "09:00"), ("b", "arrival", "09:20")),
        Outcome.FAIL,
        "19–21 minutes",
        "no_answer",
    ),
    Case("one photo", (("a", "arrival", "09:00"),), Outcome.MISSING, "Only one", "no_answer"),
    Case("no time", (("a", "arrival", None),), Outcome.MISSING, "", "no_answer"),
    Case(
        "from one day to the next",
        (("a", "arrival", "2026-05-11T09:00"), ("b", "arrival", "09:10")),
        Outcome.MISSING,
        "Only one",
        "no_answer",
    ),
]


@pytest.mark.parametrize("case", WAIT, ids=lambda case: case.name)
def test_wait(bench, build, case):
    run(bench, build, "wait.kept", case)


def taken(text: str) -> Metadata:
    return Metadata(exif_taken_at=WallTime.from_iso(text))


def test_consistent_clocks_pass(bench, build):
    seen = build.photo("a", "entry", "09:00:00", metadata=taken("2026-05-12T09:00:30"))
    assert bench.check("time.consistent", seen).outcome is Outcome.PASS


def test_an_unexplained_disagreement_fails_with_both_values_and_doubt(bench, build):
    seen = build.photo("a", "entry", "09:00:00", metadata=taken("2026-05-10T14:17:00"))
    result = bench.check("time.consistent", seen)
    assert result.outcome is Outcome.FAIL
    assert result.doubt
    assert "2026-05-12 09:00:00" in result.reason.en
    assert "2026-05-10 14:17:00" in result.reason.zh


def test_an_explained_disagreement_is_left_to_a_person(bench, build):
    seen = build.photo("a", "entry", "09:00:00", metadata=taken("2026-05-12T10:00:00"))
    result = bench.check("time.consistent", seen)
    assert (result.outcome, result.leaning, result.doubt) == (Outcome.CONFIRM, Leaning.FOR, False)
    assert "time zone" in result.reason.en


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [([("a", "09:00")], Outcome.MISSING), ([("a", "!")], Outcome.UNREADABLE), ([], Outcome.MISSING)],
)
def test_one_clock_alone_agrees_with_nothing(bench, build, seen, outcome):
    files = [
        build.damaged(n, "entry") if c == "!" else build.photo(n, "entry", c, uploaded=None) for n, c in seen
    ]
    assert bench.check("time.consistent", *files).outcome is outcome
