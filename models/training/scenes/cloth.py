"""The work cloth (30 x 60 cm by the standard): folded once, unfolded, laid down, and never quite flat."""

from dataclasses import dataclass
from random import Random

import bpy
import numpy as np
from PIL import Image, ImageDraw

from models.training.scenes.materials import Finish, Rgb, printed, rgb
from models.training.scenes.meshes import Points, ripple, solidify, surface

LENGTH_M, WIDTH_M = 0.60, 0.30
_FABRIC = Finish(roughness=0.95, sheen=0.2, bump=0.35, grain_m=0.0018)
COLORS = {
    "blue": "2f5f9e",
    "navy": "22304f",
    "grey": "7c7f84",
    "dark grey": "44474b",
    "green": "3f7a58",
    "beige": "c8b695",
    "red": "9c2f2f",
    "orange": "d2762a",
    "white": "dcdcd6",
}
PATTERNS = ("plain", "plain", "plain", "checked", "striped", "printed", "bordered")


@dataclass(frozen=True, slots=True)
class ClothStyle:
    """Colour name, pattern and how crumpled it is (0 ironed .. 1 out of the bag)."""

    color: str
    pattern: str
    crumple: float
    length_m: float = LENGTH_M
    width_m: float = WIDTH_M


def random_style(rng: Random) -> ClothStyle:
    return ClothStyle(rng.choice(list(COLORS)), rng.choice(PATTERNS), rng.uniform(0.25, 1.0))


def texture(style: ClothStyle, rng: Random) -> Image.Image:
    """The cloth from above with weave, pattern, hem and stitches; 4 pixels a centimetre and more."""
    width, height = 960, max(int(960 * style.width_m / style.length_m), 64)
    noise = np.random.default_rng(rng.getrandbits(32))
    base = np.array([int(COLORS[style.color][i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float32)
    base *= rng.uniform(0.8, 1.2)
    pixels = np.ones((height, width, 1), dtype=np.float32) * base
    pixels *= _pattern(style.pattern, width, height, rng)
    pixels *= 1 + noise.normal(0, 0.05, size=(height, 1, 1)) + noise.normal(0, 0.05, size=(1, width, 1))
    pixels += noise.normal(0, 6, size=(height, width, 1))
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if style.pattern == "printed":
        _print_marks(picture, rng)
    _hem(picture, base)
    return picture


def _pattern(pattern: str, width: int, height: int, rng: Random) -> np.ndarray:
    """Factors on the base colour, shape (height, width, 1)."""
    rows, columns = np.mgrid[0:height, 0:width]
    pitch, depth = rng.choice((32, 48, 80)), rng.uniform(0.25, 0.5)
    across, down = (columns % pitch < pitch / 2), (rows % pitch < pitch / 2)
    factors = np.ones((height, width), dtype=np.float32)
    if pattern == "checked":
        factors = 1.15 - depth * (across.astype(np.float32) + down) / 2
    elif pattern == "striped":
        factors = np.where(columns % pitch < pitch * 0.3, 1 + depth, 1.0)
    elif pattern == "bordered":
        edge = np.minimum(np.minimum(rows, height - rows), np.minimum(columns, width - columns))
        factors = np.where((edge > 40) & (edge < 58), 1 + depth, 1.0)
    return factors[..., None].astype(np.float32)


def _print_marks(picture: Image.Image, rng: Random) -> None:
    """Rows of a made-up mark, as on cloths handed out by a company."""
    draw = ImageDraw.Draw(picture)
    ink = rng.choice(((235, 235, 230), (30, 40, 70), (200, 60, 40)))
    step = rng.choice((120, 170, 230))
    for row, y in enumerate(range(40, picture.height, step // 2)):
        for x in range(40 + step // 2 * (row % 2), picture.width, step):
            draw.ellipse((x, y, x + 22, y + 22), outline=ink, width=4)
            draw.line((x + 5, y + 12, x + 11, y + 18, x + 30, y + 2), fill=ink, width=3)


def _hem(picture: Image.Image, base: np.ndarray) -> None:
    draw = ImageDraw.Draw(picture)
    dark, light = tuple(int(v * 0.72) for v in base), tuple(min(int(v * 1.3 + 12), 255) for v in base)
    width, height = picture.size
    draw.rectangle((14, 14, width - 15, height - 15), outline=dark, width=2)
    for x in range(16, width - 16, 9):
        draw.line((x, 11, x + 5, 11), fill=light)
        draw.line((x, height - 12, x + 5, height - 12), fill=light)


def _flat_grid(style: ClothStyle) -> Points:
    """Points of the sheet with rounded corners, shape (rows, columns, 3)."""
    columns, rows = 97, 49
    u, v = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    # Pull the corners in a little: a sewn corner is never a point.
    pull = 1 - 0.035 * np.clip(np.abs(u * v) ** 12, 0, 1)
    x, y = u * pull * style.length_m / 2, v * pull * style.width_m / 2
    return np.stack([x, y, np.zeros_like(x)], axis=2)


def _creases(grid: Points, style: ClothStyle, rng: Random) -> np.ndarray:
    """Heights of the fold lines left from the packet: a ridge or a valley along each."""
    height = np.zeros(grid.shape[:2])
    for axis, size, count in (
        (0, style.length_m, rng.choice((1, 3, 3))),
        (1, style.width_m, rng.choice((0, 1, 1))),
    ):
        for k in range(1, count + 1):
            away = np.abs(grid[..., axis] - (k / (count + 1) - 0.5) * size)
            sign = rng.choice((1.0, -0.35))
            height += sign * rng.uniform(0.004, 0.01) * np.exp(-away / rng.uniform(0.006, 0.016))
    return height


def lay_cloth(
    style: ClothStyle, rng: Random, pressed: tuple[tuple[float, float, float], ...] = ()
) -> bpy.types.Object:
    """The cloth lying on z = 0, its length along x; `pressed` spots (x, y, radius) carry tools."""
    noise = np.random.default_rng(rng.getrandbits(32))
    grid = _flat_grid(style)
    flat = grid.reshape(-1, 3)
    waves = np.clip(ripple(flat, noise, 0.22, 6), 0, None) * 0.012 * style.crumple
    waves += np.clip(ripple(flat, noise, 0.09, 8, ridged=True), 0, None) * 0.008 * style.crumple
    height = waves.reshape(grid.shape[:2]) + _creases(grid, style, rng) * (0.3 + style.crumple)
    for x, y, radius in pressed:
        away = np.hypot(grid[..., 0] - x, grid[..., 1] - y) / radius
        height *= np.clip(away, 0.12, 1.0)
    grid[..., 2] = np.clip(height, 0, None) + 0.0012
    sway = ripple(flat, noise, 0.3, 4).reshape(grid.shape[:2]) * 0.004 * style.crumple
    grid[..., 0] += sway
    grid[..., 1] += sway[::-1, ::-1]
    if rng.random() < 0.15 * style.crumple:
        _turn_corner(grid, rng)
    sheet = surface("cloth", grid, printed("cloth", texture(style, rng), _FABRIC))
    return solidify(sheet, 0.0011, 1.0)


def _turn_corner(grid: Points, rng: Random) -> None:
    """Fold one corner over along a diagonal."""
    sx, sy = rng.choice((-1, 1)), rng.choice((-1, 1))
    reach = rng.uniform(0.03, 0.06)
    corner = np.array([np.abs(grid[..., 0]).max() * sx, np.abs(grid[..., 1]).max() * sy])
    normal = np.array([sx, sy]) / 2**0.5
    over = (grid[..., :2] - corner) @ normal + reach
    inside = over > 0
    lifted = np.minimum(over, 0.008)
    grid[..., :2] -= np.where(inside[..., None], 2 * over[..., None] * normal * 0.96, 0)
    grid[..., 2] += np.where(inside, 0.004 + lifted * 0.5, 0)


def corners(style: ClothStyle) -> tuple[tuple[float, float, float], ...]:
    """Where the edges meet (the sewn corners are rounded), in the cloth's own frame, in order round it."""
    x, y = style.length_m / 2, style.width_m / 2
    return ((-x, -y, 0.002), (x, -y, 0.002), (x, y, 0.002), (-x, y, 0.002))


def towel_color(rng: Random) -> Rgb:
    return rgb(rng.choice(("d8d0c4", "b7c9d6", "e3c6c6", "9aa88f", "e8e6df")))
