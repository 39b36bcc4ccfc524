"""Made evaluations for the tuning pages: a sweep and a replay over the report of `tests.review.conftest`."""

from pipeline.auditing import ItemWord
from pipeline.geometry import BoundingBox
from pipeline.results import EvidenceRef, Leaning, Measurement, Outcome
from pipeline.rules import BilingualText, Grade
from pipeline.shares import Share
from pipeline.tuning.comparison import (
    Comparison,
    DetectorName,
    Difference,
    Finding,
    LabelComparison,
    Paired,
)
from pipeline.tuning.curves import (
    ClassChoice,
    ClassCurve,
    CurvePoint,
    DetectorEvaluation,
    Mistake,
    MistakeKind,
)
from pipeline.tuning.operating_points import OperatingPoint
from pipeline.tuning.replay import AuditorWord, DayLoad, Flip, Replay, RuleName, Skipped, VisitChange
from pipeline.tuning.sweeps import ParameterKind, ParameterPath, ParameterSweep, SweepPoint, TruthCounts
from pipeline.tuning.verdicts import Standing

FAULTY, FINE = 40, 60
"""Truths of the made sweep: visits whose shoe covers are lacking, and whose aren't."""
ITEM = "shoe_cover.worn"
MEDIA_KEY = "visits/2026-03-12/V-0007/entry-1.jpg"
AGAINST = Standing(Outcome.CONFIRM, Leaning.AGAINST)
FOR = Standing(Outcome.CONFIRM, Leaning.FOR)
PASS, FAIL = Standing(Outcome.PASS), Standing(Outcome.FAIL)


def made_sweep(stops: int = 9, present: float = 0.4) -> ParameterSweep:
    """The higher the threshold, the fewer accusations: 0.1 accuses everybody, 0.9 almost nobody."""
    points = tuple(_point((number + 1) / 10, present) for number in range(stops))
    return ParameterSweep(
        path=ParameterPath(ParameterKind.CONFIDENCE, "shoe"),
        service_types=("repair",),
        present=present,
        points=points,
        item_ids=(ITEM,),
        truths=TruthCounts(FAULTY + FINE, FAULTY + FINE, disputed=2),
        wish=BilingualText(
            "查准率至少 0.9，查全率尽量高", "recall as high as can be with precision at least 0.9"
        ),
        chosen=0.6,
        chosen_low=0.5,
        chosen_high=0.7,
    )


def _point(value: float, present: float) -> SweepPoint:
    found = round(FAULTY * min(1.0, 1.5 - value))
    wrong = max(0, round(FINE * (0.7 - value)))
    precision, recall = Share(found, found + wrong), Share(found, FAULTY)
    return SweepPoint(
        value=round(value, 2),
        right_accusations=found,
        wrong_accusations=wrong,
        right_passes=FINE - wrong,
        wrong_passes=FAULTY - found,
        undecided_fulfilled=0,
        undecided_lacking=0,
        to_confirm=found + wrong,
        precision=precision.value,
        precision_low=precision.interval[0],
        precision_high=precision.interval[1],
        recall=recall.value,
        recall_low=recall.interval[0],
        recall_high=recall.interval[1],
        grades_right=0,
        grades_known=0,
        grades_flipped=0,
        flipped=flipped_at(value, present),
    )


def flipped_at(value: float, present: float) -> tuple[str, ...]:
    """One visit more for each tenth between a value and the one in force: F-1 above it, B-1 below it."""
    steps = round(10 * (value - present))
    return tuple(f"{'F' if steps > 0 else 'B'}-{number + 1}" for number in range(abs(steps)))


NOT_COUNTED = Difference(None, None, None, None)


def made_comparison() -> Comparison:
    """A challenger that finds more badges, and of whose shoes nothing can be said."""
    better = LabelComparison(
        "badge", 0.5, 80, 40, 100, 0.4, 0.5,
        Paired(60, 2, 20, 18), Paired(3, 5, 4, 68),
        Difference(0.62, 0.8, 0.09, 0.27), Difference(0.7, 0.75, -0.01, 0.11),
        Difference(0.1, 0.09, -0.05, 0.03),
        Finding.BETTER,
    )  # fmt: skip
    nothing = LabelComparison(
        "shoe", 0.5, 5, 3, 0, 0.4, 0.4, Paired(0, 0, 0, 0), Paired(0, 0, 0, 5),
        NOT_COUNTED, NOT_COUNTED, Difference(0.0, 0.0, None, None),
    )  # fmt: skip
    old, new = DetectorName("made", "1", "a" * 64), DetectorName("made", "2", "b" * 64)
    return Comparison("badges", "1", "c" * 64, "test", old, new, 1000, 1, (better, nothing))


def made_detector(confidences: tuple[float, ...] = (0.9, 0.45, 0.3)) -> DetectorEvaluation:
    """A badge detector over a made set: false alarms with these confidences, and one miss at 0.2. Of 50
    labelled badges the fewer are found the higher the threshold."""
    points = tuple(_class_point(number / 10) for number in range(1, 10))
    curve = ClassCurve("badge", 50, 60, 20, 0, 0.5, 1.0, points, 0.71)
    box = BoundingBox(0.2, 0.2, 0.4, 0.5)
    mistakes = [
        Mistake(MistakeKind.FALSE_ALARM, "badge", f"images/alarm-{sure}.jpg", "house-1", box, sure)
        for sure in confidences
    ]
    mistakes.append(Mistake(MistakeKind.MISS, "badge", "images/miss.jpg", "house-2", box, 0.2))
    wish = BilingualText("查准率不低于 0.98", "precision at least 0.98")
    refused = OperatingPoint(
        wish, 0.8, None, False, BilingualText("标注太少", "too few labels"), more_labels_needed=120
    )
    return DetectorEvaluation(
        set_name="badges",
        set_version="1",
        set_digest="c" * 64,
        split="test",
        model_name="made",
        model_version="1",
        model_sha256="d" * 64,
        iou=0.5,
        pictures=60,
        visits=20,
        classes=(curve,),
        mistakes=tuple(mistakes),
        choices=(ClassChoice("badge", refused),),
    )


def _class_point(threshold: float) -> CurvePoint:
    found, alarms = round(50 * (1 - threshold)), round(20 * (1 - threshold))
    precision, recall = Share(found, found + alarms), Share(found, 50)
    f_beta = 2 * found / (2 * found + alarms + 50 - found)
    return CurvePoint(
        threshold, found, alarms, 50 - found,
        precision.value, *precision.interval, recall.value, *recall.interval, f_beta, 0.0, 1.0,
    )  # fmt: skip


def made_flip(visit_id: str, before: Standing, after: Standing, said: Outcome | None = None) -> Flip:
    word = AuditorWord(ItemWord.OVERTURN, Standing(said)) if said is not None else None
    return Flip(
        visit_id=visit_id,
        day="2026-03-12",
        team="一队",
        service_type="repair",
        item_id=ITEM,
        before=before,
        after=after,
        reason=BilingualText("入户照片中看到鞋套。", "Shoe covers are in view."),
        evidence=(EvidenceRef(MEDIA_KEY, "shoe_cover 0.42"),),
        measurement=Measurement("0.42", "≥ 0.40"),
        auditor_word=word,
    )


def made_replay(flips: tuple[Flip, ...]) -> Replay:
    """Ten visits under two versions of the rules of repairs."""
    changes = tuple(
        VisitChange(
            flip.visit_id, flip.day, flip.team, flip.service_type,
            Grade.FAIL, Grade.GOOD, True, False, False, False, 40.0, 80.0, (flip.item_id,),
        )
        for flip in flips
    )  # fmt: skip
    return Replay(
        old_rules=(RuleName("repair", "repair", "1", "a" * 64),),
        new_rules=(RuleName("repair", "repair", "2", "b" * 64),),
        visits=10,
        from_reports=9,
        skipped=(Skipped("V-LOST", "2026-03-12", BilingualText("证据已删除", "its evidence is gone")),),
        flips=flips,
        changes=changes,
        days=(DayLoad("2026-03-12", 10, 5, 1, 4, 1),),
    )
