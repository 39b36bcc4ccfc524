"""The text inside detected regions, a badge for instance: each cut out, enlarged and read."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.resizing import enlarged, part_of
from pipeline.evidence import Detection, RegionText, TextLine
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels, TextReader


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """labels: boxes of these labels are read, the `most` most confident ones of a picture from
    `least_confidence` on. short_side_px: cut-outs with a shorter side than this are enlarged, at most
    `max_enlargement` times. margin: share of a box's size that is read along around it."""

    labels: tuple[str, ...] = ("badge",)
    least_confidence: float = 0.25
    most: int = 2
    short_side_px: int = 320
    max_enlargement: float = 4.0
    margin: float = 0.05


def region_texts(
    pixels: Pixels, detections: Sequence[Detection], reader: TextReader, settings: RegionSettings
) -> tuple[RegionText, ...]:
    """The text of the picture's regions, the most confident region first."""
    regions = _regions(detections, settings)
    return tuple(_region_text(pixels, region, reader, settings) for region in regions)


def _regions(detections: Sequence[Detection], settings: RegionSettings) -> list[Detection]:
    wanted = [
        detection
        for detection in detections
        if detection.label in settings.labels and detection.confidence >= settings.least_confidence
    ]
    return sorted(wanted, key=lambda detection: -detection.confidence)[: settings.most]


def _region_text(
    pixels: Pixels, region: Detection, reader: TextReader, settings: RegionSettings
) -> RegionText:
    box, margin = region.box, settings.margin
    around = BoundingBox.clipped(
        box.x_min - margin * box.width,
        box.y_min - margin * box.height,
        box.x_max + margin * box.width,
        box.y_max + margin * box.height,
    )
    cut_out = enlarged(part_of(pixels, around), settings.short_side_px, settings.max_enlargement)
    return RegionText(region.label, box, tuple(_placed(line, around) for line in reader.read(cut_out)))


def _placed(line: TextLine, region: BoundingBox) -> TextLine:
    """A line of a cut-out, with its box in the whole picture."""
    box = line.box
    return TextLine(
        line.text,
        line.confidence,
        BoundingBox.clipped(
            region.x_min + box.x_min * region.width,
            region.y_min + box.y_min * region.height,
            region.x_min + box.x_max * region.width,
            region.y_min + box.y_max * region.height,
        ),
    )
