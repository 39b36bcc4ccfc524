"""A set of watermarked pictures without end: any number of it is made alone, from the set's seed.

    for marked in generated(rooms, Plan(styles=CHINESE_STYLES), seed=7, numbers=range(3000)): ...

Grounds are pieces of the given pictures, else made ones. For tests and calibration only.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from PIL import Image

from models.stamps.content import made_content
from models.stamps.drawing import Stamped, stamp
from models.stamps.messenger import as_sent, scaled
from models.stamps.styles import STYLES
from models.stamps.writing import Language
from pipeline.ports import Pixels
from pipeline.times import WallTime

CHINESE_STYLES = tuple(name for name, style in STYLES.items() if Language.ZH_HANS in style.languages)
CAMERA_STYLES = tuple(
    name
    for name in STYLES
    if name not in ("plain", "thin", "orange", "film", "cctv", "black_bar", "pixel_strip")
)
_EPOCH = datetime(2015, 1, 1)  # noqa: DTZ001 - a wall clock without a zone is what is drawn
_SPAN_S = 20 * 365 * 86_400
_SHAPES = (3 / 4, 3 / 4, 9 / 16, 4 / 3, 4 / 3, 16 / 9)  # width over height; phones are mostly held upright
_LANGUAGE_WEIGHTS = (6, 2, 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to draw. `languages` narrows those of the styles; the first of a style's is drawn most often.

    long_side_px: of the picture that is drawn on. fullness: the probability of each field. sent: whether the
    picture goes through a messenger.
    """

    styles: tuple[str, ...] = tuple(STYLES)
    languages: tuple[Language, ...] = tuple(Language)
    long_side_px: tuple[int, int] = (1440, 3600)
    fullness: float = 0.75
    sent: bool = True


def generated(
    rooms: Sequence[Path], plan: Plan, seed: int, numbers: Iterable[int]
) -> Iterator[tuple[int, Stamped]]:
    """(number, watermarked picture as sent) for each of `numbers`; on made grounds without rooms."""
    for number in numbers:
        yield number, one(rooms, plan, seed, number)


def one(rooms: Sequence[Path], plan: Plan, seed: int, number: int) -> Stamped:
    """The picture with this number of the set with this seed."""
    rng = random.Random(f"{seed}/{number}")
    style = plan.styles[number % len(plan.styles)]
    languages = STYLES[style].languages
    spoken = [language for language in languages if language in plan.languages] or list(languages)
    language = rng.choices(spoken, _LANGUAGE_WEIGHTS[: len(spoken)])[0]
    ground = ground_of(rooms, rng, rng.randint(*plan.long_side_px))
    content = made_content(rng, language, plan.fullness)
    marked = stamp(ground, style, _moment(rng), content, rng.randrange(1 << 30), language)
    return replace(marked, pixels=as_sent(marked.pixels, rng)) if plan.sent else marked


def _moment(rng: random.Random) -> WallTime:
    at = _EPOCH + timedelta(seconds=rng.randrange(_SPAN_S))
    return WallTime(at.year, at.month, at.day, at.hour, at.minute, at.second)


def ground_of(rooms: Sequence[Path], rng: random.Random, long_side: int) -> Pixels:
    """A piece of one of the pictures in a phone's shape, or a made ground; `long_side` in pixels."""
    shape = rng.choice(_SHAPES)
    if not rooms:
        return made_ground(rng, shape, long_side)
    with Image.open(rng.choice(rooms)) as image:
        picture = np.asarray(image.convert("RGB"), dtype=np.uint8)
    height, width = picture.shape[:2]
    wide, high = min(width, round(height * shape)), min(height, round(width / shape))
    left, top = rng.randint(0, width - wide), rng.randint(0, height - high)
    return scaled(picture[top : top + high, left : left + wide], long_side)


def made_ground(rng: random.Random, shape: float, long_side: int) -> Pixels:
    """Something like a wall, furniture and a floor, lit from one side, with grain."""
    noise = np.random.default_rng(rng.randrange(1 << 30))
    width, height = (300, round(300 / shape)) if shape > 1 else (round(300 * shape), 300)
    picture = np.full((height, width, 3), noise.integers(90, 235, 3), dtype=np.float32)
    picture[round(height * rng.uniform(0.55, 0.75)) :] = noise.integers(40, 190, 3)
    for _ in range(rng.randint(3, 9)):
        left, top = rng.randrange(width), rng.randrange(height)
        picture[top : top + rng.randrange(8, 160), left : left + rng.randrange(8, 160)] = noise.integers(
            15, 245, 3
        )
    picture *= np.linspace(rng.uniform(0.5, 1), rng.uniform(0.6, 1.1), width, dtype=np.float32)[:, None]
    large = scaled(np.clip(picture, 0, 255).astype(np.uint8), long_side).astype(np.int16)
    large += noise.integers(-9, 10, large.shape, dtype=np.int16)
    return np.asarray(np.clip(large, 0, 255), dtype=np.uint8)


def contact_sheet(pictures: Sequence[Pixels], columns: int, tile_px: int) -> Pixels:
    """Pictures in a grid of square tiles."""
    tiles = []
    for picture in pictures:
        small = scaled(picture, tile_px)
        tile = np.zeros((tile_px, tile_px, 3), dtype=np.uint8)
        tile[: small.shape[0], : small.shape[1]] = small
        tiles.append(tile)
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[first : first + columns]) for first in range(0, len(tiles), columns)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def pictures_below(folder: Path | None) -> list[Path]:
    """The JPEGs to draw on, in a fixed order; none without a folder."""
    return sorted(folder.rglob("*.jpg")) if folder else []
