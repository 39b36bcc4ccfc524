"""The pictures and videos of a visit, for whoever may see the visit."""

from collections.abc import Iterator
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response, StreamingResponse

from pipeline.auditing import Permission, Person
from pipeline.errors import ObjectCorrupted, ObjectNotFound
from pipeline.ports import ObjectInfo, ObjectStore
from pipeline.results import TimelineEntry
from pipeline.visit import MediaKind
from review.access import needs
from review.problems import not_found
from review.ranges import NotSatisfiable, wanted_range
from review.site import Site, SiteOf
from review.visit_files import numbered
from review.visit_opening import open_visit

router = APIRouter(include_in_schema=False)

PIECE_BYTES = 1 << 20
"""What is in memory of a video at a time."""
_KEPT = "private, max-age=3600"

Reader = Annotated[Person, Depends(needs(Permission.SEE_VISITS, Permission.SEE_OWN_VISITS))]
Sent = Annotated[str | None, Header()]


class Size(StrEnum):
    """How large a picture is wanted: for a strip, for a window, to zoom into."""

    THUMB = "thumb"
    VIEW = "view"
    FULL = "full"


_SIDES_PX = {Size.THUMB: 240, Size.VIEW: 1280, Size.FULL: 2400}

PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360" width="480" height="360">'
    '<rect width="480" height="360" fill="#f0f2f5"/>'
    '<g fill="#566070" font-family="sans-serif" font-size="24" text-anchor="middle">'
    '<text x="240" y="172">没有可显示的图片</text>'
    '<text x="240" y="210" font-size="20">No picture to show</text>'
    "</g></svg>"
)


@router.get("/visits/{visit_id}/media/{number}/picture")
def picture(
    site: SiteOf,
    person: Reader,
    visit_id: str,
    number: int,
    size: Size = Size.VIEW,
    s: Annotated[float | None, Query(ge=0, le=1e6, allow_inf_nan=False)] = None,
    if_none_match: Sent = None,
) -> Response:
    """A photo, or the frame of a video at `s` seconds; a drawing that says so where there is none."""
    entry = _entry(site, person, visit_id, number)
    second = s if entry.kind is MediaKind.VIDEO else None
    failed = entry.failure is not None
    jpeg = None if failed else site.pictures.picture(entry.media_key, second, _SIDES_PX[size])
    if jpeg is None:
        return Response(PLACEHOLDER, 404, {"cache-control": "private, no-store"}, "image/svg+xml")
    headers = {"etag": f'"{sha256(jpeg).hexdigest()[:32]}"', "cache-control": _KEPT}
    if if_none_match == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(jpeg, headers=headers, media_type="image/jpeg")


@router.get("/visits/{visit_id}/media/{number}/video")
def video(
    site: SiteOf,
    person: Reader,
    visit_id: str,
    number: int,
    asked: Annotated[str | None, Header(alias="range")] = None,
    if_range: Sent = None,
) -> Response:
    """A video as it was uploaded, whole or the range that the player asks for."""
    entry = _entry(site, person, visit_id, number)
    if entry.kind is not MediaKind.VIDEO or site.store is None:
        raise not_found()
    try:
        info = site.store.stat(entry.media_key)
        return _streamed(site.store, info, None if _has_changed(info, if_range) else asked)
    except (ObjectNotFound, ObjectCorrupted) as error:
        raise not_found() from error


def _entry(site: Site, person: Person, visit_id: str, number: int) -> TimelineEntry:
    report = open_visit(site, person, visit_id).stored.report
    numbers = numbered(report)
    for entry in report.timeline:
        if numbers[entry.media_key] == number:
            return entry
    raise not_found()


def _has_changed(info: ObjectInfo, if_range: str | None) -> bool:
    return if_range is not None and if_range != f'"{info.etag}"'


def _streamed(store: ObjectStore, info: ObjectInfo, asked: str | None) -> Response:
    headers = {"accept-ranges": "bytes", "etag": f'"{info.etag}"', "cache-control": _KEPT}
    try:
        part = wanted_range(asked, info.size_bytes)
    except NotSatisfiable:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{info.size_bytes}"})
    whole = range(info.size_bytes)
    wanted = part if part is not None else whole
    headers["content-length"] = str(len(wanted))
    if part is not None:
        headers["content-range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{info.size_bytes}"
    status = 200 if part is None else 206
    return StreamingResponse(_pieces(store, info, wanted), status, headers, _media_type(info.key))


def _pieces(store: ObjectStore, info: ObjectInfo, wanted: range) -> Iterator[bytes]:
    """The bytes, one piece after the other as the player takes them. The first is fetched at once, so that
    an object that is gone is still an answer of its own."""
    starts = wanted[::PIECE_BYTES]

    def piece(start: int) -> bytes:
        return store.read_range(info.key, start, min(PIECE_BYTES, wanted.stop - start), info.etag)

    first = piece(wanted.start) if wanted else b""

    def after_the_first() -> Iterator[bytes]:
        yield first
        for start in starts[1:]:
            yield piece(start)

    return after_the_first()


def _media_type(key: str) -> str:
    # What phones call .mov is the same container as .mp4, and browsers play it under that name only.
    return "video/webm" if PurePosixPath(key).suffix.lower() == ".webm" else "video/mp4"
