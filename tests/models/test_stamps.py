"""Drawn watermarks: one seed draws one picture, ink stands where the truth says, and no lie is told."""

import random
from pathlib import Path

import numpy as np
import pytest

from models.stamps import STYLES, Content, Language, draw, legible, made_content, stamp
from models.stamps.generator import CAMERA_STYLES, CHINESE_STYLES, Plan, contact_sheet, generated, one
from models.stamps.messenger import as_sent
from models.stamps.writing import written
from pipeline.evidence import FieldKind
from pipeline.geometry import BoundingBox
from pipeline.ports import Pixels
from pipeline.times import Precision, WallTime
from pipeline.watermark.coordinates import find_angles, position

TIME = WallTime(2026, 5, 12, 14, 35, 7)


@pytest.fixture
def grey() -> Pixels:
    return np.full((600, 800, 3), 110, dtype=np.uint8)


def inside(picture: Pixels, box: BoundingBox) -> Pixels:
    height, width = picture.shape[:2]
    return picture[
        int(box.y_min * height) : int(box.y_max * height) + 1,
        int(box.x_min * width) : int(box.x_max * width) + 1,
    ]


@pytest.mark.parametrize("style", STYLES)
def test_draws_from_a_seed(grey: Pixels, style: str) -> None:
    marked = draw(grey, style, TIME, {"name": "王伟"}, seed=3)
    assert marked.shape == grey.shape
    assert marked.dtype == np.uint8
    assert (marked != grey).any(axis=2).mean() > 0.0003
    assert np.array_equal(marked, draw(grey, style, TIME, {"name": "王伟"}, seed=3))
    assert (grey == 110).all()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", Language)
def test_ink_stands_where_the_truth_says(style: str, language: Language) -> None:
    tall = np.full((1000, 600, 3), 110, dtype=np.uint8)
    marked = stamp(tall, style, TIME, made_content(random.Random(4), language, 1.0), 5, language)
    assert marked.pixels.shape == tall.shape
    for box in (marked.box, *(field.box for field in marked.fields)):
        assert (inside(marked.pixels, box) != 110).any(axis=2).mean() > 0.03
    assert marked.time.isoformat() in (TIME.isoformat(), "2026-05-12T14:35", "2026-05-12")


@pytest.mark.parametrize("style", CAMERA_STYLES)
def test_a_camera_prints_what_it_is_given_and_nothing_else(grey: Pixels, style: str) -> None:
    language = STYLES[style].languages[0]
    content = made_content(random.Random(1), language, 1.0)
    given = {content.place, content.name, content.project, content.weather, content.code, content.remarks}
    free = {FieldKind.WEEKDAY, FieldKind.COORDINATES, FieldKind.TEMPERATURE, FieldKind.ALTITUDE}
    seen = {field.kind: field.text for field in stamp(grey, style, TIME, content, 1, language).fields}
    assert len(seen) >= 3
    assert {text for kind, text in seen.items() if kind not in free} <= given
    bare = stamp(grey, style, TIME, Content(), 1, language)
    assert {field.kind for field in bare.fields} <= {FieldKind.WEEKDAY}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("style", ["yuandao", "timestamp", "mark_patrol", "gps_map"])
def test_printed_coordinates_say_where_the_content_is(grey: Pixels, style: str, seed: int) -> None:
    content = made_content(random.Random(seed), Language.ZH_HANS, 1.0)
    assert content.point is not None
    fields = {field.kind: field.text for field in stamp(grey, style, TIME, content, seed).fields}
    place = position(find_angles(fields[FieldKind.COORDINATES]))
    assert place == pytest.approx((content.point.latitude_deg, content.point.longitude_deg), abs=6e-5)


def test_legible_is_as_long_as_what_is_printed() -> None:
    assert legible("plain", TIME) == TIME
    assert legible("today", TIME) == WallTime(2026, 5, 12, 14, 35)
    assert legible("film", TIME) == WallTime(2026, 5, 12)
    assert {legible(style, TIME).precision for style in STYLES} == set(Precision)


@pytest.mark.parametrize(
    ("date_form", "clock_form", "language", "due"),
    [
        (
            "{y}年{m}月{d}日",
            "{Z}{h}:{M:02}",
            Language.ZH_HANS,
            ("2026年5月12日", "下午2:35", "星期二", False),
        ),
        (
            "{d:02}/{m:02}/{yy:02}",
            "{h:02}:{M:02} {P}",
            Language.EN,
            ("12/05/26", "02:35 PM", "Tuesday", True),
        ),
        ("{b} {d}, {y}", "{H:02}:{M:02}:{S:02}", Language.EN, ("May 12, 2026", "14:35:07", "Tuesday", False)),
    ],
)
def test_written(
    date_form: str, clock_form: str, language: Language, due: tuple[str, str, str, bool]
) -> None:
    moment = written(TIME, date_form, clock_form, language)
    assert (moment.date, moment.clock, moment.weekday, moment.open_order) == due


def test_noon_and_midnight_on_a_dial_of_twelve() -> None:
    for hour, due in ((0, "12:05 AM"), (12, "12:05 PM")):
        time = WallTime(2026, 5, 12, hour, 5, 0)
        assert written(time, "{y}", "{h:02}:{M:02} {P}", Language.EN).clock == due


def test_refuses_a_time_without_a_clock(grey: Pixels) -> None:
    with pytest.raises(ValueError, match="needs a clock"):
        draw(grey, "plain", WallTime(2026, 5, 12), {}, seed=1)


def test_refuses_an_unknown_style(grey: Pixels) -> None:
    with pytest.raises(KeyError):
        draw(grey, "polaroid", TIME, {}, seed=1)


SMALL = Plan(long_side_px=(700, 900))


def test_any_number_of_a_set_is_made_alone() -> None:
    every = dict(generated([], SMALL, 7, range(3)))
    alone = one([], SMALL, 7, 2)
    assert np.array_equal(every[2].pixels, alone.pixels)
    assert (every[2].time, every[2].fields) == (alone.time, alone.fields)
    assert not np.array_equal(every[2].pixels, one([], SMALL, 8, 2).pixels)


@pytest.mark.shared
def test_rooms_are_drawn_on(shared_folder: Path) -> None:
    rooms = sorted((shared_folder / "data" / "rooms").rglob("*.jpg"))[:3]
    marked = one(rooms, Plan(("today",), (Language.ZH_HANT,)), 1, 0)
    assert marked.language is Language.ZH_HANT
    assert max(marked.pixels.shape) >= 1080


def test_styles_by_what_they_print() -> None:
    assert "gps_map" not in CHINESE_STYLES
    assert "today" in CHINESE_STYLES
    assert set(STYLES) - set(CAMERA_STYLES) == {
        "plain",
        "thin",
        "orange",
        "film",
        "cctv",
        "black_bar",
        "pixel_strip",
    }


def test_a_messenger_shrinks_and_compresses(grey: Pixels) -> None:
    large = np.random.default_rng(1).integers(0, 255, (3300, 900, 3), dtype=np.uint8)
    sizes = [max(as_sent(large, random.Random(seed)).shape) for seed in range(3)]
    assert all(1080 <= size <= 3000 for size in sizes)
    assert as_sent(grey, random.Random(1)).shape == grey.shape


def test_a_contact_sheet_holds_every_picture(grey: Pixels) -> None:
    assert contact_sheet([grey] * 5, 3, 80).shape == (160, 240, 3)
