"""Files on disk to bounded, upright RGB pixels: a photo, or frames sampled from a video.

Header before pixels: a file over its limit is refused before any decoder sees its content. These functions
run decoders of C in the calling process; `models.isolation` runs them where a hang or a crash does no harm.
"""

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from models.bounds import check_file, check_pixels
from models.file_kinds import PHOTO_KINDS, FileKind, is_cut_short
from models.limits import Limits
from models.videos import SampledFrame, VideoSample, sample_video
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason
from pipeline.ports import Pixels

__all__ = ["DECODER_ERRORS", "Photo", "SampledFrame", "VideoSample", "open_photo", "sample_video"]

register_heif_opener()

DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What Pillow and its plugins raise on damaged and hostile files: real ones, and such as fuzzing made."""

_PILLOW_FORMATS = {
    FileKind.JPEG: "JPEG",
    FileKind.PNG: "PNG",
    FileKind.WEBP: "WEBP",
    FileKind.HEIC: "HEIF",
}
# EXIF 2.32, 4.6.5 Orientation: what turns the stored picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """An upright photo: pixels of height_px x width_px x 3."""

    pixels: Pixels
    width_px: int
    height_px: int


def open_photo(path: Path, limits: Limits) -> Photo:
    """Decode a JPEG, PNG, WebP or HEIC file (by content) and turn it upright; the first frame if animated.

    Raises MediaError: NOT_FOUND, EMPTY, TOO_MANY_BYTES, UNSUPPORTED_FORMAT, TOO_MANY_PIXELS, TRUNCATED,
    CORRUPT.
    """
    kind = check_file(path, limits.max_photo_bytes, PHOTO_KINDS)
    data = BytesIO(path.read_bytes())
    try:
        # Pillow warns of what is refused here anyway, and of damaged metadata, which is read elsewhere.
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(data, formats=(_PILLOW_FORMATS[kind],)) as image,
        ):
            check_pixels(image.width, image.height, limits)
            image.load()
            upright = _turn_upright(image)
            pixels = _to_rgb(upright)
    except Image.DecompressionBombError as error:
        raise MediaError(FailureReason.TOO_MANY_PIXELS, f"{error}; send a smaller picture") from error
    except DECODER_ERRORS as error:
        raise _decoder_failure(data, kind, error) from error
    return Photo(pixels, width_px=pixels.shape[1], height_px=pixels.shape[0])


def _decoder_failure(data: BytesIO, kind: FileKind, error: BaseException) -> MediaError:
    cut = is_cut_short(data, kind) or "truncated" in str(error)
    reason = FailureReason.TRUNCATED if cut else FailureReason.CORRUPT
    said = (
        "its header can't be read"
        if isinstance(error, UnidentifiedImageError)
        else str(error)[:200] or type(error).__name__
    )
    return MediaError(reason, f"{kind} can't be decoded ({said}); upload the original again")


# A watermark's overlay may be saved without its photo: on mid-grey both white and black letters stay legible.
_BEHIND_TRANSPARENCY = (96, 96, 96)


def _turn_upright(image: Image.Image) -> Image.Image:
    """Apply EXIF orientation; pillow-heif has applied a HEIC's own and says so by resetting the tag."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except DECODER_ERRORS:
        # Damaged metadata is no damaged picture.
        return image
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _to_rgb(image: Image.Image) -> Pixels:
    """8 bits per channel; 16-bit grey keeps its upper byte; transparency lies on grey."""
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image, dtype=np.int64) >> 8, 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        overlay = image.convert("RGBA")
        image = Image.new("RGBA", overlay.size, _BEHIND_TRANSPARENCY)
        image.alpha_composite(overlay)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"), dtype=np.uint8)
