"""Things that bear a date, a clock or numbers and are no watermark: the reader must leave them alone.

    rng = random.Random(7)
    shown = seen_in(room, drawn(rng, "receipt"), rng)

Each is drawn flat in pixels of its own and laid into a picture as a camera sees it: somewhere, turned and
leaning a little, sometimes cut off by the edge. For tests and figures about drawn negatives only.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.stamps.ink import BLACK, WHITE, Colour, Layer, Pen
from pipeline.ports import Pixels

_INK: Colour = (35, 35, 40, 255)
_GREY: Colour = (120, 120, 120, 255)
_FIRST_DAY = date(2018, 1, 1)
_DAYS = 3500
_WEEKDAYS = "一二三四五六日"
_STRAIGHT = 0.4  # share of the things that stand level, as in a picture taken with care
_CUT_OFF = 0.25
_SHARE = (0.25, 0.7)  # of the picture's shorter side that a thing's longer side takes
_SHOPS = ("永辉超市", "全家便利店", "国大药房", "老百姓五金", "美宜佳")
_GOODS = ("矿泉水", "生料带", "角阀", "波纹管", "电池5号", "洗洁精", "燃气软管", "毛巾")
_CITIES = ("上海虹桥", "北京南", "杭州东", "苏州", "南京南", "合肥南")
_PROVINCES = "京沪苏浙皖粤鲁川"


@dataclass(frozen=True, slots=True)
class _Moment:
    day: date
    hour: int
    minute: int
    second: int

    @property
    def clock(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


def _moment(rng: random.Random) -> _Moment:
    day = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS))
    return _Moment(day, rng.randrange(24), rng.randrange(60), rng.randrange(60))


def _sheet(width: int, height: int, colour: Colour = WHITE) -> Layer:
    return Layer(Image.new("RGB", (width, height), colour[:3]))


def _lines(layer: Layer, x: float, y: float, size: float, texts: list[str], colour: Colour = _INK) -> None:
    for text in texts:
        layer.text(x, y, text, Pen("regular", size, colour))
        y += size * 1.5


def _receipt(rng: random.Random) -> Layer:
    at = _moment(rng)
    goods = [
        f"{rng.choice(_GOODS)}   {rng.randint(1, 4)} x {rng.uniform(2, 90):.2f}"
        for _ in range(rng.randint(3, 8))
    ]
    layer = _sheet(420, 260 + 36 * len(goods))
    layer.text(110, 14, rng.choice(_SHOPS), Pen("bold", 34, _INK))
    when = f"{at.day.isoformat()} {at.clock}:{at.second:02}"
    _lines(layer, 24, 70, 24, [f"单号 {rng.randrange(10**10):010}", f"时间 {when}", *goods])
    _lines(layer, 24, 180 + 36 * len(goods), 26, [f"合计 ￥{rng.uniform(20, 400):.2f}", "谢谢惠顾"])
    return layer


def _label(rng: random.Random) -> Layer:
    at = _moment(rng)
    layer = _sheet(520, 250, (245, 240, 225, 255))
    form = rng.choice(("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"))
    made, ends = at.day.strftime(form), (at.day + timedelta(days=365)).strftime(form)
    texts = [f"品名 {rng.choice(_GOODS)}", f"生产日期: {made} {at.clock}", f"有效期至: {ends}"]
    _lines(layer, 20, 20, 36, [*texts, f"批号 LOT {rng.randrange(10**6):06}"])
    return layer


def _monitor(rng: random.Random) -> Layer:
    at = _moment(rng)
    layer = _sheet(900, 560, BLACK)
    layer.panel((24, 24, 876, 536), (40, 90, 150, 255))
    layer.panel((110, 80, 620, 420), WHITE)
    rows = [f"{rng.choice(_GOODS)}  {rng.randrange(10**5)}" for _ in range(7)]
    _lines(layer, 130, 100, 24, ["工单系统", *rows])
    layer.panel((24, 496, 876, 536), (28, 30, 36, 255))
    layer.right_text(864, 496, at.clock, Pen("regular", 15, WHITE))
    layer.right_text(864, 515, f"{at.day.year}/{at.day.month}/{at.day.day}", Pen("regular", 15, WHITE))
    return layer


def _phone(rng: random.Random) -> Layer:
    at = _moment(rng)
    layer = _sheet(360, 720, BLACK)
    layer.panel((14, 14, 346, 706), (70, 60, 110, 255), 24)
    layer.text(88, 110, at.clock, Pen("regular", 74, WHITE))
    day = f"{at.day.month}月{at.day.day}日 星期{_WEEKDAYS[at.day.weekday()]}"
    layer.text(84, 210, day, Pen("regular", 26, WHITE))
    layer.text(30, 22, at.clock, Pen("regular", 18, WHITE))
    return layer


def _clock(rng: random.Random) -> Layer:
    at = _moment(rng)
    layer = _sheet(560, 260, (18, 18, 20, 255))
    lit: Colour = rng.choice(((255, 60, 40, 255), (90, 255, 120, 255), (120, 200, 255, 255)))
    layer.seven_segments(50, 30, at.clock[:2], 120, lit)
    layer.disc(245, 70, 7, lit)
    layer.disc(245, 115, 7, lit)
    layer.seven_segments(290, 30, at.clock[3:], 120, lit)
    text = f"{at.day.year} {at.day.month:02} {at.day.day:02}"
    layer.seven_segments(60, 185, text, 46, lit)
    return layer


def _ticket(rng: random.Random) -> Layer:
    at = _moment(rng)
    start, end = rng.sample(_CITIES, 2)
    layer = _sheet(640, 380, (190, 222, 236, 255))
    _lines(layer, 30, 20, 24, [f"{rng.choice('ABZ')}{rng.randrange(10**6):06}"], (190, 40, 40, 255))
    _lines(layer, 50, 64, 36, [f"{start}   G{rng.randrange(10, 8000)}   {end}"])
    day = f"{at.day.year}年{at.day.month:02}月{at.day.day:02}日 {at.clock}开"
    _lines(layer, 50, 140, 28, [day, f"{rng.randint(1, 16):02}车{rng.randint(1, 20):02}A号"])
    _lines(layer, 50, 230, 26, [f"￥{rng.uniform(20, 900):.1f}元   二等座", "限乘当日当次车"])
    return layer


def _calendar(rng: random.Random) -> Layer:
    at = _moment(rng)
    layer = _sheet(700, 560)
    layer.text(40, 16, f"{at.day.year}年{at.day.month}月", Pen("bold", 46, (190, 30, 30, 255)))
    first = at.day.replace(day=1)
    for column, name in enumerate(_WEEKDAYS):
        layer.text(40 + 92 * column, 90, name, Pen("regular", 30, _GREY))
    for offset in range(31):
        day = first + timedelta(days=offset)
        if day.month == first.month:
            row, column = divmod(offset + first.weekday(), 7)
            layer.text(40 + 92 * column, 140 + 68 * row, str(day.day), Pen("regular", 34, _INK))
    return layer


def _plate(rng: random.Random) -> Layer:
    ground: Colour = rng.choice(((20, 60, 160, 255), (60, 170, 100, 255)))
    layer = _sheet(440, 140, ground)
    layer.frame((6, 6, 434, 134), 4, WHITE, 10)
    number = "".join(rng.choice("0123456789ABCDEFGH") for _ in range(5))
    layer.text(24, 20, f"{rng.choice(_PROVINCES)}{rng.choice('ABCDE')}·{number}", Pen("bold", 72, WHITE))
    return layer


def _meter(rng: random.Random) -> Layer:
    layer = _sheet(520, 420, (235, 235, 230, 255))
    layer.panel((60, 120, 460, 210), BLACK)
    for index in range(8):
        colour: Colour = (170, 30, 30, 255) if index > 4 else (30, 30, 32, 255)
        layer.panel((70 + 48 * index, 128, 112 + 48 * index, 202), colour)
        layer.text(78 + 48 * index, 126, str(rng.randrange(10)), Pen("bold", 52, WHITE))
    made = f"{rng.randint(2008, 2024)}-{rng.randint(1, 12):02}"
    texts = [f"No.{rng.randrange(10**8):08}", f"出厂日期 {made}   Qmax 6 m³/h", "Pmax 10kPa  1.2 dm³"]
    layer.text(150, 40, "膜式燃气表 G4", Pen("bold", 36, _INK))
    _lines(layer, 70, 240, 28, texts)
    return layer


def _notice(rng: random.Random) -> Layer:
    at = _moment(rng)
    layer = _sheet(640, 460, (250, 248, 240, 255))
    layer.text(250, 24, "通  知", Pen("bold", 48, (180, 20, 20, 255)))
    ends = f"{at.day.month}月{at.day.day}日{at.hour}时至{at.hour + 2}时"
    _lines(layer, 40, 110, 28, ["各位业主：", f"  定于{ends}停气检修，", "  请提前做好准备。"])
    day = f"{at.day.year}年{at.day.month}月{at.day.day}日"
    _lines(layer, 370, 330, 28, ["物业服务中心", day])
    return layer


THINGS: Mapping[str, Callable[[random.Random], Layer]] = MappingProxyType(
    {
        "receipt": _receipt,
        "label": _label,
        "monitor": _monitor,
        "phone": _phone,
        "clock": _clock,
        "ticket": _ticket,
        "calendar": _calendar,
        "plate": _plate,
        "meter": _meter,
        "notice": _notice,
    }
)
"""What can be drawn, by name."""


def drawn(rng: random.Random, kind: str) -> Pixels:
    """A thing of this kind, flat, with numbers of its own. Raises KeyError for an unknown kind."""
    return np.asarray(THINGS[kind](rng).image, dtype=np.uint8)


def seen_in(picture: Pixels, thing: Pixels, rng: random.Random) -> Pixels:
    """The picture with the thing in it as a camera sees it; where it may stand is drawn from `rng`."""
    height, width = picture.shape[:2]
    scale = rng.uniform(*_SHARE) * min(height, width) / max(thing.shape[:2])
    half = np.array([thing.shape[1], thing.shape[0]], dtype=np.float32) * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float32) * half
    if rng.random() > _STRAIGHT:
        corners = _leaning(corners, rng)
    reach = np.abs(corners).max(axis=0) * (0.6 if rng.random() < _CUT_OFF else 1.0)
    centre = [
        rng.uniform(reach[axis], max(reach[axis], size - reach[axis]))
        for axis, size in ((0, width), (1, height))
    ]
    return _laid(picture, thing, corners + np.array(centre, dtype=np.float32))


def _leaning(corners: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Turned by up to 15 degrees, and each corner moved a little, as seen from aside."""
    angle = np.radians(rng.uniform(-15, 15))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    moved = [[rng.uniform(-0.06, 0.06), rng.uniform(-0.06, 0.06)] for _ in corners]
    return np.asarray(corners @ turn + np.array(moved) * np.ptp(corners, axis=0), dtype=np.float32)


def _laid(picture: Pixels, thing: Pixels, corners: NDArray[np.float32]) -> Pixels:
    """The thing's corners at these places of the picture, in pixels."""
    height, width = picture.shape[:2]
    deep, wide = thing.shape[:2]
    flat = np.array([[0, 0], [wide, 0], [wide, deep], [0, deep]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(flat, np.asarray(corners, dtype=np.float32))
    laid = cv2.warpPerspective(thing, matrix, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(thing.shape[:2], 255, np.uint8), matrix, (width, height))
    share = (mask.astype(np.float32) / 255)[..., None]
    return np.asarray(laid * share + picture * (1 - share), dtype=np.uint8)
