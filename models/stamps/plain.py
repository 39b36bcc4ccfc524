"""Plain stamps: a digital camera's, a film camera's, a surveillance camera's and a recorder's."""

from models.stamps.ink import BLACK, WHITE, Colour, pixel_line
from models.stamps.sheet import TIME, Run, Sheet
from pipeline.evidence import FieldKind

ORANGE: Colour = (255, 120, 30, 255)


def plain(sheet: Sheet) -> None:
    """A plain stamp in a corner: 2026-05-12 14:35:07."""
    unit, rng = sheet.unit, sheet.rng
    colour = rng.choice((WHITE, (255, 230, 60, 255), (255, 70, 50, 255)))
    pen = sheet.pen(rng.uniform(3.2, 4.6), "regular", colour, outline=rng.choice((0.05, 0.08)))
    run: Run = (TIME, f"{sheet.moment.date} {sheet.moment.clock}")
    top, right = rng.random() < 0.3, rng.random() < 0.7
    y = unit * 2 if top else sheet.height - unit * 3 - pen.size * 1.3
    if right:
        sheet.write_right(sheet.width - unit * 3, y, pen, run)
    else:
        sheet.write(unit * 3, y, pen, run)


def thin(sheet: Sheet) -> None:
    """Thin outlined letters of a body camera: a name at the left, the time at the right."""
    unit, rng = sheet.unit, sheet.rng
    pen = sheet.pen(rng.uniform(2.6, 3.4), "latin", outline=0.04)
    y = unit * 2 if rng.random() < 0.5 else sheet.height - unit * 2 - pen.size * 1.3
    sheet.write(unit * 2, y, pen, (None, sheet.content.camera or "DSJ-001"))
    sheet.write_right(sheet.width - unit * 2, y, pen, (TIME, f"{sheet.moment.date} {sheet.moment.clock}"))


def orange(sheet: Sheet) -> None:
    """A digital camera's orange stamp in the lower right."""
    pen = sheet.pen(sheet.rng.uniform(3.4, 4.4), "mono", ORANGE)
    y = sheet.height - sheet.unit * 5 - pen.size
    sheet.write_right(
        sheet.width - sheet.unit * 5, y, pen, (TIME, f"{sheet.moment.date} {sheet.moment.clock}")
    )


def film(sheet: Sheet) -> None:
    """A film camera's seven-segment date, year first behind an apostrophe."""
    time, layer = sheet.moment.truth, sheet.layer
    height = sheet.unit * sheet.rng.uniform(3.6, 5.0)
    text = f"'{time.year % 100:02d} {time.month:2d} {time.day:2d}"
    x, y = layer.width - height * 7.0, layer.height - height * 2.2
    width = layer.seven_segments(x, y, text, height, (255, 90, 40, 235))
    sheet.note_box(TIME, text, (x, y, x + width, y + height))


def cctv(sheet: Sheet) -> None:
    """A surveillance camera: outlined text at the top with the weekday, its name in the lower right."""
    unit, moment = sheet.unit, sheet.moment
    pen = sheet.pen(sheet.rng.uniform(4.0, 5.2), "hei", outline=0.06)
    weekday: list[Run] = [(None, " "), (FieldKind.WEEKDAY, moment.weekday), (None, " ")]
    sheet.write(unit * 3, unit * 2.5, pen, (TIME, moment.date), *weekday, (TIME, moment.clock))
    name = sheet.content.camera or "Camera 01"
    sheet.write_right(sheet.width - unit * 3, sheet.height - unit * 3 - pen.size * 1.3, pen, (None, name))


def black_bar(sheet: Sheet) -> None:
    """A recorder's black bar across the foot: camera, temperature, date, clock."""
    pen = sheet.pen(sheet.rng.uniform(2.6, 3.6), "mono")
    top = sheet.height - pen.size * 1.8
    sheet.layer.panel((0, top, sheet.width, sheet.height), BLACK)
    y = top + pen.size * 0.25
    sheet.write(sheet.unit * 3, y, pen, (None, sheet.content.camera or "CAM01"))
    degrees = sheet.content.temperature_c
    shown: Run = (FieldKind.TEMPERATURE, f"{23 if degrees is None else degrees}°C")
    sheet.write(sheet.width * 0.3, y, pen, shown)
    run: Run = (TIME, f"{sheet.moment.date} {sheet.moment.clock}")
    sheet.write_right(sheet.width - sheet.unit * 3, y, pen, run)


def pixel_strip(sheet: Sheet) -> None:
    """Firmware's bitmap font on a black strip that touches the upper or the lower edge."""
    layer, moment, rng = sheet.layer, sheet.moment, sheet.rng
    height = round(sheet.unit * rng.uniform(2.6, 3.6))
    stamp = f"{moment.date} {moment.clock}"
    line = pixel_line(f"{stamp}   M 1/3", height)
    top = 0 if rng.random() < 0.6 else layer.height - line.height - 4
    layer.panel((0, top, layer.width, top + line.height + 3), BLACK)
    x, y = round(sheet.unit), top + 2
    layer.stencil(x, y, line, (225, 225, 225, 255))
    sheet.note_box(TIME, stamp, (x, y, x + pixel_line(stamp, height).width, y + line.height))
