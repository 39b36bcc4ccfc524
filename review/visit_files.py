"""A visit's files as its page shows them: numbered, by stage, each with what was observed in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.evidence import FrameEvidence, MediaEvidence, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.results import EvidenceRef, TimelineEntry, VisitReport
from pipeline.visit import MediaKind

_TELLING = (WatermarkStatus.READ, WatermarkStatus.AMBIGUOUS, WatermarkStatus.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A second of a video that an item points at, and what is seen there."""

    second: float
    label: str


@dataclass(frozen=True, slots=True)
class FileView:
    """One file. `number` names it in URLs.

    stamp: the frame whose watermark is shown beside its reading; None where nobody looked for one.
    """

    number: int
    entry: TimelineEntry
    evidence: MediaEvidence | None
    stamp: FrameEvidence | None
    moments: tuple[Moment, ...]

    @property
    def name(self) -> str:
        return self.entry.media_key.rsplit("/", 1)[-1]

    @property
    def is_video(self) -> bool:
        return self.entry.kind is MediaKind.VIDEO


def numbered(report: VisitReport) -> Mapping[str, int]:
    """Media key -> number, in the order of the keys: the timeline's tells which clock was believed."""
    keys = sorted(entry.media_key for entry in report.timeline)
    return {key: number for number, key in enumerate(keys)}


def files_of(
    report: VisitReport, order: Iterable[TimelineEntry], evidence: Mapping[str, MediaEvidence]
) -> tuple[FileView, ...]:
    """The files in an order; `evidence` by media key, empty where it must not be shown."""
    numbers = numbered(report)
    pointing = [reference for item in report.items for reference in item.result.evidence]
    return tuple(
        _file(numbers[entry.media_key], entry, evidence.get(entry.media_key), pointing) for entry in order
    )


def script_data(report: VisitReport, files: Iterable[FileView]) -> dict[str, Any]:
    """What the page's script works on: the files, and where each item's evidence lies in them."""
    numbers = numbered(report)
    return {
        "files": [_file_data(file) for file in files],
        "items": {
            item.result.item_id: [_place(reference, numbers) for reference in item.result.evidence]
            for item in report.items
        },
        "wanted": {
            item.result.item_id: [
                numbers[entry.media_key] for entry in report.timeline if entry.stage in item.result.retake
            ]
            for item in report.items
            if not item.result.evidence
        },
    }


def _file(
    number: int, entry: TimelineEntry, seen: MediaEvidence | None, pointing: Iterable[EvidenceRef]
) -> FileView:
    labels: dict[float, list[str]] = {}
    for reference in pointing:
        if reference.media_key == entry.media_key and reference.presentation_s is not None:
            labels.setdefault(reference.presentation_s, []).append(reference.label)
    moments = tuple(
        Moment(second, " · ".join(dict.fromkeys(filter(None, found))))
        for second, found in sorted(labels.items())
    )
    return FileView(number, entry, seen, _stamp(seen), moments)


def _stamp(seen: MediaEvidence | None) -> FrameEvidence | None:
    """The frame whose watermark says most."""
    frames = [frame for frame in seen.frames if frame.watermark is not None] if seen else []
    return min(frames, key=_silence, default=None)


def _silence(frame: FrameEvidence) -> int:
    status = frame.watermark.status if frame.watermark else None
    return _TELLING.index(status) if status in _TELLING else len(_TELLING)


def _file_data(file: FileView) -> dict[str, Any]:
    seen, mark = file.evidence, file.stamp.watermark if file.stamp else None
    return {
        "number": file.number,
        "name": file.name,
        "video": file.is_video,
        "failed": file.entry.failure is not None,
        "size": [seen.width_px, seen.height_px] if seen else None,
        "stamp": _corners(mark.box) if mark and mark.box else None,
        "stampSecond": file.stamp.presentation_s if file.stamp else None,
        "moments": [moment.second for moment in file.moments],
    }


def _place(reference: EvidenceRef, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "file": numbers.get(reference.media_key),
        "second": reference.presentation_s,
        "label": reference.label,
        "boxes": [_corners(box) for box in reference.boxes],
    }


def _corners(box: BoundingBox) -> list[float]:
    return [round(value, 5) for value in (box.x_min, box.y_min, box.x_max, box.y_max)]
