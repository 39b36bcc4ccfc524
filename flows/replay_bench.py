"""How long a replay takes: `make bench-replay`.

    python -m flows.replay_bench --visits 10000 --folder .visitproof/bench-replay

Made visits are judged once and kept; a second run finds them there. Then each of a few changes of rules is
replayed on one core, and its seconds are printed, with what flips. `--profile` says where they go.
"""

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from rich.progress import track

from flows.cli.friendly import err, out
from flows.replays import replay_stored
from pipeline.report import JUDGING_VERSION
from pipeline.rules import RuleSet
from pipeline.tuning.parameters import parse, with_value
from pipeline.tuning.replay import Replay
from pipeline.visit import ServiceType
from storage.made_visits import fill
from storage.results import ResultStore
from storage.rule_codec import rules_digest
from storage.rule_files import load_rule_sets

_CHANGES = (
    ("cutoffs.good", 80.0, "a grade's cut-off: no check runs"),
    ("confidence.badge", 0.6, "a confidence: its items"),
    ("items.time.order.params.tolerance_min", 5.0, "one item's tolerance"),
    ("items.time.consistent.params.tolerance_s", 30.0, "how far clocks may differ: everything"),
)
"""From what touches least to what touches every item of every visit."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One replay: processor and wall seconds, and what it found."""

    name: str
    processor_s: float
    wall_s: float
    found: Replay


def made_database(folder: Path, visits: int, rules: Mapping[ServiceType, RuleSet]) -> str:
    """The URL of the database with so many made visits, judged by these rules and this version; made where
    it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{visits}-{rules_digest(rules)[:8]}-judging-{JUDGING_VERSION}"
    path, unfinished = folder / f"{name}.db", folder / f"{name}-unfinished.db"
    if not path.exists():
        for old in folder.glob(f"{unfinished.name}*"):
            old.unlink()
        for _ in track(fill(f"sqlite:///{unfinished}", visits, rules), "making 生成", visits, console=err):
            pass
        unfinished.rename(path)
    return f"sqlite:///{path}"


def measure(name: str, run: Callable[[], Replay]) -> Measured:
    processor, wall = time.process_time(), time.perf_counter()
    found = run()
    return Measured(name, time.process_time() - processor, time.perf_counter() - wall, found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the visits, replay them and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, default=Path(".visitproof/bench-replay"))
    parser.add_argument(
        "--profile", action="store_true", help="the functions that take most time, per change"
    )
    options = parser.parse_args(arguments)
    rules = load_rule_sets()
    url = made_database(options.folder, options.visits, rules)
    with closing(ResultStore(url)) as results:
        for path, value, what in _CHANGES:
            new = {service: with_value(each, parse(path), value) for service, each in rules.items()}
            _say(measure(f"{path} = {value:g} ({what})", _run(results, rules, new, options.profile)))
        others = {service: replace(each, digest="others") for service, each in rules.items()}
        new = {service: with_value(each, parse("confidence.badge"), 0.6) for service, each in rules.items()}
        name = "confidence.badge = 0.6, the old verdicts by other rules: both judged again"
        _say(measure(name, _run(results, others, new, options.profile)))


def _run(
    results: ResultStore,
    old: Mapping[ServiceType, RuleSet],
    new: Mapping[ServiceType, RuleSet],
    profile: bool,
) -> Callable[[], Replay]:
    def run() -> Replay:
        return replay_stored(results, old, new, None, None)

    def profiled() -> Replay:
        profiler = cProfile.Profile()
        found = profiler.runcall(run)
        pstats.Stats(profiler, stream=err.file).sort_stats("tottime").print_stats(25)
        return found

    return profiled if profile else run


def _say(measured: Measured) -> None:
    found = measured.found
    flipped = len({flip.visit_id for flip in found.flips})
    out.print(
        f"{measured.name}: {found.visits} visits in {measured.processor_s:.1f} s of one core "
        f"({measured.wall_s:.1f} s on the clock), {flipped} with a flip, {len(found.changes)} changed, "
        f"{found.from_reports} old verdicts from reports",
        soft_wrap=True,
        highlight=False,
    )


if __name__ == "__main__":
    main()
