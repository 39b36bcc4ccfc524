"""Evaluations as pages in files: out of the results database, or out of a file that a command wrote."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.assembly import open_results, open_store
from flows.pictures import FolderFiles, StorePictures
from flows.settings import Settings
from models.isolation import IsolatedOpener
from pipeline.errors import SettingsError
from pipeline.tuning.curves import DetectorEvaluation
from review.pictures import PictureSource
from review.tuning.background import Background
from review.tuning.opening import Measured, kind_of, measured, named_visits, view_of
from review.tuning.page_file import render_file
from review.tuning.release_view import usual_confidence
from review.tuning.site_pages import background_on
from storage.results import ResultStore
from storage.rule_files import load_rule_sets


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: a kept evaluation's number or a file, where the page goes, with what pictures."""

    evaluation: str
    out: Path
    pictures: bool
    labelled_set: Path | None = None


def write(settings: Settings, wanted: Wanted) -> None:
    """Write the page. Raises SettingsError where there is no such file, StorageError, ReleaseError."""
    with ExitStack() as opened:
        if wanted.evaluation.isdigit():
            results = opened.enter_context(open_results(settings))
            found, background = _kept(settings, results, int(wanted.evaluation))
        else:
            found, background = _in_file(settings, Path(wanted.evaluation))
        pictures = opened.enter_context(_pictures(settings, wanted, found)) if wanted.pictures else None
        text = render_file(view_of(found, background), pictures)
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    wanted.out.write_text(text, encoding="utf-8")


def _kept(settings: Settings, results: ResultStore, number: int) -> tuple[Measured, Background]:
    head = results.evaluations.get(number)
    found = measured(head.kind, results.evaluations.body(number))
    today = datetime.now(ZoneInfo(settings.nightly_time_zone)).date()
    return found, background_on(today, results, settings.rules_folder, named_visits(found))


def _in_file(settings: Settings, path: Path) -> tuple[Measured, Background]:
    try:
        body = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"--evaluation {path}: it can't be read: name a kept evaluation by its number, or a file that "
            "`visitproof tune` wrote"
        ) from error
    rules = load_rule_sets(settings.rules_folder)
    return measured(kind_of(body), body), Background(confidence=usual_confidence(rules))


@contextmanager
def _pictures(settings: Settings, wanted: Wanted, found: Measured) -> Iterator[PictureSource]:
    """Those of the store; of a detector's evaluation those of its labelled set."""
    with ExitStack() as opened:
        opener = opened.enter_context(closing(IsolatedOpener(settings.limits)))
        if isinstance(found, DetectorEvaluation):
            yield StorePictures(FolderFiles(_set_folder(settings, wanted, found)), opener)
        else:
            yield StorePictures(opened.enter_context(open_store(settings)), opener)


def _set_folder(settings: Settings, wanted: Wanted, found: DetectorEvaluation) -> Path:
    folder = wanted.labelled_set
    if folder is None and settings.sets_folder is not None:
        folder = settings.sets_folder / found.set_name
    if folder is None or not folder.is_dir():
        raise SettingsError(
            f"--pictures: the folder of the labelled set {found.set_name!r} is not known: name it by --set"
        )
    return folder
