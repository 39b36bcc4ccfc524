"""Was a file used before, was it edited, and does a video run without a break?"""

from collections.abc import Iterator
from itertools import combinations

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import confirm, failed, nothing_to_show, passed
from pipeline.evidence import MediaEvidence
from pipeline.fingerprint import MediaUse, hamming_distance
from pipeline.results import CheckResult, Leaning, Measurement
from pipeline.rules import BilingualText

_HASH_BITS = 64
_EDITORS = (
    "photoshop", "lightroom", "gimp", "snapseed", "picsart", "meitu", "美图", "faceapp", "facetune", "vsco",
    "canva", "pixelmator", "affinity", "paint.net", "capcut", "剪映", "premiere", "醒图", "photopea", "krita",
)  # fmt: skip
"""Names under which editors sign, in small letters. A watermark camera is not one of them."""
_SOFTWARE_TAGS = ("software", "processingsoftware", "creatortool", "historysoftwareagent")
_SCREEN_MARKS = ("screenshot", "screen shot", "screen recording", "截屏", "截图", "屏幕快照", "录屏")
_SCREEN_TAGS = ("usercomment", "imagedescription", "description", "title")

_OWN = BilingualText("每个步骤请现场拍摄新的影像", "Take a new picture on the spot for each step")


# ---- unique.media --------------------------------------------------------------------------------------


def unique(context: CheckContext) -> CheckResult:
    """`unique.media`: equal bytes fail; near-copies are left to a person. Both put the visit in doubt."""
    if not context.observed:
        return nothing_to_show(context)
    exact = [*_exact_within(context), *_exact_elsewhere(context)]
    if exact:
        refs = [ref_to(view.key, "used_before") for view, _ in exact]
        reason = words.sentences(text for _, text in exact)
        return failed(context, reason, _OWN, refs, Measurement("0 bit", "sha256"), doubt=True)
    near = [*_near_within(context), *_near_elsewhere(context)]
    if near:
        refs = [ref_to(view.key, "looks_used") for view, _, _ in near]
        least = min(distance for _, distance, _ in near)
        reason = words.sentences(text for _, _, text in near)
        measurement = Measurement(f"{least} bit", _least_distances(context))
        return confirm(context, Leaning.AGAINST, reason, _OWN, refs, measurement, doubt=True)
    names = words.files([view.name for view, _ in context.observed])
    reason = BilingualText(f"未发现重复使用：{names.zh}", f"Not found to be used before: {names.en}")
    return passed(context, reason, [], Measurement("0 处重复 reuses", _least_distances(context)))


def _least_distances(context: CheckContext) -> str:
    within, elsewhere = context.param("max_hash_distance_within_visit"), context.param("max_hash_distance")
    return f"> {within:.0f} bit (本次 this visit), > {elsewhere:.0f} bit (其他 others)"


def _exact_within(context: CheckContext) -> Iterator[tuple[MediaView, BilingualText]]:
    first_with: dict[str, MediaView] = {}
    for view, evidence in context.observed:
        first = first_with.setdefault(evidence.sha256, view)
        if first is not view:
            yield (
                view,
                BilingualText(
                    f"{view.name}与{first.name}是同一个文件", f"{view.name} is the same file as {first.name}"
                ),
            )


def _uses_elsewhere(context: CheckContext, view: MediaView) -> tuple[MediaUse, ...]:
    uses = context.earlier_uses.get(view.key, ())
    elsewhere = (use for use in uses if use.visit_id != context.visit.visit_id)
    return tuple(sorted(elsewhere, key=lambda use: (use.first_seen_at, use.visit_id, use.media_key)))


def _exact_elsewhere(context: CheckContext) -> Iterator[tuple[MediaView, BilingualText]]:
    for view, evidence in context.observed:
        same = (use for use in _uses_elsewhere(context, view) if use.sha256 == evidence.sha256)
        use = next(same, None)
        if use is not None:
            yield (
                view,
                BilingualText(
                    f"{view.name}已在服务{use.visit_id}中使用过（{use.media_key}）",
                    f"{view.name} was used before, in visit {use.visit_id} ({use.media_key})",
                ),
            )


def _near_within(context: CheckContext) -> Iterator[tuple[MediaView, int, BilingualText]]:
    """Near-copies under two stages; of one stage, several pictures of one thing are usual."""
    for (first, one), (second, other) in combinations(context.observed, 2):
        limit = context.param("max_hash_distance_within_visit")
        distance = _distance(context, one.perceptual_hash, other.perceptual_hash, limit)
        if distance is not None and first.stage is not second.stage:
            yield (
                second,
                distance,
                BilingualText(
                    f"{second.name}与{first.name}几乎相同，却属不同步骤",
                    f"{second.name} looks like {first.name}, at another stage",
                ),
            )


def _near_elsewhere(context: CheckContext) -> Iterator[tuple[MediaView, int, BilingualText]]:
    limit = context.param("max_hash_distance")
    for view, evidence in context.observed:
        near = (
            (distance, use)
            for use in _uses_elsewhere(context, view)
            if (distance := _distance(context, evidence.perceptual_hash, use.perceptual_hash, limit))
            is not None
        )
        distance, use = min(near, key=lambda pair: pair[0], default=(0, None))
        if use is not None:
            yield (
                view,
                distance,
                BilingualText(
                    f"{view.name}与服务{use.visit_id}中的{use.media_key}几乎相同",
                    f"{view.name} looks like {use.media_key} of visit {use.visit_id}",
                ),
            )


def _distance(context: CheckContext, first: str, second: str, limit: float) -> int | None:
    """The distance of two hashes if they are near-copies; flat pictures have hashes that say nothing."""
    ones = int(first, 16).bit_count() if first else 0
    least = context.param("min_hash_ones")
    if len(first) != len(second) or not least <= ones <= _HASH_BITS - least:
        return None
    distance = hamming_distance(first, second)
    return distance if distance <= limit else None


# ---- authentic.media -----------------------------------------------------------------------------------


def authentic(context: CheckContext) -> CheckResult:
    """`authentic.media`: an editor's or a screen's trace in the metadata flags; it never fails by itself."""
    if not context.observed:
        return nothing_to_show(context)
    hits = [(view, trace) for view, evidence in context.observed for trace in _traces(view, evidence)]
    if hits:
        return confirm(
            context,
            Leaning.AGAINST,
            words.sentences(BilingualText(f"{v.name}：{t.zh}", f"{v.name}: {t.en}") for v, t in hits),
            BilingualText(
                "请上传相机或水印相机的原文件", "Upload the original of the camera or watermark camera"
            ),
            [ref_to(view.key, "metadata") for view, _ in hits],
            Measurement(f"{len(hits)} 处痕迹 traces", "0"),
            doubt=True,
        )
    names = words.files([view.name for view, _ in context.observed])
    reason = BilingualText(
        f"{names.zh}的元数据中没有编辑软件或截屏的痕迹（翻拍屏幕尚不能识别）",
        f"No trace of an editor or a screenshot in the metadata of {names.en} "
        "(a picture of a screen is not recognised yet)",
    )
    return passed(context, reason, [], Measurement("0 处痕迹 traces", "0"))


def _traces(view: MediaView, evidence: MediaEvidence) -> Iterator[BilingualText]:
    metadata = evidence.metadata
    signed = [metadata.software or "", *_values(evidence, _SOFTWARE_TAGS)]
    editor = next((text for text in signed if _holds(text, _EDITORS)), None)
    if editor is not None:
        yield BilingualText(f"由编辑软件保存（{editor}）", f"saved by an editor ({editor})")
    remarks = [view.name, *_values(evidence, _SCREEN_TAGS)]
    screen = next((text for text in remarks if _holds(text, _SCREEN_MARKS)), None)
    if screen is not None:
        yield BilingualText(f"自称截屏或录屏（{screen}）", f"calls itself a screenshot ({screen})")


def _values(evidence: MediaEvidence, tags: tuple[str, ...]) -> list[str]:
    """Raw values whose tag, without its group, is one of these: `Image Software`, `EXIF UserComment`, …"""
    return [value for tag, value in evidence.metadata.raw if _bare(tag) in tags]


def _bare(tag: str) -> str:
    last = tag.replace(":", " ").split()
    return last[-1].casefold() if last else ""


def _holds(text: str, marks: tuple[str, ...]) -> bool:
    lowered = text.casefold()
    return any(mark in lowered for mark in marks)
