"""Registered weights: by name, with version, sha256, licence, labels and settings; nothing else is loaded.

The weights of one training lie in one archive (`models/weights/*.zip`, stored, not compressed) with the
same network twice: `openvino.xml` and `openvino.bin` for serving without PyTorch, `ultralytics.pt` for
machines with a GPU and for training on. One file, one sha256: the two can't come apart.
"""

import difflib
import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.errors import RegistryError

REGISTRY_FILE = Path(__file__).with_name("weights") / "registry.yaml"

_Fraction = Annotated[float, Field(ge=0, le=1)]


class WeightsEntry(BaseModel):
    """One line of the registry: a trained network, as it was released.

    `floor` is the confidence down to which detections are kept; `overlap` the IoU above which the less
    confident of two boxes of one label is dropped. `suggested_confidence` are operating points to start a
    rule set from; they are applied in checks, never here. `unproven` labels lack evidence on real pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    file: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    licence: str
    labels: tuple[str, ...] = Field(min_length=1)
    input_px: int = Field(ge=32, multiple_of=32)
    floor: _Fraction
    overlap: _Fraction
    most: int = Field(ge=1)
    unproven: tuple[str, ...] = ()
    suggested_confidence: Mapping[str, _Fraction] = Field(default_factory=dict)
    folder: Path = Field(default=REGISTRY_FILE.parent, exclude=True)

    @property
    def path(self) -> Path:
        return self.folder / self.file


class _RegistryFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str
    weights: tuple[WeightsEntry, ...]


@dataclass(frozen=True)
class Registry:
    """The registered weights; `default` is the name of those that serve."""

    default: str
    weights: tuple[WeightsEntry, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.weights)

    def entry(self, name: str | None = None) -> WeightsEntry:
        """The named (or default) weights, checked: raises RegistryError if the name is unknown, the file is
        missing, or its sha256 is not the registered one."""
        wanted = name if name is not None else self.default
        for entry in self.weights:
            if entry.name == wanted:
                _check_file(entry)
                return entry
        raise RegistryError(f"no weights named {wanted!r} are registered{_nearest(wanted, self.names)}")


def load_registry(path: Path = REGISTRY_FILE) -> Registry:
    """The committed registry. Raises RegistryError, naming the file, where it can't be understood."""
    try:
        data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        parsed = _RegistryFile.model_validate(data)
    except FileNotFoundError as error:
        raise RegistryError(f"the registry of weights is missing: {path}") from error
    except (YAMLError, ValidationError) as error:
        raise RegistryError(f"{path}: {error}") from error
    entries = tuple(entry.model_copy(update={"folder": path.parent}) for entry in parsed.weights)
    registry = Registry(parsed.default, entries)
    if registry.default not in registry.names:
        hint = _nearest(registry.default, registry.names)
        raise RegistryError(f"{path}: default: no weights named {registry.default!r}{hint}")
    return registry


def member(entry: WeightsEntry, name: str) -> bytes:
    """One file out of the weights' archive. Raises RegistryError if it isn't in there."""
    try:
        with zipfile.ZipFile(entry.path) as archive:
            return archive.read(name)
    except (KeyError, zipfile.BadZipFile) as error:
        raise RegistryError(f"{entry.path} has no {name}: export the weights again ({error})") from error


def unpacked(entry: WeightsEntry, name: str, folder: Path) -> Path:
    """One file of the archive, on disk under `folder`, for libraries that read paths only."""
    target = folder / entry.sha256 / name
    data = member(entry, name)
    if not target.is_file() or target.read_bytes() != data:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return target


def settings_digest(entry: WeightsEntry, backend: str, settings: Mapping[str, object]) -> str:
    """sha256 that names weights, backend and settings; equal digests give equal detections."""
    named = {"backend": backend, "settings": dict(settings), "weights": entry.sha256}
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def _check_file(entry: WeightsEntry) -> None:
    if not entry.path.is_file():
        raise RegistryError(f"weights {entry.name!r}: {entry.path} is missing; check it out again")
    found = hashlib.sha256(entry.path.read_bytes()).hexdigest()
    if found != entry.sha256:
        raise RegistryError(
            f"weights {entry.name!r}: {entry.path} has sha256 {found}, registered is {entry.sha256}; "
            "check it out again, or register the new weights"
        )


def _nearest(wanted: str, names: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.0)
    return f"; nearest is {close[0]!r}" if close else ""
