"""Draws time watermarks onto pictures, in the styles of the market's cameras, from a seed and with truth.

    marked = draw(picture, "today", WallTime(2026, 5, 12, 14, 35, 7), {"place": "白云区人民路 18 号"}, seed=1)
    due = legible("today", wall_time)      # what of the time can be read off the picture

The layouts are our own imitations: they resemble the named apps in what they print and where, not in their
artwork. Used for the sample visits, the tests and the calibration of the reader; never for figures about
real pictures.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from PIL import Image

from models.stamp_ink import BLACK, WHITE, Colour, Layer, Pen, pixel_line
from pipeline.ports import Pixels
from pipeline.times import Precision, WallTime

WEEKDAYS_ZH = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YELLOW: Colour = (250, 190, 40, 255)
_ORANGE: Colour = (255, 120, 30, 255)


@dataclass(frozen=True, slots=True)
class _Job:
    """One watermark to draw. `unit` is a hundredth of the picture's shorter side, in pixels."""

    layer: Layer
    time: WallTime
    fields: Mapping[str, str]
    rng: random.Random
    unit: float

    def pen(self, kind: str, size_units: float, **options: object) -> Pen:
        return Pen(kind, self.unit * size_units, **options)  # type: ignore[arg-type]

    def field(self, name: str, default: str) -> str:
        return self.fields.get(name, default)


def draw(picture: Pixels, style: str, wall_time: WallTime, fields: Mapping[str, str], seed: int) -> Pixels:
    """The picture with a watermark of one of `STYLES`; the same seed draws the same watermark.

    `fields` may hold place, name, project, weather, coordinates, code and camera; what a style shows and
    `fields` lacks gets a neutral text. Raises KeyError for an unknown style, ValueError for a time without
    a clock, SettingsError where fonts are missing.
    """
    if wall_time.hour is None:
        raise ValueError(f"a watermark needs a clock, {wall_time.isoformat()} has none")
    painter = _PAINTERS[style]
    height, width = picture.shape[:2]
    layer = Layer(width, height)
    painter(_Job(layer, wall_time, fields, random.Random(seed), min(width, height) / 100))
    return np.asarray(layer.over(Image.fromarray(picture)), dtype=np.uint8)


def legible(style: str, wall_time: WallTime) -> WallTime:
    """What of a time this style prints."""
    kept = {
        Precision.SECOND: (wall_time.hour, wall_time.minute, wall_time.second),
        Precision.MINUTE: (wall_time.hour, wall_time.minute, None),
        Precision.DATE: (None, None, None),
    }[_PRECISIONS[style]]
    return WallTime(wall_time.year, wall_time.month, wall_time.day, *kept)


def _date(time: WallTime, separator: str) -> str:
    return f"{time.year}{separator}{time.month:02d}{separator}{time.day:02d}"


def _chinese_date(time: WallTime, padded: bool = True) -> str:
    width = 2 if padded else 1
    return f"{time.year}年{time.month:0{width}d}月{time.day:0{width}d}日"


def _clock(time: WallTime, seconds: bool = False) -> str:
    text = f"{time.hour:02d}:{time.minute:02d}"
    return f"{text}:{time.second:02d}" if seconds and time.second is not None else text


def _clock_12(time: WallTime, seconds: bool = False) -> str:
    hour = time.hour or 0
    text = f"{hour % 12 or 12}:{time.minute:02d}"
    if seconds and time.second is not None:
        text += f":{time.second:02d}"
    return f"{text} {'PM' if hour >= 12 else 'AM'}"


def _weekday(time: WallTime) -> int:
    return date(time.year, time.month, time.day).weekday()


def _today(job: _Job) -> None:
    """Like 今日水印相机: a big clock, a bar, date and weekday beside it, place and name below, lower left."""
    unit, layer, time = job.unit, job.layer, job.time
    size = job.rng.uniform(8.0, 10.5)
    x, y = unit * job.rng.uniform(2.5, 4.5), layer.height - unit * (size + job.rng.uniform(19, 23))
    clock_pen = job.pen("bold", size, shadow=0.04)
    width = layer.text(x, y, _clock(time), clock_pen)
    bar = x + width + unit * 2
    layer.panel((bar, y + unit * 2, bar + unit * 0.6, y + unit * (size + 3)), _YELLOW)
    small = job.pen("regular", size * 0.42, shadow=0.06)
    day = _chinese_date(time) if job.rng.random() < 0.5 else _date(time, "-")
    layer.text(bar + unit * 2, y + unit * 0.8, day, small)
    weather = job.field("weather", "多云 26℃")
    layer.text(
        bar + unit * 2, y + unit * (1.2 + size * 0.62), f"{WEEKDAYS_ZH[_weekday(time)]} {weather}", small
    )
    _lines_below(job, x, y + unit * (size + 5), size * 0.42)


def _lines_below(job: _Job, x: float, y: float, size: float) -> None:
    """Place and, where given, name and project, one under the other."""
    pen = job.pen("regular", size, shadow=0.06)
    lines = [job.field("place", "金沙洲环洲三路")]
    lines += [f"{label}：{job.fields[key]}" for key, label in _LABELS_ZH.items() if key in job.fields]
    for index, line in enumerate(lines[:3]):
        job.layer.text(x, y + index * pen.size * 1.5, line, pen)


_LABELS_ZH = {"name": "姓名", "project": "项目", "coordinates": "经纬度", "code": "防伪"}


def _mark(job: _Job) -> None:
    """Like 马克: a badge with 打卡 and the clock, a large date with weekday, place, verification."""
    unit, layer, time = job.unit, job.layer, job.time
    size = job.rng.uniform(5.0, 6.5)
    x, y = unit * job.rng.uniform(3, 5), layer.height - unit * (size * 6.2 + job.rng.uniform(2, 4))
    badge = job.pen("bold", size, colour=(0, 160, 120, 255))
    clock_width = badge.font.getlength(_clock(time))
    label_width = badge.font.getlength("打卡")
    split = x + label_width + unit * 4
    layer.panel((x, y, split + clock_width + unit * 4, y + badge.size * 1.7), WHITE, radius=unit)
    layer.panel((x, y, split, y + badge.size * 1.7), (0, 180, 140, 255), radius=unit)
    layer.text(x + unit * 2, y + badge.size * 0.1, "打卡", job.pen("bold", size))
    layer.text(split + unit * 2, y + badge.size * 0.1, _clock(time), badge)
    day = f"{_date(time, '/')} {WEEKDAYS_ZH[_weekday(time)]}"
    layer.text(x, y + badge.size * 2.0, day, job.pen("bold", size * 0.9, shadow=0.05))
    small = job.pen("regular", size * 0.65, shadow=0.06)
    layer.text(x, y + badge.size * 3.5, job.field("place", "白云区金沙街"), small)
    faint = job.pen("regular", size * 0.5, colour=(255, 255, 255, 190))
    layer.text(x, y + badge.size * 4.8, f"已验证照片真实性 {job.field('code', 'X7K2M9QA4T')}", faint)


def _timemark(job: _Job) -> None:
    """Like Timemark: clock, bar, an English date with month name and weekday, place below."""
    unit, layer, time = job.unit, job.layer, job.time
    size = job.rng.uniform(7.5, 9.5)
    x, y = unit * job.rng.uniform(3, 5), layer.height - unit * (size + job.rng.uniform(14, 18))
    width = layer.text(x, y, _clock(time), job.pen("bold", size, shadow=0.04))
    bar = x + width + unit * 2
    layer.panel((bar, y + unit * 2, bar + unit * 0.6, y + unit * (size + 3)), _YELLOW)
    small = job.pen("regular", size * 0.42, shadow=0.06)
    month = _MONTHS_EN[time.month - 1]
    day = f"{month} {time.day}, {time.year}" if job.rng.random() < 0.5 else f"{time.day} {month} {time.year}"
    layer.text(bar + unit * 2, y + unit * 0.8, day, small)
    layer.text(bar + unit * 2, y + unit * (1.2 + size * 0.62), _WEEKDAYS_EN[_weekday(time)], small)
    layer.text(x, y + unit * (size + 5), job.field("place", "18 Renmin Road"), small)


def _engineering(job: _Job) -> None:
    """Like 元道经纬 and the 工程记录 tables: a titled panel of labelled lines."""
    unit, layer, time = job.unit, job.layer, job.time
    size = job.rng.uniform(3.4, 4.4)
    pen = job.pen("hei", size)
    rows = [
        f"时　间：{_date(time, '.')} {_clock(time)}",
        f"天　气：{job.field('weather', '晴 22℃')}",
        f"地　点：{job.field('place', '人民广场')}",
        f"施工人：{job.field('name', '张工')}",
    ]
    width = max(pen.font.getlength(row) for row in rows) + unit * 6
    x, y = unit * 3, layer.height - unit * 3 - pen.size * 8.4
    layer.panel((x, y, x + width, y + pen.size * 2), (40, 110, 200, 220), radius=unit)
    layer.text(x + width / 2 - pen.size * 2, y + pen.size * 0.25, job.field("project", "工程记录"), pen)
    layer.panel((x, y + pen.size * 2, x + width, y + pen.size * 8.4), (20, 30, 40, 150), radius=unit)
    for index, row in enumerate(rows):
        layer.text(x + unit * 3, y + pen.size * (2.3 + 1.5 * index), row, pen)


def _timestamp(job: _Job) -> None:
    """Like Timestamp Camera: outlined lines in the lower right: date and clock, place, coordinates."""
    unit, layer, time = job.unit, job.layer, job.time
    pen = job.pen("regular", job.rng.uniform(3.2, 4.4), outline=0.06)
    right, y = layer.width - unit * 2.5, layer.height - unit * 3 - pen.size * 4.2
    first = f"{_chinese_date(time, padded=False)} {_clock(time, seconds=True)}"
    lines = [first, job.field("place", "广东省广州市白云区"), job.field("coordinates", "23.1579N 113.2121E")]
    for index, line in enumerate(lines):
        layer.right_text(right, y + index * pen.size * 1.4, line, pen)


def _gps_map(job: _Job) -> None:
    """Like GPS Map Camera: a dark translucent panel across the foot with a map tile and four lines."""
    unit, layer, time = job.unit, job.layer, job.time
    pen = job.pen("regular", job.rng.uniform(3.0, 3.6))
    top = layer.height - pen.size * 8.2
    layer.panel(
        (unit * 24, top, layer.width - unit * 2, layer.height - unit * 2), (0, 0, 0, 140), radius=unit
    )
    layer.panel((unit * 2, top, unit * 22, layer.height - unit * 2), (120, 160, 120, 255), radius=unit)
    stamp = f"{time.day:02d}/{time.month:02d}/{time.year} {_clock_12(time)} GMT +08:00"
    place = job.field("place", "Guangzhou, Guangdong, China")
    for index, line in enumerate((place, "Lat 23.157912°", "Long 113.212145°", stamp)):
        layer.text(unit * 26, top + pen.size * (0.6 + 1.6 * index), line, pen)


def _plain(job: _Job) -> None:
    """A plain stamp in a corner: 2026-05-12 14:35:07."""
    unit, layer = job.unit, job.layer
    colour = job.rng.choice((WHITE, (255, 230, 60, 255), (255, 70, 50, 255)))
    pen = job.pen("regular", job.rng.uniform(3.2, 4.6), colour=colour, outline=job.rng.choice((0.05, 0.08)))
    text = f"{_date(job.time, job.rng.choice('-/.'))} {_clock(job.time, seconds=True)}"
    top, right = job.rng.random() < 0.3, job.rng.random() < 0.7
    y = unit * 2 if top else layer.height - unit * 3 - pen.size * 1.3
    if right:
        layer.right_text(layer.width - unit * 3, y, text, pen)
    else:
        layer.text(unit * 3, y, text, pen)


def _orange(job: _Job) -> None:
    """A digital camera's orange stamp in the lower right."""
    pen = job.pen("mono", job.rng.uniform(3.4, 4.4), colour=_ORANGE)
    text = f"{_date(job.time, job.rng.choice('/.'))} {_clock(job.time)}"
    layer = job.layer
    layer.right_text(layer.width - job.unit * 5, layer.height - job.unit * 5 - pen.size, text, pen)


def _film(job: _Job) -> None:
    """A film camera's seven-segment date, year first behind an apostrophe."""
    time, layer = job.time, job.layer
    height = job.unit * job.rng.uniform(3.6, 5.0)
    text = f"'{time.year % 100:02d} {time.month:2d} {time.day:2d}"
    x, y = layer.width - height * 7.0, layer.height - height * 2.2
    layer.seven_segments(x, y, text, height, (255, 90, 40, 235))


def _cctv(job: _Job) -> None:
    """A surveillance camera: outlined text at the top, the camera's name in the lower right."""
    unit, layer, time = job.unit, job.layer, job.time
    pen = job.pen("hei", job.rng.uniform(4.0, 5.2), outline=0.06)
    text = f"{_date(time, '-')} {WEEKDAYS_ZH[_weekday(time)]} {_clock(time, seconds=True)}"
    layer.text(unit * 3, unit * 2.5, text, pen)
    name = job.field("camera", "Camera 01")
    layer.right_text(layer.width - unit * 3, layer.height - unit * 3 - pen.size * 1.3, name, pen)


def _black_bar(job: _Job) -> None:
    """A recorder's black bar across the foot: camera, temperature, date, a 12-hour clock."""
    layer, time = job.layer, job.time
    pen = job.pen("mono", job.rng.uniform(2.6, 3.6))
    top = layer.height - pen.size * 1.8
    layer.panel((0, top, layer.width, layer.height), BLACK)
    y = top + pen.size * 0.25
    layer.text(job.unit * 3, y, job.field("camera", "CAM01"), pen)
    layer.text(layer.width * 0.3, y, "23°C", pen)
    layer.right_text(
        layer.width - job.unit * 3, y, f"{_date(time, '/')} {_clock_12(time, seconds=True)}", pen
    )


def _pixel_strip(job: _Job) -> None:
    """Firmware's bitmap font on a black strip that touches the upper edge."""
    layer, time = job.layer, job.time
    height = round(job.unit * job.rng.uniform(2.6, 3.6))
    grey: Colour = (225, 225, 225, 255)
    text = f"{_date(time, '-')} {_clock_12(time, seconds=True)}   M 1/3"
    line = pixel_line(text, height)
    layer.panel((0, 0, layer.width, line.height + 3), BLACK)
    layer.stencil(round(job.unit), 2, line, grey)


_PAINTERS: dict[str, Callable[[_Job], None]] = {
    "today": _today,
    "mark": _mark,
    "timemark": _timemark,
    "engineering": _engineering,
    "timestamp": _timestamp,
    "gps_map": _gps_map,
    "plain": _plain,
    "orange": _orange,
    "film": _film,
    "cctv": _cctv,
    "black_bar": _black_bar,
    "pixel_strip": _pixel_strip,
}
STYLES: tuple[str, ...] = tuple(_PAINTERS)
_TO_THE_SECOND = {"timestamp", "plain", "cctv", "black_bar", "pixel_strip"}
_PRECISIONS: dict[str, Precision] = {
    style: Precision.SECOND
    if style in _TO_THE_SECOND
    else (Precision.DATE if style == "film" else Precision.MINUTE)
    for style in STYLES
}
