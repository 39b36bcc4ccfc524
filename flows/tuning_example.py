"""The worked example of docs/tuning.md: made visits with planted detector errors, judged and decided.

    python -m flows.tuning_example --folder .visitproof/tuning-example

draws the visits, uploads them to the embedded store, judges them as a night would, and lets two made auditors
decide each blind, by what is true. What the bench finds can then be held against what was planted. Run again
it goes on where it stopped.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path

from rich.progress import track

from flows.assembly import Services, open_services
from flows.cli.friendly import err, out
from flows.night import run_directly, run_night
from flows.settings import Settings, load_settings
from models.planted.files import PlantedPicture, write_visit
from models.planted.observer import PlantedObserver
from models.planted.truth import BADGE, PlantedVisit, planted_visits
from pipeline.auditing import BlindAnswer, Draft, ItemDecision, Person, Role, Verdict, blind_word
from pipeline.results import Outcome, VisitReport
from storage.codec import report_digest
from storage.upload import upload_visit
from storage.users import NewUser

EXAMPLE_FOLDER = Path(__file__).resolve().parents[1] / "datasets" / "tuning_example"
"""A labelled set of visits: what is right, by construction, of those that the defaults draw."""
RULES_FOLDER = EXAMPLE_FOLDER / "rules"
VISITS, SEED = 320, 7
FALSE_ACCUSATION_COST = 3.0
FEW_LABELS = 14
"""So many visits have a word on shoe covers: too few to move a threshold by."""
_NIGHTS = "2026-03"
_AUDITORS = (("lin", "林复核"), ("zhao", "赵复核"))


@dataclass(frozen=True, slots=True)
class Example:
    """Where the example lies and what is true of it. `config`: for `visitproof`, as VISITPROOF_CONFIG."""

    config: Path
    settings: Settings
    visits: tuple[PlantedVisit, ...]

    @property
    def best_threshold(self) -> float:
        """Of `confidence.badge`, where a false accusation costs FALSE_ACCUSATION_COST times a wrong pass."""
        return BADGE.best_threshold(FALSE_ACCUSATION_COST)


def build(folder: Path, visits: int, seed: int) -> Example:
    """Draw, judge and decide the visits. Raises StorageError, SettingsError."""
    folder = folder.resolve()
    example = Example(_write_config(folder), _settings(folder), planted_visits(visits, seed))
    shown: dict[str, PlantedPicture] = {}
    for visit in track(example.visits, "drawing 绘制", console=err):
        shown |= write_visit(visit, folder / "visits")
    with open_services(example.settings, lambda: PlantedObserver(shown)) as services:
        for visit in track(example.visits, "uploading 上传", console=err):
            upload_visit(services.store, folder / "visits" / visit.visit_id)
        with err.status("judging 判定"):
            run_night(services, _NIGHTS, run_directly)
        _decide_all(services, example.visits)
    return example


def truths(visits: Iterable[PlantedVisit]) -> str:
    """What is right of each visit's badge, as `truth.csv` of a labelled set."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("visit_id", "item_id", "right_outcome", "by", "source"))
    for visit in visits:
        right = Outcome.PASS if visit.badge_worn else Outcome.MISSING
        source = f"T{visit.technician:03d}"
        writer.writerow((visit.visit_id, "badge.visible", right.value, "construction", source))
    return text.getvalue()


def _settings(folder: Path) -> Settings:
    return load_settings(data_folder=folder / "data", rules_folder=RULES_FOLDER)


def _write_config(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "visitproof.toml"
    path.write_text(f'data_folder = "{folder / "data"}"\nrules_folder = "{RULES_FOLDER}"\n', encoding="utf-8")
    return path


def _decide_all(services: Services, visits: Sequence[PlantedVisit]) -> None:
    people = [_auditor(services, name, shown_as) for name, shown_as in _AUDITORS]
    for visit in track(visits, "deciding 复核", console=err):
        _decide(services, visit, people[visit.number % len(people)])


def _auditor(services: Services, name: str, shown_as: str) -> Person:
    known = services.results.users.by_name(name)
    if known is not None:
        return known.person
    return services.results.users.add(NewUser(name, Role.AUDITOR, shown_as), datetime.now(UTC))


def _decide(services: Services, visit: PlantedVisit, auditor: Person) -> None:
    stored = services.results.latest_report(visit.visit_id)
    assert stored is not None  # noqa: S101 - it was judged just now
    draft = Draft(
        visit_id=visit.visit_id,
        report_digest=report_digest(stored.report),
        verdict=Verdict.ACCEPT if visit.badge_worn else Verdict.REJECT,
        items=tuple(_words(stored.report, visit)),
        comment="",
        token=f"example-{visit.visit_id}",
        seconds_spent=6.0,
    )
    evening = datetime.combine(visit.day, time(12), UTC) + timedelta(days=1)
    services.results.decisions.decide(draft, auditor, evening)


def _words(report: VisitReport, visit: PlantedVisit) -> Iterable[ItemDecision]:
    items = {item.result.item_id: item for item in report.items}
    worn = BlindAnswer.SHOWN if visit.badge_worn else BlindAnswer.NOT_SHOWN
    yield blind_word(items["badge.visible"], worn)
    if visit.number <= FEW_LABELS:
        yield blind_word(items["shoe_cover.worn"], BlindAnswer.SHOWN)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the example and say what to try on it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path(".visitproof/tuning-example"))
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(arguments)
    example = build(options.folder, options.visits, options.seed)
    out.print(f"{len(example.visits)} visits, decided blind. The best threshold that was planted:")
    out.print(
        f"  confidence.badge = {example.best_threshold:.3f}, where a false accusation costs "
        f"{FALSE_ACCUSATION_COST:g} times a wrong pass"
    )
    out.print(f"Now: export VISITPROOF_CONFIG={example.config}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
