"""Renders the base pictures of the sample visits and lists them in scenes.json."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from random import Random

from models.training.scenes import stage as staging
from models.training.scenes.kinds import KINDS
from models.training.scenes.picture import Json, describe, save_jpeg, take
from models.training.scenes.sample_visits import Recipe, recipes

_LOG = logging.getLogger(__name__)
SIZE = (1024, 768)
QUALITY = 86


def render_samples(
    folder: Path, names: tuple[str, ...] = (), *, threads: int = 1, draft: bool = False
) -> int:
    """Render what is missing (or only `names`, again) and list everything in scenes.json."""
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    for recipe in recipes():
        wanted = recipe.name in names if names else not (folder / f"{recipe.name}.jpg").exists()
        if wanted:
            _list(folder, _render(recipe, folder, threads, draft=draft))
            made += 1
            _LOG.info("%s", recipe.name)
    return made


def _render(recipe: Recipe, folder: Path, threads: int, *, draft: bool) -> Json:
    """Save the picture; what is known about it."""
    rng = Random(f"sample-{recipe.view}")
    staging.clear()
    stage = KINDS[recipe.kind].build(recipe.plan, rng)
    width, height = (320, 240) if draft else SIZE
    rendered = take(stage, replace(recipe.shot, width=width, height=height), rng, threads)
    save_jpeg(rendered.pixels, folder / f"{recipe.name}.jpg", QUALITY)
    facts = {"file": f"{recipe.name}.jpg", "visit": recipe.visit, "stage": recipe.stage, "kind": recipe.kind}
    return facts | {"seed": recipe.view} | describe(rendered)


def _list(folder: Path, entry: Json) -> None:
    """Put one picture's entry into scenes.json: in the recipes' order, one a line."""
    path = folder / "scenes.json"
    known: dict[str, list[Json]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    entries = {e["file"]: e for rows in known.values() for e in rows} | {entry["file"]: entry}
    lists: dict[str, list[str]] = {"pictures": [], "video_frames": []}
    for recipe in recipes():
        if f"{recipe.name}.jpg" in entries:
            kind = "video_frames" if "_video_" in recipe.name else "pictures"
            lists[kind].append(json.dumps(entries[f"{recipe.name}.jpg"], ensure_ascii=False))
    body = ",\n".join(f'"{name}": [\n' + ",\n".join(rows) + "\n]" for name, rows in lists.items())
    path.write_text("{\n" + body + "\n}\n", encoding="utf-8")
