"""Does the badge name the technician of the work order? Text is compared forgivingly, blame is not.

OCR mistakes one character for another, so a number that differs a little is not legible rather than wrong;
only a whole, surely read, clearly different number speaks against the technician.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pipeline.checks.context import CheckContext, Picture, ref_to
from pipeline.checks.outcomes import confirm, failed, missing, nothing_to_show, passed, unreadable
from pipeline.evidence import RegionText
from pipeline.results import CheckResult, EvidenceRef, Leaning, Measurement
from pipeline.rules import BilingualText
from pipeline.visit import Technician

_LOOKALIKES = str.maketrans("OQDILZSBG", "000112586")
"""Letters that OCR takes for digits, and the other way round."""


class Match(IntEnum):
    """What a badge's text says about the technician, from worst to best."""

    MISMATCH = 0
    NOTHING = 1
    NAME_ONLY = 2
    NUMBER_ONLY = 3
    BOTH = 4


@dataclass(frozen=True, slots=True)
class _ReadBadge:
    picture: Picture
    region: RegionText
    match: Match

    @property
    def text(self) -> str:
        return " / ".join(line.text for line in self.region.lines)

    @property
    def ref(self) -> EvidenceRef:
        return ref_to(self.picture.media.key, "badge", (self.region.box,), self.picture.frame.presentation_s)


def badge_identity(context: CheckContext) -> CheckResult:
    """`badge.identity`: name and number on the badge match the work order."""
    read = [
        _ReadBadge(picture, region, match_badge(region, context.visit.technician, context.rule.params))
        for picture in context.pictures()
        for region in picture.frame.region_texts
        if region.label == "badge"
    ]
    if not read:
        return _no_text(context)
    best = max(read, key=lambda badge: badge.match)
    worst = min(read, key=lambda badge: badge.match)
    if worst.match is Match.MISMATCH:
        return _mismatch(context, worst, best)
    return _legible(context, best)


def match_badge(region: RegionText, technician: Technician, params: Mapping[str, float]) -> Match:
    """Compare a badge's lines with the technician's name and number."""
    has_name = normalised(technician.name) in normalised(" ".join(line.text for line in region.lines))
    has_number = any(_same_number(text, technician.number) for text in _texts(region))
    if has_number:
        return Match.BOTH if has_name else Match.NUMBER_ONLY
    if has_name:
        return Match.NAME_ONLY
    sure = [line.text for line in region.lines if line.confidence >= params["min_text_confidence"]]
    others = (number for text in sure for number in _numbers(text, technician.number))
    least_edits = params["mismatch_min_edits"]
    is_other = any(_edits(number, technician.number) >= least_edits for number in others)
    return Match.MISMATCH if is_other else Match.NOTHING


def normalised(text: str) -> str:
    """Letters and digits alone, in one width and one case."""
    wide = unicodedata.normalize("NFKC", text).casefold().upper()
    return "".join(character for character in wide if character.isalnum())


def _folded(text: str) -> str:
    return normalised(text).translate(_LOOKALIKES)


def _texts(region: RegionText) -> Iterator[str]:
    yield from (line.text for line in region.lines)
    yield "".join(line.text for line in region.lines)


def _same_number(text: str, number: str) -> bool:
    """The number stands in the text and is not part of a longer run of digits."""
    wanted = re.escape(_folded(number))
    return bool(wanted) and re.search(rf"(?<!\d){wanted}(?!\d)", _folded(text)) is not None


def _numbers(text: str, number: str) -> Iterator[str]:
    """Runs in the text that look like a number of the same length."""
    length = len(normalised(number))
    for run in re.findall(r"[0-9A-Za-z-]+", unicodedata.normalize("NFKC", text)):
        folded = normalised(run)
        if len(folded) == length and any(character.isdigit() for character in folded):
            yield folded


def _edits(first: str, second: str) -> int:
    return sum(a != b for a, b in zip(_folded(first), _folded(second), strict=False))


def _legible(context: CheckContext, best: _ReadBadge) -> CheckResult:
    wanted = f"{context.visit.technician.name} / {context.visit.technician.number}"
    measurement = Measurement(best.text or "–", wanted)
    if best.match is Match.BOTH:
        reason = BilingualText(
            "工牌上的姓名和工号与工单一致", "Name and number on the badge match the work order"
        )
        return passed(context, reason, [best.ref], measurement)
    if best.match is Match.NOTHING:
        reason = BilingualText(
            "看得到工牌，但姓名和工号无法辨认", "The badge is there, but name and number are not legible"
        )
        return unreadable(context, reason, _CLOSER, context.rule.stages, [best.ref], measurement)
    reason = (
        BilingualText("工号一致，姓名未能辨认", "The number matches; the name is not legible")
        if best.match is Match.NUMBER_ONLY
        else BilingualText("姓名一致，工号未能辨认", "The name matches; the number is not legible")
    )
    return confirm(context, Leaning.FOR, reason, _CLOSER, [best.ref], measurement)


def _mismatch(context: CheckContext, worst: _ReadBadge, best: _ReadBadge) -> CheckResult:
    technician = context.visit.technician
    measurement = Measurement(worst.text, f"{technician.name} / {technician.number}")
    remedy = BilingualText(
        "应由工单指定的人员佩戴本人工牌上门；如换人，请更新工单",
        "The technician of the work order wears their own badge; if another one came, update the work order",
    )
    if best.match > Match.NOTHING:
        reason = BilingualText(
            "除相符的工牌外，还看到另一个工号", "Besides the matching badge, another number is legible"
        )
        return confirm(context, Leaning.AGAINST, reason, remedy, [worst.ref, best.ref], measurement)
    reason = BilingualText(
        "工牌上的工号与工单不一致", "The number on the badge is not that of the work order"
    )
    return failed(context, reason, remedy, [worst.ref], measurement)


def _no_text(context: CheckContext) -> CheckResult:
    badges = [(picture, context.seen(picture, "badge")) for picture in context.pictures()]
    seen: Sequence[EvidenceRef] = [picture.ref("badge", found) for picture, found in badges if found]
    if seen:
        reason = BilingualText(
            "看得到工牌，但上面没有读出文字", "The badge is there, but no text on it could be read"
        )
        return unreadable(context, reason, _CLOSER, context.rule.stages, seen)
    if not context.observed or context.failed:
        return nothing_to_show(context, context.rule.stages)
    reason = BilingualText(
        "没有看到工牌，无法核对姓名和工号", "No badge was seen, so name and number can't be compared"
    )
    return missing(context, reason, _CLOSER, context.rule.stages, context.looked_at())


_CLOSER = BilingualText(
    "请近距离拍清工牌上的姓名和工号", "Take the badge from near, with name and number sharp"
)
