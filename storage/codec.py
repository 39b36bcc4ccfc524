"""Evidence, visits and reports to JSON and back, and digests over their canonical form.

Canonical: keys sorted, no blanks, UTF-8, floats in the shortest form that reads back equal. So equal values
give equal bytes, and a digest names a verdict.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.errors import StorageError
from pipeline.evidence import MediaEvidence, Observation
from pipeline.labels import Label
from pipeline.results import VisitReport
from pipeline.visit import Visit
from storage.validation import sentences

T = TypeVar("T")

EVIDENCE_VERSION = 1
LABEL_VERSION = 1
REPORT_VERSION = 2

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def canonical_json(value: object) -> str:
    """Canonical JSON of plain values. Raises ValueError for NaN and infinities, TypeError for others.

    Halves of surrogate pairs, which hostile metadata can hold and no database takes, become question marks.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.encode(errors="replace").decode()


def digest_of(value: object) -> str:
    """Hex SHA-256 of the canonical JSON of plain values (dicts, lists, strings, numbers, None)."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


class _Versioned(BaseModel):
    schema_version: object = None


@dataclass(frozen=True, slots=True)
class Document(Generic[T]):
    """One kind of JSON document: a value's own fields and `schema_version`."""

    name: str
    version: int
    adapter: TypeAdapter[T]

    def dump(self, value: T) -> dict[str, Any]:
        # Warnings are errors: a value of another type than declared must not slip into a digest.
        fields = self.adapter.dump_python(value, mode="json", warnings="error")
        return {"schema_version": self.version, **fields}

    def load(self, text: str | bytes) -> T:
        """Raises StorageError for anything that `dump` did not give."""
        version = self.version if self._is_marked(text) else self._version_in(text)
        if version != self.version:
            raise StorageError(
                f"{self.name}: schema_version is {version}, this program reads {self.version}: "
                "judge the visit again, or use the program that wrote it"
            )
        try:
            return self.adapter.validate_json(text)
        except ValidationError as error:
            raise StorageError(f"{self.name}: {'; '.join(sentences(error))}") from error

    def _is_marked(self, text: str | bytes) -> bool:
        """Whether the version stands in the text as canonical JSON has it: looking is a tenth of parsing."""
        mark = f'"schema_version":{self.version}'
        return isinstance(text, str) and (f"{mark}," in text or f"{mark}}}" in text)

    def _version_in(self, text: str | bytes) -> object:
        """Without a detour through Python's own values, which takes three times as long: a replay reads a
        hundred thousand documents."""
        try:
            return _Versioned.model_validate_json(text).schema_version
        except ValidationError as error:
            if any(detail["type"] == "json_invalid" for detail in error.errors(include_url=False)):
                raise StorageError(f"{self.name}: {'; '.join(sentences(error))}") from error
            return None

    def schema(self) -> dict[str, Any]:
        body = self.adapter.json_schema(mode="serialization")
        body["properties"] = {"schema_version": {"const": self.version}, **body["properties"]}
        body["required"] = ["schema_version", *body["required"]]
        return {"$schema": _DRAFT, **body}


_EVIDENCE = Document("evidence", EVIDENCE_VERSION, TypeAdapter(MediaEvidence))
_REPORT = Document("report", REPORT_VERSION, TypeAdapter(VisitReport))
_LABEL = Document("label", LABEL_VERSION, TypeAdapter(Label))
_VISIT = TypeAdapter(Visit)
_OBSERVATION: TypeAdapter[Observation] = TypeAdapter(Observation)


def evidence_to_json(evidence: MediaEvidence) -> str:
    return canonical_json(_EVIDENCE.dump(evidence))


def evidence_from_json(text: str | bytes) -> MediaEvidence:
    """Raises StorageError for anything that `evidence_to_json` did not write."""
    return _EVIDENCE.load(text)


def evidence_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what `evidence_to_json` writes."""
    return _EVIDENCE.schema()


def report_to_json(report: VisitReport) -> str:
    return canonical_json(_REPORT.dump(report))


def report_from_json(text: str | bytes) -> VisitReport:
    """Raises StorageError for anything that `report_to_json` did not write."""
    return _REPORT.load(text)


def report_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what `report_to_json` writes."""
    return _REPORT.schema()


def label_to_json(label: Label) -> str:
    return canonical_json(_LABEL.dump(label))


def label_from_json(text: str | bytes) -> Label:
    """Raises StorageError for anything that `label_to_json` did not write."""
    return _LABEL.load(text)


def label_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what `label_to_json` writes."""
    return _LABEL.schema()


def report_digest(report: VisitReport) -> str:
    """Hex SHA-256 of a report's canonical JSON."""
    return digest_of(_REPORT.dump(report))


def visit_digest(visit: Visit) -> str:
    """Hex SHA-256 over all that is known of a visit before its pictures: manifest, listing, findings."""
    return digest_of(_VISIT.dump_python(visit, mode="json", warnings="error"))


def observation_digest(observation: Observation) -> str:
    """Hex SHA-256 over what was seen in one file, or why nobody could look."""
    return digest_of(_OBSERVATION.dump_python(observation, mode="json", warnings="error"))
