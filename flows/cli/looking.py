"""`read-time` and `detect`: local files in, a line each out, as soon as it is known."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flows.cli.friendly import out, print_json_line
from flows.lines import Json, detection_line, kind_of_file, time_line
from flows.settings import Settings
from models.isolation import IsolatedOpener
from models.opening import MediaOpener, OpenedMedia
from pipeline.errors import MediaError
from pipeline.evidence import MediaFailure, Metadata, WatermarkReading, WatermarkStatus
from pipeline.ports import Detector, Pixels
from pipeline.times import WallTime

FRAMES_READ_OF_A_VIDEO = 3
"""A video's burned-in clock is looked for in so many of its sampled frames, until one is read."""


class PictureReader(Protocol):
    """Reads the burned-in time of a picture; `hints` choose between alternatives, never make one, and
    `not_after` strikes out those of a day that had not come yet."""

    def read(
        self, picture: Pixels, hints: tuple[WallTime, ...] = (), not_after: WallTime | None = None
    ) -> WatermarkReading: ...


def read_times(settings: Settings, files: Iterable[Path], as_json: bool) -> None:
    """Print what `read-time` says of each file."""
    from models.watermark_reader import WatermarkReader

    reader = WatermarkReader()
    with closing(IsolatedOpener(settings.limits)) as opener:
        for file in files:
            line = _time_line_of(file, opener, reader)
            print_json_line(line) if as_json else _print_time(line)


def detect_objects(settings: Settings, files: Iterable[Path], as_json: bool) -> None:
    """Print what `detect` says of each file; of a video, its first sampled frame."""
    from models.detector import load_detector

    detector = load_detector(settings.detector_name, settings.detector_backend)
    with closing(IsolatedOpener(settings.limits)) as opener:
        for file in files:
            line = _detection_line_of(file, opener, detector)
            print_json_line(line) if as_json else _print_detections(line)


def _time_line_of(file: Path, opener: MediaOpener, reader: PictureReader) -> Json:
    opened = open_file(file, opener)
    if isinstance(opened, MediaFailure):
        return time_line(file, None, None, opened)
    return time_line(file, _first_reading(opened, reader), opened.metadata, None)


def _first_reading(opened: OpenedMedia, reader: PictureReader) -> WatermarkReading:
    """The first frame's time that could be read, else what the last one looked at gave."""
    reading = WatermarkReading(WatermarkStatus.ABSENT)
    hints, today = _hints(opened.metadata), _wall_time(datetime.now(UTC))
    for picture in opened.pictures[:FRAMES_READ_OF_A_VIDEO]:
        reading = reader.read(picture.pixels, hints, today)
        if reading.status is WatermarkStatus.READ:
            break
    return reading


def _hints(metadata: Metadata) -> tuple[WallTime, ...]:
    """The times that the file itself states, as far as they may tell the day of the picture."""
    stated = metadata.exif_taken_at, metadata.exif_digitized_at, metadata.exif_modified_at
    gps = _wall_time(metadata.gps_at) if metadata.gps_at else None
    return tuple(time for time in (*stated, gps) if time is not None)


def _wall_time(moment: datetime) -> WallTime:
    return WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)


def _detection_line_of(file: Path, opener: MediaOpener, detector: Detector) -> Json:
    opened = open_file(file, opener)
    if isinstance(opened, MediaFailure):
        return detection_line(file, None, (), opened)
    (detections,) = detector.detect([opened.pictures[0].pixels])
    return detection_line(file, (opened.width_px, opened.height_px), detections, None)


def open_file(file: Path, opener: MediaOpener) -> OpenedMedia | MediaFailure:
    """A local file, decoded, or why nobody can look at it."""
    kind = kind_of_file(file)
    if isinstance(kind, MediaFailure):
        return kind
    try:
        return opener.open(file, kind)
    except MediaError as error:
        return MediaFailure(str(file), error.reason, error.detail)


def _print_time(line: Json) -> None:
    said = _failure_words(line) or _time_words(line)
    out.print(f"{line['file']}: {said}", markup=False, highlight=False, soft_wrap=True)


def _time_words(line: Json) -> str:
    mark, exif = line["watermark"], line["exif"]
    if mark is None:
        burned_in = "no time read in the picture"
    else:
        shown = mark["taken_at"] or " or ".join(mark["alternatives"])
        burned_in = f"{shown} (to the {mark['precision']}, confidence {mark['confidence']:.2f})"
        burned_in += "".join(
            f"; {field['kind']} {field['value'] or field['text']}" for field in mark["fields"]
        )
    return f"{burned_in}; EXIF {exif['taken_at'] if exif else 'states none'}"


def _print_detections(line: Json) -> None:
    seen = ", ".join(f"{each['label']} {each['confidence']:.2f}" for each in line["detections"])
    said = _failure_words(line) or seen or "nothing detected"
    out.print(f"{line['file']}: {said}", markup=False, highlight=False, soft_wrap=True)


def _failure_words(line: Json) -> str:
    failure = line["failure"]
    return f"{failure['reason']}: {failure['detail']}" if failure else ""
