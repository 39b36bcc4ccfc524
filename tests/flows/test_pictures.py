"""Pictures for many askers at once: each file is opened once, and the memory for them is bounded."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from threading import Lock
from time import sleep

import numpy as np
import pytest
from PIL import Image

from flows.pictures import LARGEST_PX, SharedPictures, shared_pictures
from models.limits import Limits
from models.previews import jpeg_preview
from storage.objects import MinioObjectStore
from storage.settings import StoreSettings


class CountedSource:
    """Slow, and refuses to be asked by two threads at once. `without` has no picture."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._busy = Lock()

    def picture(self, media_key: str, presentation_s: float | None, longest_side_px: int = 0) -> bytes | None:
        alone = self._busy.acquire(blocking=False)
        assert alone, "two threads in one lane"
        self.asked.append(media_key)
        sleep(0.01)
        self._busy.release()
        if media_key == "without":
            return None
        return jpeg_preview(np.full((900, 1200, 3), 120, np.uint8), longest_side_px)


def test_twenty_askers_open_a_file_once_and_get_the_size_that_they_asked_for() -> None:
    sources = [CountedSource(), CountedSource()]
    pictures = SharedPictures(sources)
    wanted = [(f"k{number}", None, side) for number in range(6) for side in (240, 1000, LARGEST_PX)]
    with ThreadPoolExecutor(12) as pool:
        made = list(pool.map(lambda place: pictures.picture(*place), wanted * 2))
    assert sorted(key for source in sources for key in source.asked) == [f"k{n}" for n in range(6)]
    for (_, _, side), jpeg in zip(wanted * 2, made, strict=True):
        with Image.open(BytesIO(jpeg or b"")) as image:
            assert max(image.size) == min(side, 1200)


def test_what_is_not_there_is_asked_for_again() -> None:
    source = CountedSource()
    pictures = SharedPictures([source])
    assert [pictures.picture("without", None, 240) for _ in range(2)] == [None, None]
    assert source.asked == ["without", "without"]


def test_the_memory_is_bounded() -> None:
    source = CountedSource()
    one = len(source.picture("k", None, LARGEST_PX) or b"")
    pictures = SharedPictures([source], kept_bytes=3 * one)
    for key in ("a", "b", "c", "d", "a"):
        pictures.picture(key, None, LARGEST_PX)
    assert source.asked == ["k", "a", "b", "c", "d", "a"]


def test_pictures_come_out_of_the_store_and_what_is_broken_does_not(embedded_store: StoreSettings) -> None:
    store = MinioObjectStore(replace(embedded_store, bucket="shared-pictures"))
    store.ensure_bucket()
    photo = jpeg_preview(np.full((300, 400, 3), (200, 30, 30), np.uint8), 400)
    store.put("photo.jpg", photo, "image/jpeg")
    store.put("broken.jpg", photo[:300], "image/jpeg")
    with shared_pictures(store, Limits()) as pictures:
        small = pictures.picture("photo.jpg", None, 100)
        assert [pictures.picture(key, None, 100) for key in ("broken.jpg", "gone.jpg")] == [None, None]
    with Image.open(BytesIO(small or b"")) as image:
        assert image.size == (100, 75)
        assert image.convert("RGB").getpixel((50, 40)) == pytest.approx((200, 30, 30), abs=3)
