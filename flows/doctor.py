"""What is missing on this machine, and how to get it. Looks, changes nothing but the data folder."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

from flows.settings import Settings
from pipeline.errors import VisitProofError

LEAST_FREE_GIB = 2.0
_GIB = 1024**3
_APT = "make setup, or: apt-get install "


class State(StrEnum):
    """`missing` stops something that a night needs; `optional` only something beside it."""

    OK = "ok"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says how to get it, empty where it is there."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Each finding as soon as it is known; the slow ones (store, models) come last."""
    yield _python()
    yield _guarded("tesseract", _tesseract)
    yield _fonts()
    yield _prefect()
    yield _disk(settings)
    yield _program("chromium", ("chromium", "chromium-browser", "google-chrome"), "page tests", "chromium")
    yield _program("postgres", ("postgres", "pg_ctl", "pg_ctlcluster"), "database tests", "postgresql")
    yield _module("torch", "training and the ultralytics backend", "pip install -e .[train]")
    yield _guarded("rule sets", lambda: _rules(settings))
    yield _guarded("pdf", _pdf)
    yield _guarded("detector", lambda: _detector(settings))
    yield _guarded("database", lambda: _database(settings))
    yield _guarded("object store", lambda: _store(settings))


def _python() -> Finding:
    # The package asks for 3.11 when it is installed: a lower one never gets here.
    return Finding("python", State.OK, sys.version.split()[0])


def _tesseract() -> str:
    """The program comes with tesserocr; the languages' data is the system's."""
    from models.tesseract import data_folder
    from models.watermark_reader import TESSERACT_LANGUAGES

    return f"{', '.join(TESSERACT_LANGUAGES)} in {data_folder(TESSERACT_LANGUAGES)}"


def _fonts() -> Finding:
    lister = shutil.which("fc-list")
    command = [lister or "fc-list", ":lang=zh", "family"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout if lister else ""
    families = sorted({line.split(",")[0] for line in listed.splitlines() if line})
    if families:
        return Finding("chinese font", State.OK, families[0])
    detail = "none found: sample visits and watermarks can't be drawn"
    return Finding("chinese font", State.MISSING, detail, _APT + "fonts-wqy-zenhei fontconfig")


def _prefect() -> Finding:
    try:
        return Finding("prefect", State.OK, version("prefect"))
    except PackageNotFoundError:
        return Finding("prefect", State.MISSING, "not installed", "make setup")


def _disk(settings: Settings) -> Finding:
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    free_gib = shutil.disk_usage(settings.data_folder).free / _GIB
    detail = f"{free_gib:.1f} GiB free in {settings.data_folder}"
    if free_gib >= LEAST_FREE_GIB:
        return Finding("disk", State.OK, detail)
    return Finding("disk", State.MISSING, detail, f"free {LEAST_FREE_GIB:.0f} GiB, or choose --data-folder")


def _program(name: str, candidates: tuple[str, ...], needed_for: str, package: str) -> Finding:
    found = next(filter(None, map(shutil.which, candidates)), None)
    if found:
        return Finding(name, State.OK, found)
    return Finding(name, State.OPTIONAL, f"only for {needed_for}", f"apt-get install {package}")


def _module(name: str, needed_for: str, remedy: str) -> Finding:
    if importlib.util.find_spec(name) is not None:
        return Finding(name, State.OK, version(name))
    return Finding(name, State.OPTIONAL, f"only for {needed_for}", remedy)


def _guarded(name: str, look: Callable[[], str]) -> Finding:
    """Our own errors say what to do; anything else is a bug and is shown as one."""
    try:
        return Finding(name, State.OK, look())
    except VisitProofError as error:
        return Finding(name, State.MISSING, type(error).__name__, str(error))


def _rules(settings: Settings) -> str:
    from storage.rule_files import load_rule_sets

    return f"{len(load_rule_sets(settings.rules_folder))} service types"


def _pdf() -> str:
    from review.visit_pdf import renderer

    return renderer()


def _detector(settings: Settings) -> str:
    from models.registry import load_registry

    entry = load_registry().entry(settings.detector_name)
    return f"{entry.name} {entry.version}, sha256 {entry.sha256[:12]}…, {entry.licence}"


def _database(settings: Settings) -> str:
    from flows.assembly import open_results

    with open_results(settings) as results:
        return results.place


def _store(settings: Settings) -> str:
    from flows.assembly import open_store

    with open_store(settings) as store:
        return store.place
