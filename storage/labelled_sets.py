"""Labelled sets on disk: `dataset.yaml`, and which source and split each item belongs to.

`docs/datasets.md` documents the layout. `storage.truth_tables` reads times and visits, `models.object_labels`
objects.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pipeline.errors import DatasetError, RulesError
from pipeline.labels import Split
from pipeline.tuning.labelled_sets import LabelFormat, SetKind, split_of_source
from storage.nearest import did_you_mean
from storage.rule_source import RuleSource

HEAD_FILE, CARD_FILE, SOURCES_FILE = "dataset.yaml", "README.md", "sources.csv"
PICTURES = "images"
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Words = Annotated[str, StringConstraints(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OriginModel(_Part):
    """Where pictures or words come from, and what may be done with them."""

    name: Words
    licence: Words
    note: str = ""


class SetModel(_Part):
    """`dataset.yaml`.

    classes: in the order of the ids in YOLO files. vouched: those of them for which "not labelled" means
    "not there"; all where it is left out. detector_labels: what the detector calls a class of the set.
    """

    name: Name
    version: Words
    kind: SetKind
    origins: tuple[OriginModel, ...] = Field(min_length=1)
    labels: LabelFormat = LabelFormat.YOLO
    classes: tuple[Words, ...] = ()
    vouched: tuple[Words, ...] | None = None
    detector_labels: Mapping[str, Words] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _classes_fit(self) -> Self:
        if (self.kind is SetKind.OBJECTS) != bool(self.classes):
            raise ValueError("classes: a set of kind objects names its classes, one of another kind has none")
        for name in (*(self.vouched or ()), *self.detector_labels):
            if name not in self.classes:
                raise ValueError(f"{name!r} is none of the classes; {did_you_mean(name, self.classes)}")
        return self

    @property
    def vouched_labels(self) -> frozenset[str]:
        """What the detector calls the classes for which "not labelled" means "not there"."""
        names = self.classes if self.vouched is None else self.vouched
        return frozenset(self.detector_labels.get(name, name) for name in names)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one item belongs. Items that no line of sources.csv names are their own source."""

    source: str
    split: Split


def read_set(folder: Path) -> SetModel:
    """Raises DatasetError with file and line for the first thing that is wrong in dataset.yaml."""
    path = folder / HEAD_FILE
    if not path.is_file():
        raise DatasetError(f"{folder} is no labelled set: it has no {HEAD_FILE}; see docs/datasets.md")
    try:
        return RuleSource(path).parse(SetModel)
    except RulesError as error:
        raise DatasetError(str(error)) from error


def pictures_of(folder: Path) -> tuple[str, ...]:
    """The pictures of a set, as paths within it."""
    root = folder / PICTURES
    return tuple(
        sorted(
            path.relative_to(folder).as_posix()
            for path in root.rglob("*")
            if path.suffix.lower() in PICTURE_SUFFIXES
        )
    )


def placed(folder: Path, keys: Sequence[str]) -> dict[str, Placed]:
    """Each picture's source and split: by sources.csv, else its folder below images/, else itself.

    Raises DatasetError for a split that there isn't.
    """
    named = dict(_named_sources(folder / SOURCES_FILE))
    return {key: named.get(key) or _by_folder(key) for key in keys}


def _named_sources(path: Path) -> Iterator[tuple[str, Placed]]:
    for number, row in rows_of(path, ("file", "source")) if path.is_file() else ():
        yield row["file"], place_of(row, row["source"], path, number)


def _by_folder(key: str) -> Placed:
    parts = key.split("/")
    source = parts[1] if len(parts) > 2 else parts[-1]
    return Placed(source, split_of_source(source))


def place_of(row: Mapping[str, str], source: str, path: Path, number: int) -> Placed:
    """By the column `split` where it is filled in, else by the source. Raises DatasetError for no split."""
    named = (row.get("split") or "").strip()
    if not named:
        return Placed(source, split_of_source(source))
    try:
        return Placed(source, Split(named))
    except ValueError as error:
        hint = did_you_mean(named, list(Split))
        raise DatasetError(f"{path}, line {number}: no split {named!r}; {hint}") from error


def rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a CSV file by number. Raises DatasetError where it can't be read or lacks a column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            absent = [name for name in columns if name not in (reader.fieldnames or ())]
            if absent:
                raise DatasetError(f"{path}, line 1: column {', '.join(absent)} is missing: add it")
            for row in reader:
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path}: can't be read: {error}; see docs/datasets.md") from error
