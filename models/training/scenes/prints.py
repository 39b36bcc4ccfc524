"""Printed matter drawn with Pillow: badges, forms, notices, cards, meter dials. All names are made up."""

from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Color = tuple[int, int, int]
FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
COMPANIES = ("安心到家", "顺和家修", "城北燃气", "蓝盾服务", "万家管家")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", ("伟", "强", "建国", "丽", "敏", "志明", "晓东", "海涛")
INKS: tuple[Color, ...] = ((22, 62, 130), (178, 30, 36), (20, 110, 80), (40, 44, 52), (214, 96, 20))


def font(size: int) -> ImageFont.FreeTypeFont:
    """The Chinese font; it comes with the package fonts-wqy-zenhei."""
    if not FONT.exists():
        raise FileNotFoundError(f"{FONT} is missing: install the Debian package fonts-wqy-zenhei")
    return ImageFont.truetype(str(FONT), size)


def random_name(rng: Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def random_number(rng: Random) -> str:
    return f"{rng.choice(('A', 'B', 'GZ', 'SH', ''))}{rng.randint(1000, 99999):05d}"


def _centred(draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, ink: Color) -> None:
    draw.text((x, y), text, font=font(size), fill=ink, anchor="mm")


def badge(rng: Random, name: str, number: str, company: str, *, upright: bool) -> Image.Image:
    """A work badge: a company stripe, a portrait, name, number and post."""
    size = (324, 514) if upright else (514, 324)
    picture = Image.new(
        "RGB", size, rng.choice(((250, 250, 248), (250, 250, 248), (232, 240, 248), (250, 244, 226)))
    )
    draw = ImageDraw.Draw(picture)
    ink = rng.choice(INKS)
    draw.rectangle((0, 0, size[0], 88), fill=ink)
    _centred(draw, size[0] / 2, 46, company, 50, (255, 255, 255))
    portrait = (92, 112, 232, 290) if upright else (28, 108, 158, 280)
    _portrait(draw, portrait, rng)
    x, y = (size[0] / 2, 326) if upright else (340, 136)
    _centred(draw, x, y, name, 46, (20, 20, 24))
    _centred(draw, x, y + 56, f"工号 {number}", 34, (20, 20, 24))
    _centred(draw, x, y + 102, rng.choice(("服务工程师", "维修技师", "安检员", "工作证")), 30, ink)
    if upright:
        draw.rectangle((0, 478, size[0], 514), fill=ink)
    return picture


def _portrait(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], rng: Random) -> None:
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    draw.rectangle(box, fill=rng.choice(((70, 130, 200), (235, 235, 235), (190, 40, 45))))
    middle = x0 + width / 2
    draw.ellipse(
        (x0 + width * 0.08, y0 + height * 0.68, x1 - width * 0.08, y1 + height * 0.5), fill=(40, 50, 80)
    )
    draw.rectangle((x0, y1 + 1, x1, y1 + height * 0.5), fill=(250, 250, 248))
    draw.ellipse(
        (middle - width * 0.24, y0 + height * 0.2, middle + width * 0.24, y0 + height * 0.72),
        fill=(226, 182, 146),
    )
    draw.pieslice(
        (middle - width * 0.27, y0 + height * 0.12, middle + width * 0.27, y0 + height * 0.62),
        180,
        360,
        fill=(26, 22, 20),
    )


def logo(rng: Random) -> Image.Image:
    """A company mark as printed on a jacket."""
    picture = Image.new("RGB", (300, 120), rng.choice(((240, 240, 238), *INKS)))
    draw = ImageDraw.Draw(picture)
    ink = (255, 255, 255) if picture.getpixel((2, 2)) != (240, 240, 238) else rng.choice(INKS)
    draw.ellipse((14, 20, 92, 98), outline=ink, width=10)
    draw.line((34, 60, 52, 78, 84, 36), fill=ink, width=9)
    _centred(draw, 196, 60, rng.choice(COMPANIES), 46, ink)
    return picture


def _ruled(draw: ImageDraw.ImageDraw, rng: Random, box: tuple[int, int, int, int], rows: int) -> None:
    """A table of rows with two columns, some of it filled in."""
    x0, y0, x1, y1 = box
    step = (y1 - y0) / rows
    heads = (
        "客户姓名",
        "联系电话",
        "服务地址",
        "服务项目",
        "更换配件",
        "到达时间",
        "完工时间",
        "收费金额",
        "客户评价",
        "备注",
    )
    ink = (40, 40, 44)
    for row in range(rows + 1):
        draw.line((x0, y0 + row * step, x1, y0 + row * step), fill=ink, width=2)
    for x in (x0, x0 + (x1 - x0) * 0.28, x1):
        draw.line((x, y0, x, y1), fill=ink, width=2)
    for row in range(rows):
        draw.text((x0 + 12, y0 + row * step + step * 0.3), heads[row % len(heads)], font=font(22), fill=ink)
        if rng.random() < 0.8:
            _handwriting(
                draw, rng, (x0 + (x1 - x0) * 0.31, y0 + row * step + step * 0.55), rng.randint(3, 9), 9
            )


def _handwriting(
    draw: ImageDraw.ImageDraw, rng: Random, start: tuple[float, float], words: int, size: float
) -> None:
    """Quick pen strokes that stand for writing."""
    x, y = start
    for _ in range(words):
        points = [(x + rng.uniform(0, size * 1.8), y + rng.uniform(-size, size)) for _ in range(6)]
        draw.line(points, fill=(24, 34, 96), width=2, joint="curve")
        x += size * 2.4


def signature(draw: ImageDraw.ImageDraw, rng: Random, box: tuple[float, float, float, float]) -> None:
    """A name written with a sweep: a sum of sines with a long last stroke."""
    x0, y0, x1, y1 = box
    t = np.linspace(0, 1, 140)
    phases = [rng.uniform(0, 6.3) for _ in range(4)]
    x = x0 + (x1 - x0) * (0.85 * t + 0.06 * np.sin(17 * t + phases[0]) + 0.03 * np.sin(41 * t + phases[1]))
    y = (y0 + y1) / 2 + (y1 - y0) * (
        0.3 * np.sin(23 * t + phases[2]) * (1 - 0.5 * t) + 0.14 * np.sin(47 * t + phases[3])
    )
    draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), fill=(16, 22, 70), width=4, joint="curve")
    draw.line((x0, y1 - 6, x1, y1 - 16), fill=(16, 22, 70), width=3)


def form(rng: Random, company: str, *, signed: bool, title: str = "服务验收单") -> Image.Image:
    """A work order or acceptance form of A4 shape with two places to sign."""
    picture = Image.new("RGB", (620, 877), (248, 248, 244))
    draw = ImageDraw.Draw(picture)
    _centred(draw, 310, 66, f"{company}{title}", 40, (20, 20, 24))
    _centred(draw, 310, 112, f"单号 NO.{rng.randint(10**7, 10**8 - 1)}", 22, (170, 30, 30))
    _ruled(draw, rng, (50, 150, 570, 640), rng.randint(7, 10))
    for x, who in ((60, "客户签字："), (330, "服务人员：")):
        draw.text((x, 700), who, font=font(24), fill=(20, 20, 24))
        draw.line((x, 800, x + 225, 800), fill=(60, 60, 64), width=2)
        if signed:
            signature(draw, rng, (x + 16, 735, x + 200, 795))
    if signed and rng.random() < 0.4:
        draw.ellipse((430, 660, 560, 790), outline=(200, 40, 40), width=5)
    return picture


def notice(rng: Random, company: str) -> Image.Image:
    """A notice for a door or a stairwell."""
    picture = Image.new("RGB", (620, 877), rng.choice(((250, 250, 246), (252, 246, 214), (250, 232, 232))))
    draw = ImageDraw.Draw(picture)
    ink = rng.choice(INKS)
    draw.rectangle((24, 24, 596, 853), outline=ink, width=6)
    _centred(draw, 310, 110, rng.choice(("温馨通知", "上门服务通知", "换表通知")), 64, ink)
    for row in range(9):
        y = 210 + row * 54
        text = "尊敬的用户：我公司将上门更换燃气表，请您家中留人，感谢配合。"
        offset = row * 7 % 20
        draw.text(
            (66 if row else 56, y),
            (text + text)[offset : offset + (18 if row < 8 else 9)],
            font=font(27),
            fill=(30, 30, 34),
        )
    _centred(draw, 440, 760, company, 34, (20, 20, 24))
    _centred(draw, 440, 808, f"电话 400-{rng.randint(100, 999)}-{rng.randint(1000, 9999)}", 24, (20, 20, 24))
    return picture


def visit_card(rng: Random, company: str, *, when: str = "") -> Image.Image:
    """The card left at the door when nobody was at home."""
    picture = Image.new("RGB", (600, 380), (252, 250, 240))
    draw = ImageDraw.Draw(picture)
    ink = rng.choice(INKS)
    draw.rectangle((0, 0, 600, 84), fill=ink)
    _centred(draw, 300, 44, "到访未遇通知卡", 46, (255, 255, 255))
    for row, head in enumerate(("到访时间：", "服务人员：", "联系电话：")):
        draw.text((40, 118 + row * 62), head, font=font(32), fill=(24, 24, 28))
        draw.line((200, 156 + row * 62, 560, 156 + row * 62), fill=(120, 120, 120), width=2)
        if row or not when:
            _handwriting(draw, rng, (215, 136 + row * 62), 7, 11)
    if when:
        draw.text((212, 118), when, font=font(32), fill=(24, 34, 96))
    _centred(draw, 300, 336, company, 32, ink)
    return picture


def counter_digits(rng: Random) -> Image.Image:
    """A meter's counter: five black digits and three red ones."""
    picture = Image.new("RGB", (360, 80), (15, 15, 16))
    draw = ImageDraw.Draw(picture)
    for k in range(8):
        ground = (20, 20, 22) if k < 5 else (170, 20, 24)
        draw.rectangle((6 + k * 44, 8, 44 + k * 44, 72), fill=ground, outline=(90, 90, 90))
        _centred(draw, 25 + k * 44, 40, str(rng.randint(0, 9) if k else 0), 46, (240, 240, 236))
    return picture


def meter_plate(rng: Random, *, old: bool) -> Image.Image:
    """The plate on a gas meter's front."""
    picture = Image.new("RGB", (480, 330), (205, 200, 182) if old else (245, 246, 246))
    draw = ImageDraw.Draw(picture)
    _centred(draw, 240, 36, "膜式燃气表" if old else "物联网智能燃气表", 36, (24, 24, 28))
    picture.paste(counter_digits(rng), (60, 68))
    _centred(draw, 448, 108, "m³", 28, (24, 24, 28))
    for row, text in enumerate(
        (
            f"G{rng.choice(('1.6', '2.5', '4'))}  Qmax 4 m³/h  Pmax 10 kPa",
            f"NO. {rng.randint(10**9, 10**10 - 1)}",
        )
    ):
        _centred(draw, 240, 190 + row * 42, text, 26, (24, 24, 28))
    for k in range(46):
        draw.rectangle((90 + k * 6, 274, 90 + k * 6 + rng.choice((1, 2, 4)), 312), fill=(20, 20, 20))
    return picture
