"""Small JPEG pictures for people to look at; nothing is ever judged on one."""

from io import BytesIO

from PIL import Image

from pipeline.ports import Pixels

_QUALITY = 82


def jpeg_preview(picture: Pixels, longest_side_px: int) -> bytes:
    """An upright picture as a JPEG file, reduced where its longer side is above `longest_side_px`."""
    return _reduced(Image.fromarray(picture), longest_side_px)


def smaller_jpeg(jpeg: bytes, longest_side_px: int) -> bytes:
    """A JPEG of `jpeg_preview` reduced further, which is far quicker than from the original."""
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        return _reduced(image, longest_side_px)


def _reduced(image: Image.Image, longest_side_px: int) -> bytes:
    image.thumbnail((longest_side_px, longest_side_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()
