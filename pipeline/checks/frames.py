"""`frame.complete`: time watermark, badge and the thing worked on together in one picture."""

from dataclasses import dataclass

from pipeline.checks import words
from pipeline.checks.context import CheckContext, Picture, ref_to
from pipeline.checks.outcomes import missing, not_checked, nothing_to_show, passed, unreadable
from pipeline.checks.workspace import NO_OBJECT
from pipeline.evidence import Detection, WatermarkStatus
from pipeline.results import CheckResult, EvidenceRef, Measurement
from pipeline.rules import BilingualText
from pipeline.time_evidence import ClockSource
from pipeline.visit import Stage

_WATERMARK = BilingualText("时间水印", "time watermark")
_OBJECT = BilingualText("操作对象", "the thing worked on")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What of the three stands in one picture. `has_stamp` is true for a stamp that can't be read, too."""

    picture: Picture
    is_read: bool
    has_stamp: bool
    badge: Detection | None
    thing: Detection | None

    @property
    def rank(self) -> tuple[int, int, float]:
        seen = [found.confidence for found in (self.badge, self.thing) if found is not None]
        return self.has_stamp + len(seen), int(self.is_read), min(seen, default=0.0)

    @property
    def lacking(self) -> tuple[BilingualText, ...]:
        parts = ((self.has_stamp, _WATERMARK), (self.badge, words.label("badge")), (self.thing, _OBJECT))
        return tuple(text for found, text in parts if not found)

    @property
    def refs(self) -> tuple[EvidenceRef, ...]:
        found = [self.picture.ref(d.label, [d]) for d in (self.badge, self.thing) if d is not None]
        stamp = self.picture.frame.watermark
        if self.has_stamp and stamp is not None:
            boxes = (stamp.box,) if stamp.box else ()
            key, at = self.picture.media.key, self.picture.frame.presentation_s
            found.append(ref_to(key, "time_watermark", boxes, at))
        return tuple(found)


def frame_complete(context: CheckContext) -> CheckResult:
    """`frame.complete`: all three in one photo or video frame; the best one is named."""
    frames = [_frame(context, picture) for picture in context.pictures()]
    if not context.rules.objects:
        return not_checked(context, NO_OBJECT, max(frames, key=lambda f: f.rank).refs if frames else ())
    if not frames:
        return nothing_to_show(context, context.rule.stages)
    wanted = context.stage_groups
    best = [_best(frames, stages) for stages in wanted]
    incomplete = [
        (stages, frame) for stages, frame in zip(wanted, best, strict=True) if frame is None or frame.lacking
    ]
    if incomplete:
        return _incomplete(context, incomplete)
    return _together(context, [frame for frame in best if frame is not None])


def _best(frames: list[_Frame], stages: tuple[Stage, ...]) -> _Frame | None:
    return max((f for f in frames if f.picture.media.stage in stages), key=lambda f: f.rank, default=None)


def _frame(context: CheckContext, picture: Picture) -> _Frame:
    stamp = picture.frame.watermark
    status = stamp.status if stamp else WatermarkStatus.ABSENT
    resolved = any(clock.source is ClockSource.WATERMARK for clock in picture.media.times.clocks)
    return _Frame(
        picture,
        is_read=status is WatermarkStatus.READ or (status is WatermarkStatus.AMBIGUOUS and resolved),
        has_stamp=status is not WatermarkStatus.ABSENT,
        badge=next(iter(context.seen(picture, "badge")), None),
        thing=next(iter(context.seen(picture, *context.rules.objects)), None),
    )


def _together(context: CheckContext, best: list[_Frame]) -> CheckResult:
    evidence = [ref for frame in best for ref in frame.refs]
    measurement = Measurement("3/3 同框 in one picture", "3/3")
    names = words.files([frame.picture.media.name for frame in best])
    illegible = [frame for frame in best if not frame.is_read]
    if illegible:
        return unreadable(
            context,
            BilingualText(
                f"{names.zh}中三者同框，但时间水印无法辨认",
                f"All three stand in {names.en}, but the time watermark is not legible",
            ),
            BilingualText("请重拍一张水印清晰的照片", "Take the picture again with a legible watermark"),
            [frame.picture.media.stage for frame in illegible if frame.picture.media.stage is not None],
            evidence,
            measurement,
        )
    reason = BilingualText(f"{names.zh}中三者同框", f"All three stand together in {names.en}")
    return passed(context, reason, evidence, measurement)


def _incomplete(
    context: CheckContext, incomplete: list[tuple[tuple[Stage, ...], _Frame | None]]
) -> CheckResult:
    retake = [stage for stages, _ in incomplete for stage in stages]
    if context.failed:
        return nothing_to_show(context, retake)
    frames = [frame for _, frame in incomplete if frame is not None]
    remedy = BilingualText(
        "请拍摄一张时间水印、工牌和操作对象同框的照片",
        "Take one picture with time watermark, badge and the thing worked on together",
    )
    if not frames:
        return missing(context, BilingualText("没有影像", "There is no picture"), remedy, retake)
    best = max(frames, key=lambda frame: frame.rank)
    lacking, name = words.listed(best.lacking), best.picture.media.name
    return missing(
        context,
        BilingualText(
            f"最完整的画面{name}中缺少：{lacking.zh}",
            f"The most complete picture, {name}, lacks: {lacking.en}",
        ),
        remedy,
        retake,
        best.refs,
        Measurement(f"{3 - len(best.lacking)}/3 同框 in one picture", "3/3"),
    )
