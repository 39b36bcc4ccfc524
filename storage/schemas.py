"""Writes the JSON Schemas of what the project reads and writes: `python -m storage.schemas docs/schemas`."""

import json
import sys
from pathlib import Path
from typing import Any

from storage.codec import evidence_schema, label_schema, report_schema
from storage.manifest_model import manifest_schema


def schemas() -> dict[str, dict[str, Any]]:
    """File name -> JSON Schema."""
    return {
        "visit.schema.json": manifest_schema(),
        "report.schema.json": report_schema(),
        "evidence.schema.json": evidence_schema(),
        "label.schema.json": label_schema(),
    }


def as_text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main(folder: Path) -> None:
    """Write every schema into `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(as_text(schema), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schemas"))
