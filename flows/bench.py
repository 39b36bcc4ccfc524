"""Seconds per photo by stage, beside the loop that one would write first, in one run: `make bench`.

Both look at the same photos, one after the other on the same machine; ratios are what to trust. Ours comes
from the embedded S3 server and ends in a report; the plain loop reads local files and judges nothing.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from flows.assembly import Services, make_observer
from flows.judging import gather_inputs, judge
from flows.observing import media_uses, observe_visit
from flows.settings import Settings
from models.fingerprints import sha256_of
from models.plain_loop import PlainLoop
from models.registry import load_registry
from models.samples.build import build_sample_visits
from models.stage_times import StageTimes
from storage import embedded
from storage.manifest_model import MANIFEST_NAME
from storage.objects import MinioObjectStore
from storage.results import ResultStore
from storage.rule_files import load_rule_sets
from storage.settings import StoreSettings
from storage.upload import upload_visit
from storage.visits import list_visits, load_visit

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
PHOTOS_PER_VISIT = 8
SEED = 1
_WARM_UP = "0-warm-up"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds per photo by stage, and of everything together."""

    stages: Mapping[str, float]
    total: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run of the benchmark; `ratio` says how many times as long the plain loop takes for a photo."""

    photos: int
    megabytes_per_photo: float
    processors: int
    load_average: float
    ours: Measured
    plain: Measured
    ratio: float


class TimedStore(MinioObjectStore):
    """The object store, telling how long fetching takes."""

    def __init__(self, settings: StoreSettings, clock: StageTimes) -> None:
        super().__init__(settings)
        self._clock = clock

    def fetch_to_file(self, key: str, path: Path, limit_bytes: int, sha256: str | None = None) -> None:
        with self._clock.stage("fetch"):
            super().fetch_to_file(key, path, limit_bytes, sha256)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Exit code 2 where there are no photos."""
    asked = _parser().parse_args(arguments)
    with TemporaryDirectory(prefix="visitproof-bench-") as name:
        folder = Path(name)
        photos = list(islice(_photos(asked.folder, folder / "samples"), asked.photos + 1))
        if len(photos) < 2:
            print(f"bench: {asked.folder} holds fewer than two photos", file=sys.stderr)
            return 2
        comparison = _compare(photos, folder)
    if asked.json:
        print(json.dumps(asdict(comparison)))
    else:
        _print(comparison)
    return 0


def measure_ours(photos: Sequence[Path], folder: Path) -> Measured:
    """From the store to a kept report, as a night does it but without Prefect; the first photo warms up."""
    clock = StageTimes()
    # One fetch at a time: seconds of threads that wait for one another would not add up.
    settings = Settings(data_folder=folder, fetch_threads=1)
    observer = make_observer(settings, clock)
    with (
        embedded.serve(folder / "store") as served,
        closing(ResultStore(settings.results_url)) as results,
    ):
        services = Services(settings, TimedStore(served, clock), results, load_rule_sets(), lambda: observer)
        for visit_folder in _as_visits(photos, folder / "visits"):
            upload_visit(services.store, visit_folder)
        warm_up, *visits = [ref.manifest_key for ref in list_visits(services.store)]
        _verify(services, warm_up, StageTimes())
        clock.seconds.clear()
        with _stopwatch() as elapsed:
            for manifest_key in visits:
                _verify(services, manifest_key, clock)
        return _per_photo(clock, elapsed[0], len(photos) - 1)


def measure_plain(photos: Sequence[Path], folder: Path) -> Measured:
    """The plain loop over the same photos as local files. The first photo warms up."""
    clock = StageTimes()
    loop = PlainLoop(load_registry().entry(), folder)
    loop.look_at(photos[0], StageTimes())
    with _stopwatch() as elapsed:
        for photo in photos[1:]:
            loop.look_at(photo, clock)
    return _per_photo(clock, elapsed[0], len(photos) - 1)


def _compare(photos: Sequence[Path], folder: Path) -> Comparison:
    ours, plain = measure_ours(photos, folder / "ours"), measure_plain(photos, folder / "plain")
    return Comparison(
        photos=len(photos) - 1,
        megabytes_per_photo=sum(photo.stat().st_size for photo in photos) / len(photos) / 1e6,
        processors=os.cpu_count() or 0,
        load_average=os.getloadavg()[0],
        ours=ours,
        plain=plain,
        ratio=plain.total / ours.total,
    )


def _verify(services: Services, manifest_key: str, clock: StageTimes) -> None:
    visit = load_visit(services.store, manifest_key)
    observations = observe_visit(services, visit)
    with clock.stage("judge"):
        services.results.record_uses(visit.visit_id, media_uses(visit, observations))
        judge(services, gather_inputs(services, visit, observations))


def _per_photo(clock: StageTimes, total_s: float, photos: int) -> Measured:
    return Measured({name: spent / photos for name, spent in clock.seconds.items()}, total_s / photos)


@contextmanager
def _stopwatch() -> Iterator[list[float]]:
    elapsed: list[float] = []
    start = time.perf_counter()
    yield elapsed
    elapsed.append(time.perf_counter() - start)


def _photos(folder: Path | None, samples: Path) -> Iterator[Path]:
    """Photos of different content: ours looks at equal bytes once, which is no measure of looking."""
    if folder is None:
        build_sample_visits(samples, SEED)
        folder = samples
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS)
    seen = set()
    for path in found:
        if (sha256 := sha256_of(path)) not in seen:
            seen.add(sha256)
            yield path


def _as_visits(photos: Sequence[Path], folder: Path) -> Iterator[Path]:
    """A visit of the first photo, then visits of some photos each."""
    yield _write_visit(folder, _WARM_UP, photos[:1])
    for start in range(1, len(photos), PHOTOS_PER_VISIT):
        yield _write_visit(folder, f"V-{start:05d}", photos[start : start + PHOTOS_PER_VISIT])


def _write_visit(folder: Path, visit_id: str, photos: Iterable[Path]) -> Path:
    target = folder / visit_id
    target.mkdir(parents=True)
    names = []
    for index, photo in enumerate(photos):
        names.append(f"{index:03d}{photo.suffix.lower()}")
        shutil.copyfile(photo, target / names[-1])
    (target / MANIFEST_NAME).write_text(json.dumps(_manifest(visit_id, names)))
    return target


def _manifest(visit_id: str, names: Iterable[str]) -> dict[str, object]:
    today = datetime.now(UTC).date()
    window = {"start": f"{today}T09:00:00", "end": f"{today}T10:00:00", "zone": "Asia/Shanghai"}
    return {
        "visit_id": visit_id,
        "work_order": {"number": visit_id, "service_type": "repair", "window": window},
        "technician": {"name": "-", "number": "-"},
        "media": [{"key": name, "kind": "photo", "stage": "during"} for name in names],
    }


def _print(comparison: Comparison) -> None:
    console = Console()
    table = Table("stage", "visitproof", "plain loop", title="seconds per photo", box=None)
    for stage in dict.fromkeys((*comparison.ours.stages, *comparison.plain.stages)):
        table.add_row(
            stage, *(_shown(side.stages.get(stage)) for side in (comparison.ours, comparison.plain))
        )
    table.add_row("everything", _shown(comparison.ours.total), _shown(comparison.plain.total))
    console.print(table)
    console.print(
        f"{comparison.photos} photos of {comparison.megabytes_per_photo:.1f} MB, {comparison.processors} "
        f"processors, load {comparison.load_average:.1f}; plain loop : ours = {comparison.ratio:.1f} : 1"
    )


def _shown(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.4f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m flows.bench", description=__doc__)
    parser.add_argument("--folder", type=Path, help="photos to look at; default: the sample visits'")
    parser.add_argument("--photos", type=int, default=24, help="how many of them (default: 24)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
