"""The observer: what it shows to which model, what it makes of a failure, and what its digest names."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.limits import Limits
from models.observer import Observer, ObserverSettings
from models.opening import InProcessOpener
from models.region_texts import RegionSettings
from models.stage_times import StageTimes
from pipeline.evidence import (
    Detection,
    FailureReason,
    MediaEvidence,
    MediaFailure,
    TextLine,
    WatermarkReading,
    WatermarkStatus,
)
from pipeline.geometry import BoundingBox
from pipeline.ports import MediaObserver, Pixels
from pipeline.times import WallTime
from pipeline.visit import MediaItem, MediaKind

VideoWriter = Callable[..., Path]
LIMITS = Limits(video_interval_s=0.5)
BADGE = BoundingBox(0.5, 0.5, 0.75, 1.0)


@dataclass
class RedDetector:
    """Sees a badge as confident as a picture is red, and remembers what it was shown."""

    digest: str = "red-1"
    labels: tuple[str, ...] = ("badge",)
    batches: list[list[tuple[int, ...]]] = field(default_factory=list)

    def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
        self.batches.append([picture.shape for picture in pictures])
        return [(Detection("badge", round(float(picture[0, 0, 0]) / 255, 2), BADGE),) for picture in pictures]


@dataclass
class SizeStamp:
    """Reads a time whose minute tells how wide the picture was that it was given."""

    digest: str = "stamp-1"

    def read(self, picture: Pixels) -> WatermarkReading:
        return WatermarkReading(
            WatermarkStatus.READ,
            WallTime(2024, 5, 12, 14, picture.shape[1] % 60),
            raw_text=str(picture.shape),
        )


@dataclass
class ShapeReader:
    """Reads the size of its cut-out, in a line over its left half."""

    digest: str = "text-1"

    def read(self, picture: Pixels) -> tuple[TextLine, ...]:
        return (TextLine(f"{picture.shape[1]}x{picture.shape[0]}", 0.9, BoundingBox(0.0, 0.25, 0.5, 0.75)),)


def observer(
    limits: Limits = LIMITS,
    detector: RedDetector | None = None,
    settings: ObserverSettings | None = None,
    clock: StageTimes | None = None,
) -> Observer:
    return Observer(
        detector or RedDetector(),
        SizeStamp(),
        ShapeReader(),
        limits,
        settings=settings,
        opener=InProcessOpener(limits),
        clock=clock,
    )


def photo(
    path: Path, red: int = 255, size: tuple[int, int] = (80, 40), **item: str
) -> tuple[MediaItem, Path]:
    Image.new("RGB", size, (red, 0, 0)).save(path, "PNG")
    return MediaItem(f"visits/{path.name}", MediaKind.PHOTO, sha256=item.get("sha256")), path


def evidence_of(observed: object) -> MediaEvidence:
    assert isinstance(observed, MediaEvidence)
    return observed


def test_photo_becomes_evidence(tmp_path: Path) -> None:
    item, path = photo(tmp_path / "a.png")
    watching: MediaObserver = observer()
    evidence = evidence_of(watching.observe([(item, path)])[0])
    assert evidence.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (evidence.width_px, evidence.height_px, evidence.duration_s) == (80, 40, None)
    assert evidence.observer_digest == watching.digest
    assert len(evidence.perceptual_hash) == 16
    (frame,) = evidence.frames
    assert frame.presentation_s is None
    assert frame.detections == (Detection("badge", 1.0, BADGE),)
    assert frame.watermark is not None
    assert frame.watermark.taken_at == WallTime(2024, 5, 12, 14, 20)


def test_badge_is_cut_out_enlarged_and_its_lines_placed(tmp_path: Path) -> None:
    settings = ObserverSettings(regions=RegionSettings(margin=0.0, short_side_px=60))
    observed = observer(settings=settings).observe([photo(tmp_path / "a.png")])[0]
    (region,) = evidence_of(observed).frames[0].region_texts
    assert (region.label, region.box) == ("badge", BADGE)
    assert region.lines[0].text == "60x60"  # 20 x 20 pixels, three times
    assert region.lines[0].box.as_tuple() == pytest.approx((0.5, 0.625, 0.625, 0.875))


@pytest.mark.parametrize(("red", "regions"), [(255, 1), (70, 1), (60, 0)])
def test_text_is_read_in_confident_boxes_only(red: int, regions: int, tmp_path: Path) -> None:
    observed = observer().observe([photo(tmp_path / "a.png", red)])[0]
    frame = evidence_of(observed).frames[0]
    assert len(frame.region_texts) == regions
    assert len(frame.detections) == 1  # kept whatever its confidence


def test_detector_sees_bounded_batches_of_reduced_pictures_and_the_reader_full_ones(tmp_path: Path) -> None:
    detector = RedDetector()
    settings = ObserverSettings(detect_side_px=100, batch_pictures=3)
    items = [photo(tmp_path / f"{red}.png", red, size=(310, 155)) for red in range(0, 250, 50)]
    observed = observer(detector=detector, settings=settings).observe(items)
    assert detector.batches == [[(38, 77, 3)] * 3, [(38, 77, 3)] * 2]
    frames = [evidence_of(observation).frames[0] for observation in observed]
    assert [frame.detections[0].confidence for frame in frames] == [0.0, 0.2, 0.39, 0.59, 0.78]
    assert frames[0].watermark is not None
    assert frames[0].watermark.raw_text == "(155, 310, 3)"


def test_large_pictures_make_small_batches(tmp_path: Path) -> None:
    detector = RedDetector()
    settings = ObserverSettings(batch_pixels=2 * 80 * 40)
    observer(detector=detector, settings=settings).observe(
        [photo(tmp_path / f"{red}.png", red) for red in range(5)]
    )
    assert [len(batch) for batch in detector.batches] == [2, 2, 1]


def test_video_frames_are_all_detected_and_some_read(write_video: VideoWriter) -> None:
    path = write_video()
    item = MediaItem("visits/clip.mp4", MediaKind.VIDEO)
    evidence = evidence_of(observer().observe([(item, path)])[0])
    assert evidence.kind is MediaKind.VIDEO
    assert evidence.duration_s == pytest.approx(4.0, abs=0.1)
    seconds = [frame.presentation_s for frame in evidence.frames]
    assert len(seconds) == 8
    assert seconds == sorted(seconds)
    read = [index for index, frame in enumerate(evidence.frames) if frame.watermark is not None]
    assert read == [0, 4, 7]
    assert all(len(frame.detections) == 1 for frame in evidence.frames)


def test_failures_stand_at_their_place_with_key_and_reason(tmp_path: Path) -> None:
    good, path = photo(tmp_path / "good.png")
    empty = tmp_path / "empty.png"
    empty.touch()
    missing = tmp_path / "missing.png"
    observed = observer().observe(
        [
            (replace(good, key="k/empty"), empty),
            (replace(good, key="k/missing"), missing),
            (good, path),
            (replace(good, key="k/promised", sha256="0" * 64), path),
            (replace(good, key="k/kind", kind=MediaKind.VIDEO), path),
        ]
    )
    failures = [observation for observation in observed if isinstance(observation, MediaFailure)]
    assert [(failure.key, failure.reason) for failure in failures] == [
        ("k/empty", FailureReason.EMPTY),
        ("k/missing", FailureReason.NOT_FOUND),
        ("k/promised", FailureReason.CHECKSUM_MISMATCH),
        ("k/kind", FailureReason.UNSUPPORTED_FORMAT),
    ]
    assert all(failure.detail for failure in failures)
    assert isinstance(observed[2], MediaEvidence)


def test_promised_checksum_that_is_kept(tmp_path: Path) -> None:
    item, path = photo(tmp_path / "a.png")
    promised = replace(item, sha256=hashlib.sha256(path.read_bytes()).hexdigest().upper())
    assert isinstance(observer().observe([(promised, path)])[0], MediaEvidence)


def test_nothing_to_observe() -> None:
    assert observer().observe([]) == []


def test_errors_of_the_models_are_not_swallowed(tmp_path: Path) -> None:
    class BrokenDetector(RedDetector):
        def detect(self, pictures: Sequence[Pixels]) -> list[tuple[Detection, ...]]:
            raise RuntimeError(f"a bug, after {len(pictures)} pictures")

    with pytest.raises(RuntimeError, match="a bug"):
        observer(detector=BrokenDetector()).observe([photo(tmp_path / "a.png")])


def test_digest_names_models_settings_and_limits() -> None:
    same = observer().digest
    assert observer().digest == same
    others = {
        observer(detector=RedDetector(digest="red-2")).digest,
        observer(limits=Limits(video_interval_s=3)).digest,
        observer(settings=ObserverSettings(regions=RegionSettings(most=1))).digest,
    }
    assert len(others | {same}) == 4


def test_stages_are_timed(tmp_path: Path) -> None:
    clock = StageTimes()
    observer(clock=clock).observe([photo(tmp_path / "a.png"), photo(tmp_path / "b.png")])
    assert clock.entries["decode"] == 2
    assert clock.entries["read"] == 2
    assert clock.entries["detect"] == 1
    assert all(seconds >= 0 for seconds in clock.seconds.values())


def test_decodes_in_a_worker_process_by_default(tmp_path: Path) -> None:
    watching = Observer(RedDetector(), SizeStamp(), ShapeReader(), LIMITS)
    assert watching.digest == observer().digest
    assert isinstance(watching.observe([photo(tmp_path / "a.png")])[0], MediaEvidence)


def test_equal_bytes_give_equal_evidence_whatever_their_key(tmp_path: Path) -> None:
    item, path = photo(tmp_path / "a.png")
    noise = np.random.default_rng(2).integers(0, 255, (40, 80, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    first, second = observer().observe([(item, path), (replace(item, key="other"), path)])
    assert first == second
