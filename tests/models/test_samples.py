"""The sample visits: the same bytes from the same seed, manifests that hold, a truth that is written down."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import exifread
import pytest
from PIL import Image

from models.samples import DEFAULT_DAY, SampleVisit, build_sample_visits
from models.samples.plan import PLAN_FILE, SCENES_FOLDER, MediaPlan, ReusedPlan, load_plan
from models.samples.scenes import Scenes
from pipeline.errors import SettingsError
from pipeline.results import Outcome
from pipeline.times import Precision
from pipeline.visit import MediaKind, ServiceType
from storage.manifest import ParsedManifest, parse_manifest
from storage.rule_files import load_rule_sets

ZONE = ZoneInfo("Asia/Shanghai")
SEED = 7


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleVisit, ...]:
    return build_sample_visits(tmp_path_factory.mktemp("samples"), SEED)


def _planned() -> Iterator[tuple[str, MediaPlan]]:
    for visit in load_plan():
        yield from ((visit.visit_id, media) for media in visit.media if isinstance(media, MediaPlan))


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _manifest(sample: SampleVisit, day: date = DEFAULT_DAY) -> ParsedManifest:
    key = f"visits/{day}/{sample.visit_id}/visit.json"
    return parse_manifest((sample.folder / "visit.json").read_bytes(), key)


def _file(samples: tuple[SampleVisit, ...], visit_id: str, name: str) -> Path:
    return next(sample.folder for sample in samples if sample.visit_id == visit_id) / name


def test_the_same_seed_writes_the_same_bytes(samples: tuple[SampleVisit, ...], tmp_path: Path) -> None:
    again = build_sample_visits(tmp_path, SEED)
    assert _digests(tmp_path) == _digests(samples[0].folder.parent)
    assert [sample.stamps for sample in again] == [sample.stamps for sample in samples]


def test_a_few_megabytes_in_all(samples: tuple[SampleVisit, ...]) -> None:
    sizes = [path.stat().st_size for path in samples[0].folder.parent.rglob("*") if path.is_file()]
    assert sum(sizes) < 12_000_000
    assert max(sizes) < 1_500_000


def test_every_manifest_holds_and_lists_what_is_there(samples: tuple[SampleVisit, ...]) -> None:
    for sample in samples:
        manifest = _manifest(sample)
        assert manifest.findings == (), sample.visit_id
        assert manifest.day == DEFAULT_DAY
        listed = {item.key.split(f"{sample.visit_id}/")[1] for item in manifest.media}
        there = {str(path.relative_to(sample.folder)) for path in sample.folder.rglob("*") if path.is_file()}
        assert listed | {"visit.json"} == there


def test_another_day_moves_everything(tmp_path: Path) -> None:
    day = DEFAULT_DAY + timedelta(days=400)
    samples = build_sample_visits(tmp_path, SEED, day=day)
    assert {_manifest(sample, day).day for sample in samples} == {day}
    stamped = dict(_stamp_days(samples))
    planned = {
        (visit_id, media.file): day + timedelta(days=media.day + media.stamp_days)
        for visit_id, media in _planned()
        if media.stamp
    }
    assert stamped == planned


def _stamp_days(samples: tuple[SampleVisit, ...]) -> Iterator[tuple[tuple[str, str], date]]:
    for sample in samples:
        for name, wall in sample.stamps.items():
            yield (sample.visit_id, name), date(wall.year, wall.month, wall.day)


def test_the_watermarks_truth_is_as_exact_as_its_style_prints(samples: tuple[SampleVisit, ...]) -> None:
    styles = {(visit_id, media.file): media.stamp for visit_id, media in _planned()}
    for sample in samples:
        for name, wall in sample.stamps.items():
            exact = styles[sample.visit_id, name] in ("plain", "timestamp", "cctv")
            assert wall.precision is (Precision.SECOND if exact else Precision.MINUTE)


def test_exif_tells_when_it_was_taken_whatever_the_watermark_says(samples: tuple[SampleVisit, ...]) -> None:
    for visit_id, media in _planned():
        if media.kind is MediaKind.VIDEO or media.cut_to_share:
            continue
        with _file(samples, visit_id, media.file).open("rb") as file:
            tags = exifread.process_file(file, details=False)
        taken = datetime.combine(DEFAULT_DAY + timedelta(days=media.day), media.at)
        told = f"{taken:%Y:%m:%d %H:%M:%S}" if media.exif else "None"
        assert str(tags.get("EXIF DateTimeOriginal")) == told
        assert str(tags.get("EXIF OffsetTimeOriginal")) == ("+08:00" if media.exif else "None")
        assert ("GPS GPSLatitude" in tags) == (media.gps and media.exif)


def test_a_video_runs_and_its_container_tells_when(samples: tuple[SampleVisit, ...]) -> None:
    videos = [(visit_id, media) for visit_id, media in _planned() if media.kind is MediaKind.VIDEO]
    assert videos
    for visit_id, media in videos:
        with av.open(str(_file(samples, visit_id, media.file))) as container:
            assert 3 <= float(container.duration or 0) / av.time_base <= 12
            assert container.streams.video[0].codec_context.name == "h264"
            created = datetime.fromisoformat(container.metadata["creation_time"])
            assert sum(1 for _ in container.decode(video=0)) == 20 * len(media.scenes)
        assert created == datetime.combine(DEFAULT_DAY, media.at, ZONE)


def test_a_file_that_was_cut_short_does_not_open_whole(samples: tuple[SampleVisit, ...]) -> None:
    cut = [(visit_id, media.file) for visit_id, media in _planned() if media.cut_to_share]
    assert cut
    for place in cut:
        with Image.open(_file(samples, *place)) as image, pytest.raises(OSError, match="truncated"):
            image.load()


def test_a_reused_photo_is_the_same_file_and_handed_in_later(samples: tuple[SampleVisit, ...]) -> None:
    by_id = {sample.visit_id: sample for sample in samples}
    reused = [
        (visit, media) for visit in load_plan() for media in visit.media if isinstance(media, ReusedPlan)
    ]
    assert reused
    for visit, media in reused:
        original = by_id[media.reused_from].folder / media.reused_file
        copy = by_id[visit.visit_id].folder / media.file
        assert copy.read_bytes() == original.read_bytes()
        uploads = {
            item.key: item.uploaded_at
            for one in (media.reused_from, visit.visit_id)
            for item in _manifest(by_id[one]).media
        }
        first, second = (
            uploads[f"visits/{DEFAULT_DAY}/{one}/{name}"]
            for one, name in ((media.reused_from, media.reused_file), (visit.visit_id, media.file))
        )
        assert first is not None
        assert second is not None
        assert first < second


def test_only_the_planned_copies_are_copies(samples: tuple[SampleVisit, ...]) -> None:
    files = _digests(samples[0].folder.parent)
    photos = [digest for name, digest in files.items() if name.endswith(".jpg")]
    copies = sum(isinstance(media, ReusedPlan) for visit in load_plan() for media in visit.media)
    assert len(photos) - len(set(photos)) == copies


def test_the_truth_names_items_that_the_rules_know(samples: tuple[SampleVisit, ...]) -> None:
    rules = load_rule_sets()
    services = {visit.visit_id: visit.service_type for visit in load_plan()}
    for sample in samples:
        known = {rule.item_id for rule in rules[services[sample.visit_id]].items}
        assert set(sample.expected) <= known, sample.visit_id
        assert set(sample.leanings) <= {
            item_id for item_id, outcomes in sample.expected.items() if Outcome.CONFIRM in outcomes
        }


def test_the_visits_that_a_demonstration_needs_are_there() -> None:
    visits = load_plan()
    assert len(visits) >= 6
    assert len({visit.visit_id for visit in visits}) == len(visits)
    assert {ServiceType.NO_ANSWER, ServiceType.METER_REPLACEMENT, ServiceType.REPAIR} <= {
        visit.service_type for visit in visits
    }
    assert any(visit.refusal for visit in visits)
    assert any(media.stamp_days for _, media in _planned())


def test_every_scene_is_there_and_no_two_photos_share_one() -> None:
    used = [name for _, media in _planned() for name in media.scenes]
    scenes = Scenes(SCENES_FOLDER)
    assert set(used) <= scenes.names
    assert all((SCENES_FOLDER / name).is_file() for name in scenes.names)
    assert len(used) == len(set(used))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stamp: today", "stamp: tomorrow", "tomorrow"),
        ("service_type: cleaning", "servic_type: cleaning", "servic_type"),
        ('at: "08:47:05"', 'at: "8 o\'clock"', "8 o'clock"),
        ("\nvisits:", "\nvisit:", "visits"),
    ],
)
def test_a_plan_with_a_mistake_names_it(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = PLAN_FILE.read_text(encoding="utf-8")
    assert old in text
    plan = tmp_path / "visits.yaml"
    plan.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_plan(plan)


def test_a_scene_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "scenes.json").write_text('{"pictures": [], "video_frames": []}', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"lists no picture '.+\.jpg'"):
        build_sample_visits(tmp_path / "out", SEED, scenes=tmp_path)
    with pytest.raises(SettingsError, match=r"scenes\.json can't be read"):
        build_sample_visits(tmp_path / "out", SEED, scenes=tmp_path / "nowhere")
