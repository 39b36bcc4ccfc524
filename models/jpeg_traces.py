"""What a JPEG's own structure tells of who wrote it: its quantisation tables, and its EXIF thumbnail."""

import functools
import warnings
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image, JpegPresets

from models.frames import DECODER_ERRORS
from pipeline.evidence import Metadata, ThumbnailTrace
from pipeline.ports import Pixels

_COLUMNS, _ROWS = 16, 16
_LONGEST_THUMBNAIL_BYTES = 1 << 20
_LONGEST_THUMBNAIL_PX = 1024
_SHAPES_DIFFER = 0.06  # thumbnails are often letterboxed to 4:3: cells would not lie on one another
_Tables = tuple[tuple[int, ...], ...]


def with_jpeg_traces(metadata: Metadata, path: Path, upright: Pixels) -> Metadata:
    """The metadata of a photo with the name of its tables and the trace of its thumbnail, where it has any.

    `upright` is the decoded picture. Raises nothing for the file's content.
    """
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=("JPEG",)) as image:
            tables = tables_name(getattr(image, "quantization", {}))
            exif = image.getexif()
            thumbnail = _thumbnail(exif, image.info.get("exif", b""))
            orientation = exif.get(ExifTags.Base.Orientation)
    except (*DECODER_ERRORS, Image.DecompressionBombError):
        return metadata
    turned = orientation not in (None, 1)
    trace = thumbnail_trace(thumbnail, upright) if thumbnail is not None and not turned else None
    return replace(metadata, jpeg_tables=tables, thumbnail=trace)


def tables_name(quantization: Mapping[int, list[int]]) -> str:
    """The name of a JPEG's tables, where they are exactly known ones; empty otherwise.

    Photoshop's are those that Pillow ships as presets; "standard Q" are those of ITU T.81 annex K, scaled to
    a quality Q as libjpeg does.
    """
    tables = tuple(tuple(quantization[key]) for key in sorted(quantization))[:2]
    return _known().get(tables, "")


@functools.cache
def _known() -> Mapping[_Tables, str]:
    named: dict[_Tables, str] = {}
    for name, preset in JpegPresets.presets.items():
        tables = tuple(tuple(table) for table in preset["quantization"])  # type: ignore[attr-defined]
        named.setdefault(tables, f"photoshop {name}")
    for quality in range(1, 101):
        # Written last: where a program's tables are the standard's, they say nothing of the program.
        named[_standard(quality)] = f"standard {quality}"
    return named


def _standard(quality: int) -> _Tables:
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        tables: dict[int, list[int]] = image.quantization  # type: ignore[attr-defined]
        return tuple(tuple(tables[key]) for key in sorted(tables))


def _thumbnail(exif: Image.Exif, block: bytes) -> Pixels | None:
    """The JPEG thumbnail of EXIF's second directory (EXIF 2.32, 4.5.3); None where there is none."""
    directory = exif.get_ifd(ExifTags.IFD.IFD1)
    start = directory.get(ExifTags.Base.JpegIFOffset)
    length = directory.get(ExifTags.Base.JpegIFByteCount)
    if not isinstance(start, int) or not isinstance(length, int) or not 0 < length < _LONGEST_THUMBNAIL_BYTES:
        return None
    body = block.removeprefix(b"Exif\0\0")[start : start + length]
    with Image.open(BytesIO(body), formats=("JPEG",)) as image:
        if max(image.size) > _LONGEST_THUMBNAIL_PX:
            return None
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


def thumbnail_trace(thumbnail: Pixels, upright: Pixels) -> ThumbnailTrace | None:
    """Mean differences of brightness over a grid; None where the two are not of one shape."""
    shapes = [picture.shape[1] / picture.shape[0] for picture in (thumbnail, upright)]
    if abs(shapes[0] / shapes[1] - 1) > _SHAPES_DIFFER:
        return None
    size = thumbnail.shape[1], thumbnail.shape[0]
    small = cv2.resize(upright, size, interpolation=cv2.INTER_AREA)
    one, other = (
        cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in (small, thumbnail)
    )
    # A thumbnail may be a little lighter or darker as a whole: that is no difference.
    apart = np.abs((one - np.median(one)) - (other - np.median(other)))
    cells = cv2.resize(apart, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    return ThumbnailTrace(_COLUMNS, _ROWS, tuple(int(value) for value in cells.round().ravel()))
