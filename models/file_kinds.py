"""What a file is by its first bytes, never by its name, and whether its blocks reach beyond its end."""

import struct
from enum import StrEnum
from io import SEEK_CUR, SEEK_END
from typing import BinaryIO

HEAD_BYTES = 64
"""So many first bytes are enough for `kind_of`."""


class FileKind(StrEnum):
    """Kinds of file that can be observed, and those that are known well enough to be refused by name."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    HEIC = "HEIC"
    MP4 = "MP4 or MOV"
    AVIF = "AVIF"
    AVI = "AVI"
    BMP = "BMP"
    GIF = "GIF"
    ICO = "ICO"
    TIFF = "TIFF"
    JPEG_2000 = "JPEG 2000"
    JPEG_XL = "JPEG XL"
    MATROSKA = "Matroska or WebM"
    MPEG_TS = "MPEG transport stream"
    PDF = "PDF"
    UNKNOWN = "unknown"


PHOTO_KINDS = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP, FileKind.HEIC})
VIDEO_KINDS = frozenset({FileKind.MP4})

_MAGIC: tuple[tuple[int, bytes, FileKind], ...] = (
    (0, b"\xff\xd8\xff", FileKind.JPEG),
    (0, b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (0, b"GIF8", FileKind.GIF),
    (0, b"BM", FileKind.BMP),
    (0, b"II*\0", FileKind.TIFF),
    (0, b"MM\0*", FileKind.TIFF),
    (0, b"II+\0", FileKind.TIFF),
    (0, b"MM\0+", FileKind.TIFF),
    (0, b"\0\0\1\0", FileKind.ICO),
    (4, b"jP  \r\n\x87\n", FileKind.JPEG_2000),
    (4, b"JXL \r\n\x87\n", FileKind.JPEG_XL),
    (0, b"\xff\x0a", FileKind.JPEG_XL),
    (0, b"\x1aE\xdf\xa3", FileKind.MATROSKA),
    (0, b"%PDF", FileKind.PDF),
    (0, b"G@", FileKind.MPEG_TS),
    (4, b"G@", FileKind.MPEG_TS),
)
# QuickTime files older than the `ftyp` box begin with one of these.
_OLD_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
# Boxes whose content the picture is made of; an unknown last "box" may be padding.
_NEEDED_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"idat", b"moov", b"moof"})


def kind_of(head: bytes) -> FileKind:
    """The kind of a file from its first `HEAD_BYTES` bytes."""
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": FileKind.WEBP, b"AVI ": FileKind.AVI}.get(head[8:12], FileKind.UNKNOWN)
    if head[4:8] == b"ftyp":
        return _kind_by_brands(head)
    return FileKind.MP4 if head[4:8] in _OLD_QUICKTIME else FileKind.UNKNOWN


def _kind_by_brands(head: bytes) -> FileKind:
    size = int.from_bytes(head[:4], "big")
    listed = head[16 : min(size, len(head))]
    brands = {head[8:12], *(listed[start : start + 4] for start in range(0, len(listed), 4))}
    if brands & _AVIF_BRANDS:
        return FileKind.AVIF
    # An iPhone's MOV may list no image brand, and a HEIC picture none of video: the major brand decides.
    return FileKind.HEIC if head[8:12] in _HEIC_BRANDS else FileKind.MP4


def is_cut_short(file: BinaryIO, kind: FileKind) -> bool:
    """Whether a block of the file claims bytes beyond its end, or the block that ends it is missing."""
    file.seek(0, SEEK_END)
    size = file.tell()
    file.seek(0)
    if kind is FileKind.JPEG:
        return _jpeg_is_cut(file)
    if kind is FileKind.PNG:
        return _png_is_cut(file, size)
    if kind is FileKind.WEBP:
        return int.from_bytes(file.read(8)[4:8], "little") + 8 > size
    return _boxes_are_cut(file, size)


def _jpeg_is_cut(file: BinaryIO) -> bool:
    """Walks the segments to the start of the scan, then looks for an end of image."""
    file.seek(2)
    while True:
        header = file.read(4)
        if len(header) < 4:
            return True
        marker, length = header[1], int.from_bytes(header[2:4], "big")
        if header[0] != 0xFF or length < 2:
            return False
        if marker == 0xDA:
            return b"\xff\xd9" not in file.read()
        file.seek(length - 2, SEEK_CUR)


def _png_is_cut(file: BinaryIO, size: int) -> bool:
    file.seek(8)
    while True:
        header = file.read(8)
        if len(header) < 8:
            return True
        length, name = struct.unpack(">I4s", header)
        if not name.isalpha():
            return False
        if file.seek(length + 4, SEEK_CUR) > size:
            return True
        if name == b"IEND":
            return False


def _boxes_are_cut(file: BinaryIO, size: int) -> bool:
    """Walks the top-level boxes of an ISO base media file (ISO/IEC 14496-12, 4.2).

    A file whose boxes end before its media data (`mdat`) is cut as well, if only between two boxes.
    """
    start, has_media_data = 0, False
    while start < size:
        file.seek(start)
        header = file.read(16)
        length, name = int.from_bytes(header[:4], "big"), header[4:8]
        if len(header) >= 8 and length == 0:
            return False
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        if length < 8 or start + length > size:
            return not has_media_data or (name in _NEEDED_BOXES and length >= 8)
        has_media_data |= name == b"mdat"
        start += length
    return not has_media_data
