"""bounds.yaml beside a labelled set: the least that its figures may be, by class and measure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.errors import RulesError
from pipeline.tuning.bounds import Bound, Measure
from storage.validation import sentences

BOUNDS_FILE = "bounds.yaml"
_BOUNDS: TypeAdapter[dict[str, dict[Measure, float]]] = TypeAdapter(
    dict[str, dict[Measure, Annotated[float, Field(ge=0, le=1)]]]
)


def load_bounds(folder: Path) -> tuple[Bound, ...]:
    """The bounds of the set in a folder; none where it has no such file.

    Raises RulesError, naming the file and what is wrong in it.
    """
    path = folder / BOUNDS_FILE
    if not path.is_file():
        return ()
    try:
        values = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        bounds: Mapping[str, Mapping[Measure, float]] = _BOUNDS.validate_python(values or {})
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise RulesError(f"{path}: can't be read as YAML: {error}") from error
    except ValidationError as error:
        raise RulesError(f"{path}: {'; '.join(sentences(error))}") from error
    return tuple(
        Bound(subject, measure, least)
        for subject, measures in bounds.items()
        for measure, least in measures.items()
    )
