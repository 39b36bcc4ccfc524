"""Verification codes of watermark cameras (防伪码): one per picture, so one code on two pictures is a find.

A code is compared in a folded form, in which characters that OCR takes for each other are one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipeline.evidence import FieldKind, MediaEvidence, Observation, WatermarkField
from pipeline.visit import MediaItem

LEAST_CHARACTERS = 8
"""Shorter ones may meet by chance: a counter, a version. Eight of 32 letters meet once in 10^12 pairs."""

_ALIKE = str.maketrans("OQDILZSBG", "000112586")


@dataclass(frozen=True, slots=True)
class CodeUse:
    """A code that stands on a picture of a visit; `code` is folded."""

    visit_id: str
    media_key: str
    code: str
    sha256: str
    perceptual_hash: str
    first_seen_at: datetime


def folded(code: str) -> str:
    """Letters and digits alone, in capitals, look-alikes made one; empty for a code too short to tell."""
    plain = "".join(character for character in code.upper() if character.isascii() and character.isalnum())
    return plain.translate(_ALIKE) if len(plain) >= LEAST_CHARACTERS else ""


def code_fields(evidence: MediaEvidence) -> tuple[WatermarkField, ...]:
    """The code fields of a file's pictures, in their order."""
    return tuple(
        field
        for frame in evidence.frames
        if frame.watermark is not None
        for field in frame.watermark.fields
        if field.kind is FieldKind.CODE
    )


def code_uses(visit_id: str, observed: Iterable[tuple[MediaItem, Observation]]) -> tuple[CodeUse, ...]:
    """The first legible code of each file that came in at a known time."""
    uses = []
    for item, seen in observed:
        if not isinstance(seen, MediaEvidence) or item.uploaded_at is None:
            continue
        code = next(filter(None, (folded(field.value) for field in code_fields(seen))), "")
        if code:
            uses.append(
                CodeUse(visit_id, item.key, code, seen.sha256, seen.perceptual_hash, item.uploaded_at)
            )
    return tuple(uses)
