"""How a technician looks: drawn once, the same in all pictures of a visit."""

from dataclasses import dataclass
from random import Random

from models.training.scenes import feet
from models.training.scenes.head import HeadStyle, random_head
from models.training.scenes.materials import Rgb, rgb, vary

JACKETS = (
    "1f3f77",
    "26508f",
    "c9501c",
    "2e3238",
    "6b6f75",
    "2f6b4a",
    "8a1f25",
    "d8d8d2",
    "c9a227",
    "3d7fb8",
    "12233f",
)


@dataclass(frozen=True, slots=True)
class PersonStyle:
    """What stays the same for one technician through a visit."""

    seed: int
    jacket: Rgb
    trim: Rgb | None
    trousers: Rgb
    head: HeadStyle
    vest: bool
    height: float
    girth: float
    footwear: feet.Footwear


def random_person(rng: Random, *, covered: bool | None = None) -> PersonStyle:
    wear = feet.random_footwear(rng, covered=covered)
    jacket = vary(rgb(rng.choice(JACKETS)), rng)
    trim = rgb(rng.choice(("e0641a", "d8d8d2", "1f3f77", "c9a227", "2e3238"))) if rng.random() < 0.6 else None
    trousers = jacket if rng.random() < 0.4 else wear.trousers
    return PersonStyle(
        rng.getrandbits(31),
        jacket,
        trim,
        trousers,
        random_head(rng),
        rng.random() < 0.12,
        rng.uniform(0.94, 1.06),
        rng.uniform(0.92, 1.14),
        wear,
    )
