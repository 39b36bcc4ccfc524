"""Pictures and videos of a visit: ranges, placeholders, what a browser may keep."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipeline.auditing import Role
from pipeline.results import VisitReport
from review.app import create_app
from review.pictures import PictureSource
from review.ranges import NotSatisfiable, wanted_range
from review.routes import media
from review.visit_files import numbered
from storage.objects import MinioObjectStore
from storage.settings import StoreSettings
from tests.review.serving import keep
from tests.review.site_parts import Town

FILM = bytes(range(256)) * 40
FOLDER = "visits/2026-03-12/V-0007"


@pytest.fixture
def auditor(
    town: Town,
    report: VisitReport,
    drawn_pictures: Callable[..., PictureSource],
    embedded_store: StoreSettings,
) -> TestClient:
    store = MinioObjectStore(replace(embedded_store, bucket="site-media"))
    store.ensure_bucket()
    store.put(f"{FOLDER}/during.mp4", FILM, "video/mp4")
    town.site = replace(town.site, pictures=drawn_pictures((f"{FOLDER}/entry-1.jpg",)), store=store)
    town.app = create_app(town.site)
    keep(town, report, "V1")
    return town.browser_of(Role.AUDITOR)


def path(report: VisitReport, name: str, what: str) -> str:
    return f"/visits/V1/media/{numbered(report)[f'{FOLDER}/{name}']}/{what}"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (None, range(100)),
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=-7", range(93, 100)),
        ("bytes=50-5000", range(50, 100)),
        ("bytes=9-3", range(100)),
        ("lines=1-2", range(100)),
        ("bytes=0-1,5-6", range(100)),
    ],
)
def test_the_range_that_is_asked_for(asked: str | None, wanted: range) -> None:
    found = wanted_range(asked, 100)
    assert (found if found is not None else range(100)) == wanted


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 300))
def test_a_range_lies_within_the_file_or_is_refused(first: int, length: int, size: int) -> None:
    if first >= size:
        with pytest.raises(NotSatisfiable):
            wanted_range(f"bytes={first}-{first + length}", size)
    else:
        assert wanted_range(f"bytes={first}-{first + length}", size) == range(
            first, min(size, first + length + 1)
        )


def test_a_video_is_streamed_in_pieces(
    auditor: TestClient, report: VisitReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "PIECE_BYTES", 1000)
    film = path(report, "during.mp4", "video")
    whole = auditor.get(film)
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, FILM, "bytes")
    part = auditor.get(film, headers={"range": "bytes=500-4999"})
    assert (part.status_code, part.content) == (206, FILM[500:5000])
    assert part.headers["content-range"] == f"bytes 500-4999/{len(FILM)}"
    behind = auditor.get(film, headers={"range": f"bytes={len(FILM)}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(FILM)}")
    changed = auditor.get(film, headers={"range": "bytes=0-9", "if-range": '"older"'})
    assert changed.content == FILM
    assert auditor.get(path(report, "entry-1.jpg", "video")).status_code == 404


def test_a_picture_may_be_kept_by_the_browser_and_by_nobody_else(
    auditor: TestClient, report: VisitReport
) -> None:
    picture = auditor.get(path(report, "before-1.jpg", "picture?size=thumb"))
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert picture.headers["cache-control"].startswith("private")
    again = auditor.get(
        path(report, "before-1.jpg", "picture?size=thumb"), headers={"if-none-match": picture.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["after-1.jpg", "entry-1.jpg"])
def test_what_can_not_be_shown_says_so(auditor: TestClient, report: VisitReport, name: str) -> None:
    answer = auditor.get(path(report, name, "picture"))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "image/svg+xml")
    assert "没有可显示的图片" in answer.text


def test_a_number_that_no_file_has(auditor: TestClient) -> None:
    assert auditor.get("/visits/V1/media/99/picture").status_code == 404
    assert auditor.get("/visits/V1/media/4/picture?size=huge").status_code == 422
    assert auditor.get("/visits/V1/media/4/picture?s=nan").status_code == 422
