"""Sample photos and videos as a phone would have written them, byte for byte the same from the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import sin
from pathlib import Path

import av
import cv2
import numpy as np
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from pipeline.ports import Pixels
from pipeline.visit import GeoPoint

JPEG_QUALITY = 86
VIDEO_RATE = 10
SCENE_SECONDS = 2
_VIDEO_SIDE = 720
_ENCODER = {"crf": "27", "preset": "medium", "g": "20", "x264-params": "mbtree=0"}
"""Without x264's macroblock tree, which gave other bytes from run to run."""


@dataclass(frozen=True, slots=True)
class PhotoTags:
    """What a phone writes into a photo; `taken_at` is aware, `place` None without a satellite fix."""

    make: str
    model: str
    taken_at: datetime
    place: GeoPoint | None


def photo_bytes(pixels: Pixels, tags: PhotoTags | None) -> bytes:
    """A JPEG, with EXIF where there are tags."""
    data = BytesIO()
    exif = exif_of(tags) if tags else Image.Exif()
    Image.fromarray(pixels).save(data, "JPEG", quality=JPEG_QUALITY, exif=exif)
    return data.getvalue()


def exif_of(tags: PhotoTags) -> Image.Exif:
    """The tags as phones set them: local time with its offset, satellite time in UTC, place in degrees."""
    exif = Image.Exif()
    local = f"{tags.taken_at:%Y:%m:%d %H:%M:%S}"
    zone = f"{tags.taken_at:%z}"
    offset = f"{zone[:3]}:{zone[3:]}"
    exif.update(
        {ExifTags.Base.Make: tags.make, ExifTags.Base.Model: tags.model, ExifTags.Base.DateTime: local}
    )
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: local,
            ExifTags.Base.DateTimeDigitized: local,
            ExifTags.Base.OffsetTime: offset,
            ExifTags.Base.OffsetTimeOriginal: offset,
        }
    )
    if tags.place is not None:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(_gps(tags.place, tags.taken_at.astimezone(UTC)))
    return exif


def _gps(place: GeoPoint, moment: datetime) -> dict[int, object]:
    return {
        ExifTags.GPS.GPSLatitudeRef: "N" if place.latitude_deg >= 0 else "S",
        ExifTags.GPS.GPSLatitude: _degrees(place.latitude_deg),
        ExifTags.GPS.GPSLongitudeRef: "E" if place.longitude_deg >= 0 else "W",
        ExifTags.GPS.GPSLongitude: _degrees(place.longitude_deg),
        ExifTags.GPS.GPSTimeStamp: tuple(
            IFDRational(part) for part in (moment.hour, moment.minute, moment.second)
        ),
        ExifTags.GPS.GPSDateStamp: f"{moment:%Y:%m:%d}",
    }


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    minutes, seconds = divmod(round(abs(value) * 3_600_000), 60_000)
    degrees, minutes = divmod(minutes, 60)
    return IFDRational(degrees), IFDRational(minutes), IFDRational(seconds, 1000)


def moving(scenes: list[Pixels]) -> Iterator[tuple[float, Pixels]]:
    """Frames of a hand-held camera: each scene for a few seconds, drifting and closing in a little.

    Yields (seconds from the start, picture), all pictures of the first one's size.
    """
    scale = _VIDEO_SIDE / max(scenes[0].shape[:2])
    height, width = (round(side * scale / 2) * 2 for side in scenes[0].shape[:2])
    frames_each = SCENE_SECONDS * VIDEO_RATE
    for number in range(len(scenes) * frames_each):
        second = number / VIDEO_RATE
        yield second, _seen_by_hand(scenes[number // frames_each], width, height, second)


def _seen_by_hand(scene: Pixels, width: int, height: int, second: float) -> Pixels:
    zoom = 1.04 + 0.01 * (second % SCENE_SECONDS)
    sway = np.array([sin(second * 1.7), sin(second * 2.3 + 1)]) * 0.008
    scale = np.array([width / scene.shape[1], height / scene.shape[0]]) * zoom
    shift = (0.5 + sway) * (width, height) - scale * (scene.shape[1] / 2, scene.shape[0] / 2)
    matrix = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
    moved = cv2.warpAffine(
        scene, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, dtype=np.uint8)


def write_video(path: Path, frames: Iterator[Pixels], created_at: datetime) -> None:
    """An H.264 MP4 whose container says when it was made."""
    created = created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    with av.open(str(path), "w", format="mp4") as container:
        container.metadata["creation_time"] = created
        stream = container.add_stream("libx264", rate=VIDEO_RATE, options=_ENCODER)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        for number, pixels in enumerate(frames):
            if number == 0:
                stream.height, stream.width = pixels.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
