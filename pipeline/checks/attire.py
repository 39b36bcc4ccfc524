"""What the person wears: badge, shoe covers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.checks import words
from pipeline.checks.context import CheckContext, Picture
from pipeline.checks.outcomes import confirm, failed, missing, nothing_to_show, passed
from pipeline.checks.presence import confidence_measurement, decide_presence, nearness
from pipeline.evidence import Detection
from pipeline.results import CheckResult, Leaning, Measurement
from pipeline.rules import BilingualText
from pipeline.visit import Stage


def badge_visible(context: CheckContext) -> CheckResult:
    """`badge.visible`: the badge is seen at each key step."""
    return decide_presence(context, ["badge"], words.label("badge"))


# ---- badge.position -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _WornBadge:
    """A badge on a person. `side` is -1 (edge of the box) .. 1, positive on the picture's right."""

    picture: Picture
    badge: Detection
    person: Detection

    @property
    def side_share(self) -> float:
        """How far right of the person's middle line, as a share of the person's width."""
        person = self.person.box
        return (self.badge.box.centre[0] - person.centre[0]) / person.width if person.width else 0.0


def badge_position(context: CheckContext) -> CheckResult:
    """`badge.position`: facing the camera, the wearer's left is the picture's right."""
    worn = [badge for picture in context.pictures() for badge in _worn_badges(context, picture)]
    if not worn:
        return _no_worn_badge(context)
    best = max(worn, key=lambda badge: (badge.side_share, badge.badge.confidence))
    middle = context.param("middle_share")
    measurement = Measurement(
        f"{best.side_share:+.2f} × 人宽 person's width", f"≥ +{middle:.2f}", nearness(best.side_share, middle)
    )
    evidence = [best.picture.ref("badge", [best.badge]), best.picture.ref("person", [best.person])]
    if best.side_share >= middle:
        reason = BilingualText("工牌位于穿戴者左胸一侧", "The badge is on the wearer's left")
        return passed(context, reason, evidence, measurement)
    reason = _wrong_side(best, middle)
    remedy = BilingualText(
        "请将工牌佩戴在左胸前，面向镜头拍摄", "Wear the badge on the left of the chest and face the camera"
    )
    if context.param("wrong_side_fails"):
        return failed(context, reason, remedy, evidence, measurement)
    return confirm(context, Leaning.AGAINST, reason, remedy, evidence, measurement)


def _worn_badges(context: CheckContext, picture: Picture) -> Iterator[_WornBadge]:
    """Each badge with the smallest person whose box holds enough of it."""
    people = context.seen(picture, "person")
    for badge in context.seen(picture, "badge"):
        wearers = [
            p for p in people if badge.box.share_inside(p.box) >= context.param("min_inside_person_share")
        ]
        if wearers:
            yield _WornBadge(picture, badge, min(wearers, key=lambda person: person.box.area))


def _wrong_side(badge: _WornBadge, middle: float) -> BilingualText:
    if badge.side_share > -middle:
        return BilingualText(
            "工牌在胸前正中，而不在左侧", "The badge hangs in the middle and not on the left"
        )
    return BilingualText(
        "工牌看来在右侧；若为自拍，画面可能左右颠倒",
        "The badge seems to be on the right; a selfie may be mirrored",
    )


def _no_worn_badge(context: CheckContext) -> CheckResult:
    if not context.observed:
        return nothing_to_show(context, context.rule.stages)
    return missing(
        context,
        BilingualText("没有同时看到人和所佩戴工牌的画面", "No picture shows a person and the badge worn"),
        BilingualText(
            "请拍摄一张能看到上半身和工牌的照片", "Take a picture of the upper body with the badge"
        ),
        context.rule.stages,
        context.looked_at(),
    )


# ---- shoe_cover.worn ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Feet:
    picture: Picture
    covers: tuple[Detection, ...]
    bare: tuple[Detection, ...]


def shoe_cover_worn(context: CheckContext) -> CheckResult:
    """`shoe_cover.worn`: both feet covered; a bare shoe fails, no feet in view is missing."""
    feet = [_feet(context, picture) for picture in context.pictures()]
    bare = [seen for seen in feet if seen.bare]
    if bare:
        return _bare_shoe(context, max(bare, key=lambda seen: seen.bare[0].confidence))
    needed = max(1, int(context.param("min_covers")))
    covered = [seen for seen in feet if len(seen.covers) >= needed]
    shown_at = {seen.picture.media.stage for seen in covered}
    lacking = [stages for stages in context.stage_groups if not shown_at.intersection(stages)]
    if lacking:
        return _feet_not_shown(context, feet, tuple(stage for stages in lacking for stage in stages))
    return _both_covered(context, covered, needed)


def _feet(context: CheckContext, picture: Picture) -> _Feet:
    covers = context.seen(picture, "shoe_cover")
    overlap = context.param("same_foot_overlap_share")
    bare = tuple(
        shoe
        for shoe in context.seen(picture, "shoe")
        if not any(shoe.box.share_inside(cover.box) >= overlap for cover in covers)
    )
    return _Feet(picture, covers, bare)


def _bare_shoe(context: CheckContext, seen: _Feet) -> CheckResult:
    return failed(
        context,
        BilingualText(
            f"{seen.picture.media.name}中看到未套鞋套的鞋",
            f"A shoe without a cover in {seen.picture.media.name}",
        ),
        BilingualText(
            "入户前双脚穿好鞋套，并拍到双脚",
            "Put covers on both shoes before entering, with both feet in the picture",
        ),
        [seen.picture.ref("shoe", seen.bare)],
        confidence_measurement(seen.bare[0].confidence, context.threshold("shoe")),
    )


def _both_covered(context: CheckContext, covered: Sequence[_Feet], needed: int) -> CheckResult:
    best = max(covered, key=lambda seen: seen.covers[needed - 1].confidence)
    return passed(
        context,
        BilingualText(
            f"{best.picture.media.name}中双脚均穿鞋套",
            f"Shoe covers on both feet in {best.picture.media.name}",
        ),
        [best.picture.ref("shoe_cover", best.covers)],
        confidence_measurement(best.covers[needed - 1].confidence, context.threshold("shoe_cover")),
    )


def _feet_not_shown(context: CheckContext, feet: Sequence[_Feet], stages: tuple[Stage, ...]) -> CheckResult:
    if context.failed or not feet:
        return nothing_to_show(context, stages)
    most = max(feet, key=lambda seen: len(seen.covers))
    shown = len(most.covers)
    reason = (
        BilingualText("画面中没有看到脚", "No feet are in view")
        if shown == 0
        else BilingualText(f"只看到{shown}只鞋套", f"Shoe covers seen: only {shown}")
    )
    return missing(
        context,
        reason,
        BilingualText("请拍摄双脚穿好鞋套的照片", "Take a picture of both feet with their shoe covers"),
        stages,
        [most.picture.ref("shoe_cover", most.covers)] if shown else context.looked_at(),
        Measurement(f"{shown} 只鞋套 covers", f"≥ {context.param('min_covers'):.0f}"),
    )
