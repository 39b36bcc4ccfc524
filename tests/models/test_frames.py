"""Photos: orientation applied once, bounded, and never anything but pixels or a MediaError."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from models.file_kinds import FileKind, kind_of
from models.frames import open_photo
from models.limits import Limits
from pipeline.errors import MediaError
from pipeline.evidence import FailureReason
from pipeline.ports import Pixels

LIMITS = Limits()
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Stored = how an upright picture lies in a file of this EXIF orientation.
STORED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: np.rot90(upright, 2).transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def reason_for(path: Path, limits: Limits = LIMITS) -> FailureReason | None:
    try:
        open_photo(path, limits)
    except MediaError as error:
        return error.reason
    return None


def assert_looks_like(pixels: Pixels, wanted: Pixels) -> None:
    assert pixels.shape == wanted.shape
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - wanted).mean() < 6


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_orientation_is_applied_once(
    form: str, orientation: int, tmp_path: Path, upright_quadrants: Pixels
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](upright_quadrants)))
    path = tmp_path / "photo"
    path.write_bytes(saved(stored, form, exif=exif, quality=95))

    photo = open_photo(path, LIMITS)

    assert_looks_like(photo.pixels, upright_quadrants)
    assert (photo.width_px, photo.height_px) == (96, 64)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("is_turned_by_container", [True, False])
def test_heic_is_turned_by_its_container_alone(
    orientation: int, is_turned_by_container: bool, tmp_path: Path, upright_quadrants: Pixels
) -> None:
    """ISO/IEC 23008-12: `irot` and `imir` turn the picture; EXIF's orientation only says it again."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored = np.ascontiguousarray(STORED[orientation](upright_quadrants))
    path = tmp_path / "photo.heic"
    # pillow-heif turns by what it finds in EXIF where it is given bytes, and only there.
    written = exif.tobytes() if is_turned_by_container else exif
    path.write_bytes(saved(Image.fromarray(stored), "HEIF", exif=written, quality=95))

    photo = open_photo(path, LIMITS)

    assert_looks_like(photo.pixels, upright_quadrants if is_turned_by_container else stored)


def pictures_of_all_modes(upright: Pixels) -> dict[str, Image.Image]:
    rgb = Image.fromarray(upright)
    see_through = rgb.convert("RGBA")
    see_through.putpixel((0, 0), (0, 0, 0, 0))
    return {
        "RGB": rgb,
        "RGBA": see_through,
        "P": rgb.quantize(8),
        "1": rgb.convert("1"),
        "L": rgb.convert("L"),
        "LA": rgb.convert("LA"),
        "I;16": Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) * 257),
    }


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "L", "LA", "I;16"])
def test_every_png_mode_becomes_sensible_rgb(mode: str, tmp_path: Path, upright_quadrants: Pixels) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(saved(pictures_of_all_modes(upright_quadrants)[mode], "PNG"))
    pixels = open_photo(path, LIMITS).pixels
    if mode in ("RGB", "RGBA", "P"):
        assert_looks_like(pixels, upright_quadrants)
    else:
        assert pixels[60, 10].tolist() == [255, 255, 255]  # the white quarter
        assert pixels[20:30, 20:30].mean() < 130  # the red one is dark grey
    if mode == "RGBA":
        assert pixels[0, 0].tolist() == [96, 96, 96]  # see-through lies on grey: white letters stay legible


def test_cmyk_jpeg_keeps_its_colours(tmp_path: Path, upright_quadrants: Pixels) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(Image.fromarray(upright_quadrants).convert("CMYK"), "JPEG", quality=95))
    assert_looks_like(open_photo(path, LIMITS).pixels, upright_quadrants)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_animation_gives_its_first_frame(form: str, tmp_path: Path, upright_quadrants: Pixels) -> None:
    first, second = Image.fromarray(upright_quadrants), Image.new("RGB", (96, 64), "black")
    path = tmp_path / "photo"
    path.write_bytes(saved(first, form, save_all=True, append_images=[second], lossless=True))
    assert_looks_like(open_photo(path, LIMITS).pixels, upright_quadrants)


def test_type_goes_by_content_not_by_name(tmp_path: Path, upright_quadrants: Pixels) -> None:
    path = tmp_path / "photo.heic"
    path.write_bytes(saved(Image.fromarray(upright_quadrants), "JPEG"))
    assert reason_for(path) is None


@pytest.mark.parametrize("form", ["TIFF", "BMP", "GIF", "ICO", "AVIF", "JPEG2000", "PDF", "PPM"])
def test_other_formats_are_refused(form: str, tmp_path: Path, upright_quadrants: Pixels) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(Image.fromarray(upright_quadrants), form))
    assert reason_for(path) is FailureReason.UNSUPPORTED_FORMAT


def test_missing_empty_and_oversized_files(tmp_path: Path) -> None:
    empty, heavy = tmp_path / "empty.jpg", tmp_path / "heavy.jpg"
    empty.touch()
    heavy.write_bytes(b"\xff\xd8\xff" + bytes(100))
    assert reason_for(tmp_path / "nowhere.jpg") is FailureReason.NOT_FOUND
    assert reason_for(empty) is FailureReason.EMPTY
    assert reason_for(heavy, Limits(max_photo_bytes=50)) is FailureReason.TOO_MANY_BYTES


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pixels_are_counted_before_anything_is_decoded(form: str, tmp_path: Path) -> None:
    """Half a picture can't be decoded, so only who counts first can name the pixels."""
    noise = np.random.default_rng(3).integers(0, 255, (200, 300, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), form)
    half = len(data) // 2
    path = tmp_path / "photo"
    # A WebP is not opened at all when bytes are missing, so its are overwritten.
    path.write_bytes(data[:half] if form != "WEBP" else data[:half] + b"\xff" * (len(data) - half))
    assert reason_for(path, Limits(max_pixels=59_999)) is FailureReason.TOO_MANY_PIXELS
    assert reason_for(path, Limits(max_pixels=60_000)) in (FailureReason.TRUNCATED, FailureReason.CORRUPT)


def test_header_that_claims_a_gigapixel(tmp_path: Path, upright_quadrants: Pixels) -> None:
    data = bytearray(saved(Image.fromarray(upright_quadrants), "JPEG"))
    start_of_frame = data.index(b"\xff\xc0")
    data[start_of_frame + 5 : start_of_frame + 9] = b"\xff\xff\xff\xff"
    path = tmp_path / "bomb.jpg"
    path.write_bytes(data)
    assert reason_for(path) is FailureReason.TOO_MANY_PIXELS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMATS), share=st.floats(0, 1))
def test_truncated_anywhere(form: str, share: float, tmp_path: Path, upright_quadrants: Pixels) -> None:
    data = saved(Image.fromarray(upright_quadrants), form)
    cut = int(share * len(data))
    path = tmp_path / "cut"
    path.write_bytes(data[:cut])
    reason = reason_for(path)
    if reason is None:  # nothing but the file's end is missing
        assert_looks_like(open_photo(path, LIMITS).pixels, upright_quadrants)
    elif cut == 0:
        assert reason is FailureReason.EMPTY
    elif kind_of(data[:cut]) is FileKind.UNKNOWN:
        assert reason is FailureReason.UNSUPPORTED_FORMAT
    else:
        assert reason is FailureReason.TRUNCATED


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMATS), seed=st.integers(0, 10**6), flips=st.integers(1, 40))
def test_damaged_anywhere(
    form: str, seed: int, flips: int, tmp_path: Path, upright_quadrants: Pixels
) -> None:
    """Pixels within the limit or a MediaError, and nothing else."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    data = bytearray(saved(Image.fromarray(upright_quadrants), form, exif=exif))
    random = np.random.default_rng(seed)
    for position in random.integers(0, len(data), flips):
        data[position] = random.integers(0, 256)
    path = tmp_path / "damaged"
    path.write_bytes(data)
    limits = Limits(max_pixels=1_000_000)
    try:
        photo = open_photo(path, limits)
    except MediaError:
        return
    assert photo.pixels.shape == (photo.height_px, photo.width_px, 3)
    assert photo.width_px * photo.height_px <= limits.max_pixels


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", FileKind.HEIC),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", FileKind.AVIF),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", FileKind.MP4),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", FileKind.MP4),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", FileKind.WEBP),
        (b"RIFF\x24\x00\x00\x00AVI LIST", FileKind.AVI),
        (b"G@\x11\x10", FileKind.MPEG_TS),
        (b"<html>", FileKind.UNKNOWN),
        (b"", FileKind.UNKNOWN),
    ],
)
def test_kind_by_first_bytes(head: bytes, kind: FileKind) -> None:
    assert kind_of(head) is kind


def test_limits_must_be_positive() -> None:
    with pytest.raises(ValueError, match="max_pixels"):
        Limits(max_pixels=0)
