"""Was a file used before, in this visit or in another?"""

from collections.abc import Iterator
from itertools import combinations

from pipeline.checks import words
from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.checks.outcomes import confirm, failed, nothing_to_show, passed
from pipeline.fingerprint import MediaUse, hamming_distance
from pipeline.results import CheckResult, Leaning, Measurement
from pipeline.rules import BilingualText

_HASH_BITS = 64
_OWN = BilingualText("每个步骤请现场拍摄新的影像", "Take a new picture on the spot for each step")


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
