"""Verification codes: of the right form, and on one picture only."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.checks.context import CheckContext
from pipeline.checks.marks import Stamp
from pipeline.evidence import FieldKind, MediaEvidence, WatermarkField
from pipeline.fingerprint import hamming_distance
from pipeline.results import Remark, Strength
from pipeline.rules import BilingualText
from pipeline.stamp_codes import CodeUse, folded

_ALPHABET = re.compile(r"[A-Z0-9]+")


def codes(context: CheckContext, read: Iterable[Stamp]) -> Iterator[Remark]:
    """`code_reused`: a code that stands on another picture. `code_form`: an odd alphabet or length."""
    coded = [(stamp, field) for stamp in read if (field := stamp.field(FieldKind.CODE)) is not None]
    yield from _malformed(context, coded)
    yield from _reused_within(context, coded)
    for stamp, field in coded:
        yield from _reused_elsewhere(context, stamp, field)


def _malformed(context: CheckContext, coded: Sequence[tuple[Stamp, WatermarkField]]) -> Iterator[Remark]:
    least, most = context.param("code_min_length"), context.param("code_max_length")
    for stamp, field in coded:
        code = field.value or field.text
        if least <= len(code) <= most and _ALPHABET.fullmatch(code):
            continue
        text = BilingualText(
            f"验证码“{code}”的字符或长度不像水印相机的验证码",
            f"the code {code!r} has letters or a length that cameras' codes don't have",
        )
        wanted = f"{least:.0f}-{most:.0f} × A-Z 0-9"
        yield stamp.remark("code_form", Strength.WEAK, text, (f"{code} ({len(code)})", wanted), field.box)


def _reused_within(context: CheckContext, coded: Sequence[tuple[Stamp, WatermarkField]]) -> Iterator[Remark]:
    first_with: dict[str, Stamp] = {}
    for stamp, field in coded:
        code = folded(field.value)
        first = first_with.setdefault(code, stamp) if code else stamp
        one, other = first.view.evidence, stamp.view.evidence
        if first.view is stamp.view or one is None or other is None or _one_picture(context, one, other):
            continue
        yield _reused(
            stamp, field, BilingualText(f"本次的{first.view.name}", f"{first.view.name} of this visit")
        )


def _reused_elsewhere(context: CheckContext, stamp: Stamp, field: WatermarkField) -> Iterator[Remark]:
    evidence, code = stamp.view.evidence, folded(field.value)
    for use in context.earlier_codes.get(stamp.view.key, ()):
        same_visit = use.visit_id == context.visit.visit_id
        if evidence is None or same_visit or use.code != code or _one_picture(context, use, evidence):
            continue
        where = BilingualText(
            f"服务{use.visit_id}的{use.media_key}", f"{use.media_key} of visit {use.visit_id}"
        )
        yield _reused(stamp, field, where)
        return


def _reused(stamp: Stamp, field: WatermarkField, where: BilingualText) -> Remark:
    text = BilingualText(
        f"验证码“{field.text}”也在另一张影像上：{where.zh}",
        f"the code {field.text!r} also stands on another picture: {where.en}",
    )
    return stamp.remark("code_reused", Strength.STRONG, text, (field.text, "1 × 1"), field.box)


def _one_picture(context: CheckContext, one: CodeUse | MediaEvidence, other: CodeUse | MediaEvidence) -> bool:
    """Equal bytes or near-copies: a picture that was sent on keeps its code, and re-use is another item's."""
    if one.sha256 == other.sha256:
        return True
    if len(one.perceptual_hash) != len(other.perceptual_hash):
        return False
    return hamming_distance(one.perceptual_hash, other.perceptual_hash) <= context.param("same_picture_bits")
