"""The decoding process: what hangs, crashes or eats memory costs one file, and nothing stays behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.isolation import IsolatedOpener
from models.limits import Limits
from models.opening import InProcessOpener
from pipeline.errors import MediaError, SettingsError
from pipeline.evidence import FailureReason
from pipeline.geometry import BoundingBox
from pipeline.visit import MediaKind

VideoWriter = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024


@pytest.fixture
def opener() -> Iterator[IsolatedOpener]:
    opener = IsolatedOpener(Limits(max_pixels=10_000_000))
    yield opener
    opener.close()


def workers(parent: int | None = None) -> list[int]:
    """Decoding processes among the children of a process, by default of this one."""
    pid = parent or os.getpid()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [
        int(child) for child in children if b"decoding_worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def plain_photo(path: Path, width: int, height: int) -> Path:
    Image.new("RGB", (width, height), (200, 10, 10)).save(path, progressive=True)
    return path


@pytest.fixture(scope="module")
def slow_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of 79 megapixels, just within the limit, and progressive: more than a second to decode."""
    return plain_photo(tmp_path_factory.mktemp("slow") / "slow.jpg", 9000, 8800)


def reason_for(opener: IsolatedOpener, path: Path, kind: MediaKind = MediaKind.PHOTO) -> FailureReason:
    with pytest.raises(MediaError) as caught:
        opener.open(path, kind)
    return caught.value.reason


def peak_memory(pid: int) -> int:
    """High-water mark of a process's resident memory, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def test_gives_what_opening_here_gives(
    opener: IsolatedOpener, tmp_path: Path, write_video: VideoWriter
) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    photo = tmp_path / "photo.png"
    Image.fromarray(noise).save(photo)
    for path, kind in ((photo, MediaKind.PHOTO), (write_video(), MediaKind.VIDEO), (photo, MediaKind.PHOTO)):
        here, there = InProcessOpener(opener.limits).open(path, kind), opener.open(path, kind)
        assert [picture.presentation_s for picture in there.pictures] == [
            picture.presentation_s for picture in here.pictures
        ]
        for one, other in zip(there.pictures, here.pictures, strict=True):
            assert np.array_equal(one.pixels, other.pixels)
        assert there.metadata == here.metadata
        assert (there.width_px, there.height_px, there.duration_s) == (
            here.width_px,
            here.height_px,
            here.duration_s,
        )


def test_looks_as_here(opener: IsolatedOpener, write_video: VideoWriter, tmp_path: Path) -> None:
    path, seconds, region = write_video(), (0.0, 1.0, 3.0), BoundingBox(0.25, 0.0, 1.0, 0.5)
    here, there = (
        InProcessOpener(opener.limits).look(path, seconds, region),
        opener.look(path, seconds, region),
    )
    assert here.frames_decoded == there.frames_decoded
    for one, other in zip(here.glances, there.glances, strict=True):
        assert one.presentation_s == other.presentation_s
        assert np.array_equal(one.cut_out, other.cut_out)
        assert np.array_equal(one.small, other.small)
    assert opener.look(path, (), region).glances == ()
    with pytest.raises(MediaError):
        opener.look(tmp_path / "nowhere.mp4", seconds, region)


def test_pictures_outlive_the_next_file(opener: IsolatedOpener, tmp_path: Path) -> None:
    first = opener.open(plain_photo(tmp_path / "red.png", 20, 10), MediaKind.PHOTO)
    Image.new("RGB", (20, 10), "white").save(tmp_path / "white.png")
    opener.open(tmp_path / "white.png", MediaKind.PHOTO)
    assert first.pictures[0].pixels[0, 0].tolist() == [200, 10, 10]


def test_refusals_keep_reason_and_worker(opener: IsolatedOpener, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jpg"
    empty.touch()
    assert reason_for(opener, empty) is FailureReason.EMPTY
    before = workers()
    assert reason_for(opener, tmp_path / "nowhere.jpg") is FailureReason.NOT_FOUND
    assert workers() == before
    assert len(before) == 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", pytest.param("HEIF", marks=pytest.mark.slow)])
def test_nothing_over_its_limit_is_decoded(form: str, tmp_path: Path) -> None:
    """Decoding 6 megapixels takes 18 MB: the worker's memory tells whether it was done."""
    path = tmp_path / "large"
    Image.new("RGB", (3000, 2000), (90, 120, 30)).save(path, form, quality=50)
    strict, lenient = IsolatedOpener(Limits(max_pixels=5_999_999)), IsolatedOpener(Limits())
    assert reason_for(strict, path) is FailureReason.TOO_MANY_PIXELS
    refused = peak_memory(workers()[0])
    strict.close()
    lenient.open(path, MediaKind.PHOTO)
    decoded = peak_memory(workers()[0])
    lenient.close()
    assert decoded > refused + 15 * MIB


def test_time_limit_ends_the_worker_and_the_next_file_gets_another(slow_photo: Path, tmp_path: Path) -> None:
    opener = IsolatedOpener(Limits(max_photo_seconds=0.5))
    quick = plain_photo(tmp_path / "quick.png", 20, 10)
    start = time.monotonic()
    assert reason_for(opener, slow_photo) is FailureReason.TIMED_OUT
    assert time.monotonic() - start < 20  # most of it is the worker's start on a busy machine
    assert workers() == []
    assert opener.open(quick, MediaKind.PHOTO).width_px == 20
    opener.close()


def test_crash_while_decoding_blames_the_file(slow_photo: Path, tmp_path: Path) -> None:
    opener = IsolatedOpener(Limits())
    quick = plain_photo(tmp_path / "quick.png", 20, 10)
    opener.open(quick, MediaKind.PHOTO)
    shot = threading.Timer(0.1, os.kill, (workers()[0], signal.SIGSEGV))
    shot.start()
    assert reason_for(opener, slow_photo) is FailureReason.CORRUPT
    assert opener.open(quick, MediaKind.PHOTO).width_px == 20
    opener.close()


def test_death_between_two_files_blames_neither(opener: IsolatedOpener, tmp_path: Path) -> None:
    quick = plain_photo(tmp_path / "quick.png", 20, 10)
    opener.open(quick, MediaKind.PHOTO)
    worker = workers()[0]
    os.kill(worker, signal.SIGKILL)
    os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)
    assert opener.open(quick, MediaKind.PHOTO).width_px == 20


def test_memory_limit_fails_the_file_and_not_the_worker(slow_photo: Path, tmp_path: Path) -> None:
    opener = IsolatedOpener(Limits(max_memory_bytes=900 * MIB))
    quick = plain_photo(tmp_path / "quick.png", 20, 10)
    opener.open(quick, MediaKind.PHOTO)
    before = workers()
    assert reason_for(opener, slow_photo) is FailureReason.CORRUPT
    assert opener.open(quick, MediaKind.PHOTO).width_px == 20
    assert workers() == before
    opener.close()


def test_worker_that_cannot_start_is_no_media_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise ImportError('a broken installation')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(SettingsError, match="ended at its start"):
        IsolatedOpener(Limits()).open(plain_photo(tmp_path / "quick.png", 20, 10), MediaKind.PHOTO)


def test_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """Even where the parent is killed and can't clean up."""
    quick = plain_photo(tmp_path / "quick.png", 20, 10)
    script = (
        "import pathlib, sys, time\n"
        "from models.isolation import IsolatedOpener\n"
        "from models.limits import Limits\n"
        "from pipeline.visit import MediaKind\n"
        "opener = IsolatedOpener(Limits())\n"
        "opener.open(pathlib.Path(sys.argv[1]), MediaKind.PHOTO)\n"
        "print('open', flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(quick)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "open\n"
    (worker,) = workers(parent.pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{worker}").exists()
