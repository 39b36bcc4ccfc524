"""Videos with a burned-in clock, whole or tampered with in a known way, from a seed: for tests and figures.

    plan = plan_video(seed=7, tampering=Tampering.CUT)
    write_video(Path("clip.mp4"), plan, scene)

The scene is moved as a hand moves a phone, the watermark is drawn by `models.stamps`, and H.264 is written as
phones and messengers write it: variable frame rate, rotation, B-frames, late starts, low bit rate.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from math import sin
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.encoding import Encoding, encode, passed_on
from models.stamps import STYLES, draw, legible
from pipeline.ports import Pixels
from pipeline.times import Precision, WallTime

_EPOCH = datetime(2024, 1, 1)  # noqa: DTZ001 - a wall clock without a zone is what is drawn
_SPAN_S = 4 * 365 * 86_400
_SIZES = ((480, 270), (640, 360), (640, 360), (848, 480), (848, 480), (960, 540), (1280, 720))
_LEAST_SHIFT_S, _MOST_SHIFT_S = 2.0, 6.0
_SHORTEST_S = 8.0
_WHOLE_S = 1.9
"""So much of the video is left whole before and after a tampering, at least."""
_SAMPLE_TIME = WallTime(2026, 5, 12, 14, 35, 7)
STYLES_TO_THE_SECOND = tuple(s for s in STYLES if legible(s, _SAMPLE_TIME).precision is Precision.SECOND)
STYLES_TO_THE_MINUTE = tuple(s for s in STYLES if legible(s, _SAMPLE_TIME).precision is Precision.MINUTE)


class Tampering(StrEnum):
    """What was done to a video. In all but the last two, scene and clock keep together."""

    NONE = "none"
    CUT = "cut"
    JUMP_BACK = "jump_back"
    LOOP = "loop"
    FREEZE = "freeze"
    SPEED = "speed"
    SPEED_IN_PART = "speed_in_part"
    CLOCK_STANDS = "clock_stands"
    PICTURE_STANDS = "picture_stands"


@dataclass(frozen=True, slots=True)
class VideoPlan:
    """One video. At `at_s` the tampering begins; `shift_s` is by how much clock and frames then part.

    clock_lag_s: so late the app draws a new second at most. drops: share of frames that the phone lost.
    """

    seed: int
    tampering: Tampering
    style: str
    starts_at: datetime
    size: tuple[int, int]
    rate: int
    length_s: float
    at_s: float
    shift_s: float
    speed: float
    clock_lag_s: float
    drops: float
    encoding: Encoding
    messenger: Encoding | None


def plan_video(seed: int, tampering: Tampering, styles: tuple[str, ...] = STYLES_TO_THE_SECOND) -> VideoPlan:
    """The same seed plans the same video."""
    rng = random.Random(f"{seed} {tampering.value}")
    shift_s = rng.uniform(_LEAST_SHIFT_S, _MOST_SHIFT_S)
    speed = rng.choice((0.5, 0.75, 1.25, 1.5, 2.0))
    lasts_s = _lasts_s(tampering, shift_s, speed)
    whole = tampering is Tampering.SPEED
    if whole:
        shift_s = max(shift_s, _SHORTEST_S * abs(speed - 1))
        lasts_s = _lasts_s(tampering, shift_s, speed)
    length_s = lasts_s if whole else max(rng.uniform(_SHORTEST_S, 15), lasts_s + 2 * _WHOLE_S + 1)
    at_s = 0.0 if whole else rng.uniform(_WHOLE_S, length_s - lasts_s - _WHOLE_S)
    size = rng.choice(_SIZES)
    return VideoPlan(
        seed=seed,
        tampering=tampering,
        style=rng.choice(styles),
        starts_at=_EPOCH + timedelta(seconds=rng.uniform(0, _SPAN_S)),
        size=size if rng.random() < 0.5 else (size[1], size[0]),
        rate=rng.choice((24, 25, 30)),
        length_s=length_s,
        at_s=at_s,
        shift_s=shift_s,
        speed=speed,
        clock_lag_s=rng.choice((0.0, 0.05, 0.3)),
        drops=rng.choice((0.0, 0.0, 0.05, 0.3)),
        encoding=_phone(rng),
        messenger=_messenger(rng) if rng.random() < 0.4 else None,
    )


def _lasts_s(tampering: Tampering, shift_s: float, speed: float) -> float:
    """How many seconds of the video a tampering takes up."""
    if tampering in (Tampering.SPEED, Tampering.SPEED_IN_PART):
        return shift_s / abs(speed - 1)
    return 0.0 if tampering in (Tampering.NONE, Tampering.CUT, Tampering.JUMP_BACK) else shift_s


def _phone(rng: random.Random) -> Encoding:
    return Encoding(
        crf=rng.randint(20, 27),
        keyframes_every=rng.choice((15, 30, 60)),
        b_frames=rng.choice((0, 0, 2)),
        rotation_deg=rng.choice((0, 0, 90, -90, 180)),
        starts_late_s=rng.choice((0.0, 0.0, 0.4)),
    )


def _messenger(rng: random.Random) -> Encoding:
    return Encoding(crf=rng.randint(27, 32), keyframes_every=250, b_frames=2, short_side_px=360)


def story(plan: VideoPlan, at_s: float) -> tuple[float, float]:
    """Which second of the scene and of the clock the video shows at a presentation second."""
    since, shift, speed = at_s - plan.at_s, plan.shift_s, plan.speed
    lasts_s = _lasts_s(plan.tampering, shift, speed)
    within = min(max(since, 0.0), lasts_s)
    match plan.tampering:
        case Tampering.NONE:
            return at_s, at_s
        case Tampering.CUT:
            both = at_s + (shift if since >= 0 else 0)
        case Tampering.JUMP_BACK:
            both = at_s - (plan.at_s + shift if since >= 0 else 0)
        case Tampering.LOOP:
            both = at_s - (shift if since >= shift else 0)
        case Tampering.FREEZE:
            both = at_s - within
        case Tampering.SPEED | Tampering.SPEED_IN_PART:
            both = at_s + within * (speed - 1)
        case Tampering.CLOCK_STANDS:
            return at_s, at_s - (within if since < lasts_s else 0)
        case Tampering.PICTURE_STANDS:
            return at_s - (within if since < lasts_s else 0), at_s
    return both, both


def breaks_at_s(plan: VideoPlan) -> tuple[float, float]:
    """From when to when clock and frames part: equal where it is one moment."""
    lasts_s = _lasts_s(plan.tampering, plan.shift_s, plan.speed)
    if plan.tampering is Tampering.LOOP:
        return plan.at_s + lasts_s, plan.at_s + lasts_s
    return plan.at_s, plan.at_s + lasts_s


def write_video(path: Path, plan: VideoPlan, scene: Pixels) -> None:
    """An MP4 of the plan over a scene, which may be of any size."""
    first = path if plan.messenger is None else path.with_suffix(".phone.mp4")
    encode(first, _frames(plan, scene), plan.rate, plan.encoding)
    if plan.messenger is not None:
        passed_on(first, path, replace(plan.messenger, rotation_deg=plan.encoding.rotation_deg))
        first.unlink()


def _frames(plan: VideoPlan, scene: Pixels) -> Iterator[tuple[float, Pixels]]:
    """Upright frames with their presentation seconds."""
    rng = random.Random(plan.seed)
    wide = _scaled(scene, plan.size)
    overlays = _Overlays(plan)
    for number in range(round(plan.length_s * plan.rate)):
        at_s = number / plan.rate
        if number > 0 and rng.random() < plan.drops:
            continue
        scene_s, _ = story(plan, at_s)
        _, clock_s = story(plan, max(0.0, at_s - rng.uniform(0, plan.clock_lag_s)))
        picture = _seen_by_hand(wide, plan.size, scene_s, plan.seed)
        yield at_s, overlays.over(picture, clock_s)


def _scaled(scene: Pixels, size: tuple[int, int]) -> Pixels:
    """The scene, a fifth larger than a frame, cut to its shape."""
    width, height = round(size[0] * 1.2), round(size[1] * 1.2)
    scale = max(width / scene.shape[1], height / scene.shape[0])
    whole = round(scene.shape[1] * scale), round(scene.shape[0] * scale)
    large = cv2.resize(scene, whole, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(large[:height, :width], dtype=np.uint8)


def _seen_by_hand(wide: Pixels, size: tuple[int, int], second: float, seed: int) -> Pixels:
    """Drift, sway and tremor of a held phone, and a hand that moves through the picture."""
    sway = np.array([sin(second * 1.7 + seed), sin(second * 2.3 + 1)]) * 0.04
    tremor = np.array([sin(second * 23 + seed), sin(second * 29)]) * 0.003
    left, top = np.round((0.1 + sway + tremor) * size).astype(int)
    moved = wide[top : top + size[1], left : left + size[0]].copy()
    centre = (
        round(size[0] * (0.5 + 0.4 * sin(second * 0.9))),
        round(size[1] * (0.5 + 0.3 * sin(second * 1.3))),
    )
    cv2.circle(moved, centre, round(min(size) * 0.08), (180, 140, 120), -1)
    return moved


class _Overlays:
    """The watermark of each second, drawn once: on white and on black, which tells ink and cover."""

    def __init__(self, plan: VideoPlan) -> None:
        self._plan = plan
        self._drawn = lru_cache(maxsize=4)(self._draw)

    def over(self, picture: Pixels, clock_s: float) -> Pixels:
        moment = (self._plan.starts_at + timedelta(seconds=clock_s)).replace(microsecond=0)
        rows, ink, clear = self._drawn(moment)
        picture[rows] = np.round(ink + picture[rows] * clear).astype(np.uint8)
        return picture

    def _draw(self, moment: datetime) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
        wall = WallTime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
        width, height = self._plan.size
        dark, light = (
            draw(np.full((height, width, 3), tone, np.uint8), self._plan.style, wall, {}, self._plan.seed)
            for tone in (0, 255)
        )
        clear = (light.astype(np.float32) - dark) / np.float32(255)
        rows = np.flatnonzero(clear.min(axis=(1, 2)) < 1)
        return rows, dark[rows].astype(np.float32), clear[rows]
