"""Watermarks as 今日水印相机, 马克相机 and 元道经纬相机 print them, and 工程记录 tables."""

from models.stamps.ink import WHITE
from models.stamps.ornaments import GREEN, INK, YELLOW, corner_logo, details, dimmed, pin, tick
from models.stamps.sheet import TIME, Run, Sheet, weather_runs
from pipeline.evidence import FieldKind


def today(sheet: Sheet) -> None:
    """今日水印相机, time and place: a big narrow clock, a yellow bar, date and weekday, lines below."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    clock = sheet.pen(rng.uniform(7.5, 10.0), "bold", shadow=0.03, stretch=rng.uniform(0.78, 0.95))
    small = sheet.pen(clock.size / unit * rng.uniform(0.36, 0.42), shadow=0.06)
    lines = [*_place_line(sheet), *details(sheet)[: rng.randint(0, 2)]]
    wide = sheet.width * rng.uniform(0.55, 0.7)
    x, below = unit * rng.uniform(2.5, 4.5), sheet.lines_height(lines, small, wide)
    y = sheet.height - unit * rng.uniform(2.5, 4.0) - below - clock.size * 1.5
    width = sheet.write(x, y, clock, (TIME, moment.clock))
    gap = clock.size * rng.uniform(0.2, 0.28)
    bar = x + width + gap
    sheet.layer.panel((bar, y + clock.size * 0.3, bar + unit * 0.7, y + clock.size * 1.22), YELLOW)
    beside = bar + unit * 0.7 + gap
    sheet.write(beside, y + clock.size * 0.2, small, (TIME, moment.date))
    second = [(FieldKind.WEEKDAY, moment.weekday), (None, " "), *weather_runs(sheet.content)]
    sheet.write(beside, y + clock.size * 0.76, small, *second)
    sheet.write_lines(x, y + clock.size * 1.5, small, lines, wide)
    corner_logo(
        sheet,
        "今日水印",
        sheet.say("相机", "相機", "相机"),
        (None, sheet.say("相机拍照时间真实", "相機拍照時間真實", "真实时间")),
        "防伪 ",
    )


def today_badge(sheet: Sheet) -> None:
    """今日水印相机, clocking in: a white badge, a yellow word, a dark clock; a bar beside the lines below."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    size = rng.uniform(5.0, 6.6)
    big = sheet.pen(size, "bold", INK, stretch=rng.uniform(0.82, 1.0))
    word = sheet.pen(size * 0.8, "bold", INK)
    small = sheet.pen(size * rng.uniform(0.52, 0.6), shadow=0.06)
    label = sheet.say("打卡", "打卡", "打卡")
    wide = sheet.width * rng.uniform(0.5, 0.62)
    first: list[Run] = [(TIME, moment.date), (None, " "), (FieldKind.WEEKDAY, moment.weekday), (None, " ")]
    lines = [[*first, *weather_runs(sheet.content)], *_place_line(sheet), *details(sheet)[:1]]
    below = sheet.lines_height(lines, small, wide)
    x, high = unit * rng.uniform(2.5, 4.5), big.size * 1.55
    y = sheet.height - unit * rng.uniform(2.5, 4.5) - below - high - unit * 1.5
    split = x + word.width(label) + unit * 2.4
    right = split + big.width(moment.clock) + unit * 3
    sheet.layer.panel((x, y, right, y + high), (255, 255, 255, 240), radius=unit * 0.9)
    sheet.layer.panel(
        (x + unit * 0.4, y + unit * 0.4, split, y + high - unit * 0.4), YELLOW, radius=unit * 0.7
    )
    sheet.write(x + unit * 1.2, y + (high - word.size * 1.45) / 2, word, (None, label))
    sheet.write(split + unit * 1.5, y + (high - big.size * 1.45) / 2, big, (TIME, moment.clock))
    top = y + high + unit * 1.5
    sheet.layer.panel((x, top + small.size * 0.3, x + unit * 0.6, top + below), YELLOW)
    sheet.write_lines(x + unit * 1.8, top, small, lines, wide)
    corner_logo(sheet, "今日水印", "相机", (None, "时间地点真实"), "防伪 ")


def mark(sheet: Sheet) -> None:
    """马克相机: a green badge, the clock beside it, date with weekday, pin and place, a faint claim."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    size = rng.uniform(5.0, 6.5)
    badge = sheet.pen(size, "bold", dimmed(GREEN, 255), stretch=rng.uniform(0.85, 1.0))
    word = sheet.pen(size * 0.85, "bold")
    small = sheet.pen(size * rng.uniform(0.56, 0.66), shadow=0.06)
    wide = sheet.width * rng.uniform(0.55, 0.7)
    lines = [*_place_line(sheet), *details(sheet)[:1]]
    below = sheet.lines_height(lines, small, wide)
    x, high = unit * rng.uniform(3, 5), badge.size * 1.6
    y = (
        sheet.height
        - unit * 3
        - below
        - high
        - badge.size * 1.5
        - (small.size * 1.6 if sheet.content.code else 0)
    )
    split = x + word.width("打卡") + unit * 3
    sheet.layer.panel((x, y, split + badge.width(moment.clock) + unit * 3.4, y + high), WHITE, radius=unit)
    sheet.layer.panel((x, y, split, y + high), GREEN, radius=unit)
    sheet.write(x + unit * 1.5, y + (high - word.size * 1.45) / 2, word, (None, "打卡"))
    sheet.write(split + unit * 1.7, y + (high - badge.size * 1.45) / 2, badge, (TIME, moment.clock))
    day = sheet.pen(size * 0.85, "bold", shadow=0.05)
    runs: list[Run] = [(TIME, moment.date), (None, " "), (FieldKind.WEEKDAY, moment.weekday)]
    sheet.write(x, y + high + unit * 0.6, day, *runs)
    top = y + high + badge.size * 1.4
    if sheet.content.place:
        pin(sheet.layer, x, top + small.size * 0.25, small.size)
    down = sheet.write_lines(x + small.size, top, small, lines, wide)
    _verified(sheet, x, top + down)


def _verified(sheet: Sheet, x: float, y: float) -> None:
    if sheet.content.code is None:
        return
    faint = sheet.pen(2.2, "regular", (255, 255, 255, 205), shadow=0.05)
    tick(sheet.layer, x, y + faint.size * 0.3, faint.size, GREEN)
    label = sheet.say("马克相机已验证 防伪码:", "馬克相機已驗證 防偽碼:", "Marki verified code:")
    sheet.write(x + faint.size * 1.4, y, faint, (None, label), (FieldKind.CODE, sheet.content.code))


def _place_line(sheet: Sheet) -> list[list[Run]]:
    return [[(FieldKind.PLACE, sheet.content.place)]] if sheet.content.place else []
