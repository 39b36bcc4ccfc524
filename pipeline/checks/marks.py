"""Building remarks, and the stamps that they are made of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.checks.context import CheckContext, MediaView, ref_to
from pipeline.evidence import FieldKind, WatermarkField, WatermarkReading
from pipeline.geometry import BoundingBox
from pipeline.results import Measurement, Remark, Strength
from pipeline.rules import BilingualText


@dataclass(frozen=True, slots=True)
class Stamp:
    """A legible stamp of a file: in a video, one frame's."""

    view: MediaView
    presentation_s: float | None
    reading: WatermarkReading

    def field(self, kind: FieldKind) -> WatermarkField | None:
        return next((field for field in self.reading.fields if field.kind is kind), None)

    def remark(
        self,
        kind: str,
        strength: Strength,
        text: BilingualText,
        measured: tuple[str, str],
        box: BoundingBox | None,
    ) -> Remark:
        """A remark on this stamp; `measured` is (value, threshold) in words that carry the unit."""
        boxes = (box,) if box else ()
        reference = ref_to(self.view.key, kind, boxes, self.presentation_s)
        named = BilingualText(f"{self.view.name}：{text.zh}", f"{self.view.name}: {text.en}")
        return Remark(kind, strength, named, reference, Measurement(*measured))


def stamps(context: CheckContext) -> Iterator[Stamp]:
    """Every stamp whose block gave fields that were read surely enough to say something about it."""
    for view, evidence in context.observed:
        for frame in evidence.frames:
            if frame.watermark is not None and frame.watermark.box is not None:
                yield Stamp(view, frame.presentation_s, _sure(context, frame.watermark))


def _sure(context: CheckContext, reading: WatermarkReading) -> WatermarkReading:
    least = context.param("min_text_confidence")
    fields = tuple(field for field in reading.fields if field.confidence >= least)
    return replace(reading, fields=fields)


def file_remark(
    view: MediaView, kind: str, strength: Strength, text: BilingualText, measured: tuple[str, str]
) -> Remark:
    """A remark on a file as a whole."""
    named = BilingualText(f"{view.name}：{text.zh}", f"{view.name}: {text.en}")
    return Remark(kind, strength, named, ref_to(view.key, kind), Measurement(*measured))
