"""Seconds per photo by stage, beside the loop that one would write first, in one run: `make bench`.

Both look at the same photos, one after the other on the same machine; ratios are what to trust. Ours comes
from the embedded S3 server and ends in a report; the plain loop reads local files and judges nothing.
"""

import argparse
import json
import os
import shutil
import sys
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
from flows.observing import observe_visit, record_seen
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
EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run of the benchmark: seconds per photo by stage; `ratio` is the plain loop's over ours."""

    photos: int
    megabytes_per_photo: float
    processors: int
    load_average: float
    ours: Mapping[str, float]
    plain: Mapping[str, float]
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
        comparison = compare(photos, folder)
    if asked.json:
        print(json.dumps(asdict(comparison)))
    else:
        _print(comparison)
    return 0


class Ours:
    """From the store to a kept report, as a night does it but without Prefect."""

    def __init__(self, services: Services, clock: StageTimes) -> None:
        self._services = services
        self._clock = clock

    @property
    def store(self) -> MinioObjectStore:
        return self._services.store

    def look_at(self, manifest_key: str) -> None:
        visit = load_visit(self._services.store, manifest_key)
        observations = observe_visit(self._services, visit)
        with self._clock.stage("judge"):
            record_seen(self._services, visit, observations)
            judge(self._services, gather_inputs(self._services, visit, observations))


@contextmanager
def ours(photos: Sequence[Path], folder: Path, clock: StageTimes) -> Iterator[Ours]:
    """Our side with the photos in its store, as visits."""
    # One fetch at a time: seconds of threads that wait for one another would not add up.
    settings = Settings(data_folder=folder, fetch_threads=1)
    observer = make_observer(settings, clock)
    with (
        embedded.serve(folder / "store") as served,
        closing(ResultStore(settings.results_url)) as results,
    ):
        services = Services(settings, TimedStore(served, clock), results, load_rule_sets(), lambda: observer)
        for number, chunk in enumerate(_chunks(photos)):
            upload_visit(services.store, _write_visit(folder / "visits", _visit_id(number), chunk))
        yield Ours(services, clock)


def compare(photos: Sequence[Path], folder: Path) -> Comparison:
    """Both sides look at a few photos in turn, so that what else the machine does hits both alike.

    The first photo warms both up and does not count.
    """
    our_clock, plain_clock = StageTimes(), StageTimes()
    plain = PlainLoop(load_registry().entry(), folder)
    with ours(photos, folder / "ours", our_clock) as our_side:
        keys = [ref.manifest_key for ref in list_visits(our_side.store)]
        for number, (key, chunk) in enumerate(zip(keys, _chunks(photos), strict=True)):
            with our_clock.stage(EVERYTHING):
                our_side.look_at(key)
            with plain_clock.stage(EVERYTHING):
                for photo in chunk:
                    plain.look_at(photo, plain_clock)
            if number == 0:
                our_clock.seconds.clear()
                plain_clock.seconds.clear()
    return _comparison(photos[1:], our_clock, plain_clock)


def _comparison(photos: Sequence[Path], our_clock: StageTimes, plain_clock: StageTimes) -> Comparison:
    return Comparison(
        photos=len(photos),
        megabytes_per_photo=sum(photo.stat().st_size for photo in photos) / len(photos) / 1e6,
        processors=os.cpu_count() or 0,
        load_average=os.getloadavg()[0],
        ours=_per_photo(our_clock, len(photos)),
        plain=_per_photo(plain_clock, len(photos)),
        ratio=plain_clock.seconds[EVERYTHING] / our_clock.seconds[EVERYTHING],
    )


def _per_photo(clock: StageTimes, photos: int) -> Mapping[str, float]:
    return {name: spent / photos for name, spent in clock.seconds.items()}


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


def _chunks(photos: Sequence[Path]) -> Iterator[Sequence[Path]]:
    """The first photo alone, then some at a time."""
    yield photos[:1]
    for start in range(1, len(photos), PHOTOS_PER_VISIT):
        yield photos[start : start + PHOTOS_PER_VISIT]


def _visit_id(number: int) -> str:
    return f"V-{number:05d}"


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
    for stage in (*sorted(comparison.ours.keys() - {EVERYTHING}), EVERYTHING):
        table.add_row(stage, *(_shown(side.get(stage)) for side in (comparison.ours, comparison.plain)))
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
