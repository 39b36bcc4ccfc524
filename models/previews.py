"""Small JPEG pictures for people to look at; nothing is ever judged on one."""

from io import BytesIO

from PIL import Image

from pipeline.ports import Pixels

LONGEST_SIDE_PX = 900
_QUALITY = 82


def jpeg_preview(picture: Pixels, longest_side_px: int = LONGEST_SIDE_PX) -> bytes:
    """An upright picture as a JPEG file, reduced where its longer side is above `longest_side_px`."""
    image = Image.fromarray(picture)
    image.thumbnail((longest_side_px, longest_side_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    file = BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()
