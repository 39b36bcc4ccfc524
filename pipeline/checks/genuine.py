"""`authentic.media`: what speaks against single pictures, weighed together.

Each kind of remark counts once, by its strongest: one quirk of a phone on ten pictures is one quirk. Points
per strength, and how many put the visit in doubt, are the rule set's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.checks import words
from pipeline.checks.code_marks import codes
from pipeline.checks.context import CheckContext
from pipeline.checks.file_traces import traces
from pipeline.checks.marks import Stamp, stamps
from pipeline.checks.outcomes import confirm, nothing_to_show, passed
from pipeline.checks.stamp_fields import names, weekdays
from pipeline.checks.stamp_places import places
from pipeline.results import CheckResult, Leaning, Measurement, Remark, Strength
from pipeline.rules import BilingualText

PARAMS = (
    "weak_points",
    "medium_points",
    "strong_points",
    "flag_points",
    "min_text_confidence",
    "place_tolerance_m",
    "place_far_m",
    "datum_tolerance_m",
    "gps_tolerance_m",
    "modified_tolerance_s",
    "thumbnail_max_difference",
    "code_min_length",
    "code_max_length",
    "same_picture_bits",
)
_ORIGINAL = BilingualText(
    "请上传相机或水印相机的原文件", "Upload the original of the camera or watermark camera"
)
_RANK = {Strength.STRONG: 0, Strength.MEDIUM: 1, Strength.WEAK: 2}


def authentic(context: CheckContext) -> CheckResult:
    """`authentic.media`: remarks that together reach the rule set's points flag; none fails by itself."""
    if not context.observed:
        return nothing_to_show(context)
    remarks = tuple(sorted(_remarks(context), key=lambda each: (_RANK[each.strength], each.kind)))
    total, limit = points(context, remarks), context.param("flag_points")
    measurement = Measurement(f"{total:g} 分 points", f"< {limit:g}")
    reason = words.sentences(remark.text for remark in remarks) if remarks else _nothing_found(context)
    references = [remark.evidence for remark in remarks]
    if total >= limit:
        found = confirm(context, Leaning.AGAINST, reason, _ORIGINAL, references, measurement, doubt=True)
    else:
        found = passed(context, reason, references, measurement)
    return replace(found, remarks=remarks)


def _remarks(context: CheckContext) -> Iterator[Remark]:
    read: Sequence[Stamp] = tuple(stamps(context))
    found = [*weekdays(read), *names(context, read), *places(context, read), *codes(context, read)]
    yield from _first_of_each_file([*found, *traces(context)])


def _first_of_each_file(remarks: Sequence[Remark]) -> Iterator[Remark]:
    """A video says the same in many frames: once is enough."""
    said: set[tuple[str, str]] = set()
    for remark in remarks:
        key = remark.kind, remark.evidence.media_key
        if key not in said:
            yield remark
        said.add(key)


def points(context: CheckContext, remarks: Sequence[Remark]) -> float:
    """The sum over the kinds of remarks, each by its strongest."""
    each = {strength: context.param(f"{strength.value}_points") for strength in Strength}
    strongest: dict[str, float] = {}
    for remark in remarks:
        strongest[remark.kind] = max(strongest.get(remark.kind, 0.0), each[remark.strength])
    return sum(strongest.values())


def _nothing_found(context: CheckContext) -> BilingualText:
    names = words.files([view.name for view, _ in context.observed])
    return BilingualText(
        f"{names.zh}的元数据和水印中没有可疑之处（翻拍屏幕尚不能识别）",
        f"Nothing speaks against {names.en}, neither metadata nor stamp "
        "(a picture of a screen is not recognised yet)",
    )
