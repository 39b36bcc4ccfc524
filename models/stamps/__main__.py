"""Writes generated watermarks to a folder, with their truth, or a contact sheet of every style.

python -m models.stamps OUT --rooms FOLDER --count 300 --seed 1
python -m models.stamps OUT --sheet
"""

import argparse
import json
from pathlib import Path
from typing import Any

from PIL import Image

from models.stamps.drawing import Stamped
from models.stamps.generator import Plan, contact_sheet, generated, one, pictures_below
from models.stamps.styles import STYLES
from models.stamps.writing import Language


def truth_line(name: str, marked: Stamped) -> dict[str, Any]:
    """The truth about one picture, as plain values."""
    return {
        "file": name,
        "style": marked.style,
        "language": marked.language.value,
        "time": marked.time.isoformat(),
        "open_order": marked.open_order,
        "box": [round(value, 5) for value in marked.box.as_tuple()],
        "fields": [
            {"kind": field.kind.value, "text": field.text, "box": [round(v, 5) for v in field.box.as_tuple()]}
            for field in marked.fields
        ],
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Draws watermarks with known truth.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--rooms", type=Path, help="folder with JPEGs to draw on; made grounds without one")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--styles", default=",".join(STYLES))
    parser.add_argument("--languages", default=",".join(Language))
    parser.add_argument("--sheet", action="store_true", help="one sheet per style instead of single pictures")
    return parser.parse_args()


def _write_sheets(rooms: list[Path], plan: Plan, seed: int, out: Path) -> None:
    for style in plan.styles:
        only = Plan((style,), plan.languages, plan.long_side_px, plan.fullness)
        pictures = [one(rooms, only, seed, number).pixels for number in range(6)]
        Image.fromarray(contact_sheet(pictures, 3, 900)).save(out / f"{style}.png")


def main() -> None:
    arguments = _arguments()
    out, rooms = arguments.out, pictures_below(arguments.rooms)
    languages = tuple(Language(name) for name in arguments.languages.split(","))
    plan = Plan(tuple(arguments.styles.split(",")), languages)
    out.mkdir(parents=True, exist_ok=True)
    if arguments.sheet:
        _write_sheets(rooms, plan, arguments.seed, out)
        return
    with (out / "truth.jsonl").open("w", encoding="utf-8") as file:
        for number, marked in generated(rooms, plan, arguments.seed, range(arguments.count)):
            name = f"{number:05d}_{marked.style}.png"
            Image.fromarray(marked.pixels).save(out / name)
            file.write(json.dumps(truth_line(name, marked), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
