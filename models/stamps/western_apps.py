"""Watermarks as Timemark, Timestamp Camera and GPS Map Camera print them."""

from models.stamps.ink import WHITE
from models.stamps.ornaments import RED, YELLOW, labelled, map_tile, pin, tick
from models.stamps.positions import altitude, one_line
from models.stamps.sheet import TIME, Run, Sheet, weather_runs
from pipeline.evidence import FieldKind


def timemark(sheet: Sheet) -> None:
    """Timemark: the clock, a yellow bar, date and weekday; place below; its mark at the right."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    clock = sheet.pen(rng.uniform(7.5, 10.0), "bold", shadow=0.03, stretch=rng.uniform(0.82, 1.0))
    small = sheet.pen(clock.size / unit * rng.uniform(0.34, 0.4), shadow=0.06)
    wide = sheet.width * rng.uniform(0.5, 0.65)
    lines = [*_place(sheet), *_numbers(sheet), *_people(sheet)]
    below = sheet.lines_height(lines, small, wide)
    x, y = unit * rng.uniform(3, 4.5), sheet.height - unit * rng.uniform(3, 4.5) - below - clock.size * 1.5
    gap = clock.size * rng.uniform(0.2, 0.28)
    end = x + sheet.write(x, y, clock, (TIME, moment.clock)) + gap
    sheet.layer.panel((end, y + clock.size * 0.3, end + unit * 0.6, y + clock.size * 1.22), YELLOW)
    sheet.write(end + unit * 0.6 + gap, y + clock.size * 0.2, small, (TIME, moment.date))
    second: list[Run] = [(FieldKind.WEEKDAY, moment.weekday), (None, " "), *weather_runs(sheet.content)]
    sheet.write(end + unit * 0.6 + gap, y + clock.size * 0.76, small, *second)
    sheet.write_lines(x, y + clock.size * 1.5, small, lines, wide)
    _timemark_logo(sheet)


def _timemark_logo(sheet: Sheet) -> None:
    unit = sheet.unit
    right, y = sheet.width - unit * 2.5, sheet.height - unit * 9.5
    name = sheet.pen(3.2, "bold", (255, 255, 255, 235), shadow=0.05)
    small = sheet.pen(1.9, "regular", (255, 255, 255, 220), shadow=0.05)
    tick(sheet.layer, right - name.width("Timemark") - unit * 4, y + unit * 0.9, unit * 3, YELLOW)
    sheet.write_right(right, y, name, (None, "Timemark"))
    sheet.write_right(right, y + unit * 4.4, small, (None, "Foolproof time & location"))
    if sheet.content.code:
        sheet.write_right(
            right, y + unit * 6.8, small, (None, "Photo Code: "), (FieldKind.CODE, sheet.content.code)
        )


def timestamp(sheet: Sheet) -> None:
    """Timestamp Camera: lines at the right or left: date and clock, address, numbers."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    colour = rng.choice((WHITE, WHITE, (255, 214, 40, 255), (255, 120, 40, 255)))
    outlined = rng.random() < 0.6
    pen = sheet.pen(
        rng.uniform(2.9, 4.2),
        "regular",
        colour,
        outline=0.05 if outlined else 0.0,
        shadow=0.0 if outlined else 0.07,
    )
    first: list[Run] = [(TIME, f"{moment.date} {moment.clock}")]
    if rng.random() < 0.4:
        first = [
            (TIME, moment.date),
            (None, " "),
            (FieldKind.WEEKDAY, moment.weekday),
            (None, " "),
            (TIME, moment.clock),
        ]
    lines = [first, *_place(sheet), *_numbers(sheet), *_people(sheet)]
    wide = sheet.width * rng.uniform(0.6, 0.9)
    top = rng.random() < 0.15
    height = sheet.lines_height(lines, pen, wide)
    y = unit * 2.5 if top else sheet.height - unit * 2.5 - height
    right = rng.random() < 0.75
    sheet.write_lines(sheet.width - unit * 2.5 if right else unit * 2.5, y, pen, lines, wide, right=right)


def gps_map(sheet: Sheet) -> None:
    """GPS Map Camera: a dark translucent panel across the foot, a map tile at its left, a tab above it."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    pen = sheet.pen(rng.uniform(2.3, 3.1))
    title = sheet.pen(pen.size / unit * 1.35, "bold")
    tile = unit * rng.uniform(19, 24)
    margin, gap = unit * 1.5, unit * 1.2
    wide = sheet.width - tile - margin * 2 - gap * 3
    stamp: list[Run] = [(TIME, f"{moment.date} {moment.clock}"), (None, " GMT +08:00")]
    if rng.random() < 0.4:
        stamp = [(FieldKind.WEEKDAY, moment.weekday), (None, ", "), *stamp]
    rows = [*_place(sheet), *_latitude_longitude(sheet), stamp, *_people(sheet)[:1]]
    city = ", ".join((sheet.content.place or "").split(", ")[-3:])
    head = sheet.lines_height([[(None, city)]], title, wide) if city else 0.0
    height = max(tile, head + sheet.lines_height(rows, pen, wide) + gap)
    top = sheet.height - margin - height
    left = margin + tile + gap
    map_tile(sheet.layer, (margin, top, margin + tile, top + height), rng)
    sheet.write(
        margin + unit, top + height - unit * 3.4, sheet.pen(2.2, "bold", (60, 64, 67, 255)), (None, "Google")
    )
    sheet.layer.panel((left, top, sheet.width - margin, sheet.height - margin), (0, 0, 0, 140), radius=unit)
    used = sheet.write_lines(left + gap, top + gap * 0.4, title, [[(None, city)]], wide) if city else 0.0
    sheet.write_lines(left + gap, top + gap * 0.4 + used, pen, rows, wide)
    _tab(sheet, top)


def _tab(sheet: Sheet, top: float) -> None:
    unit, name = sheet.unit, "GPS Map Camera"
    pen = sheet.pen(1.9)
    left = sheet.width - unit * 1.5 - pen.width(name) - unit * 5
    sheet.layer.panel(
        (left, top - unit * 3.4, sheet.width - unit * 1.5, top - unit * 0.2),
        (0, 0, 0, 140),
        radius=unit * 0.6,
    )
    pin(sheet.layer, left + unit, top - unit * 2.9, unit * 2.2, RED)
    sheet.write(left + unit * 3.6, top - unit * 3.2, pen, (None, name))


def _place(sheet: Sheet) -> list[list[Run]]:
    return [[(FieldKind.PLACE, sheet.content.place)]] if sheet.content.place else []


def _latitude_longitude(sheet: Sheet) -> list[list[Run]]:
    point = sheet.content.point
    if point is None:
        return []
    lat, lon = f"Lat {point.latitude_deg:.6f}°", f"Long {point.longitude_deg:.6f}°"
    if sheet.rng.random() < 0.5:
        return [[(FieldKind.COORDINATES, f"{lat} {lon}")]]
    return [[(FieldKind.COORDINATES, lat)], [(FieldKind.COORDINATES, lon)]]


def _numbers(sheet: Sheet) -> list[list[Run]]:
    content = sheet.content
    lines: list[list[Run]] = []
    if content.point is not None:
        lines.append([(FieldKind.COORDINATES, one_line(content.point, sheet.language, sheet.rng))])
    if content.altitude_m is not None:
        text = altitude(content.altitude_m, sheet.language)
        lines += labelled(FieldKind.ALTITUDE, sheet.say("海拔", "海拔", "Altitude"), text, ":")
    return lines


def _people(sheet: Sheet) -> list[list[Run]]:
    content = sheet.content
    name = sheet.say("拍摄人", "拍攝人", "Taken by")
    note = sheet.say("备注", "備註", "Note")
    return [
        *labelled(FieldKind.NAME, name, content.name, ": "),
        *labelled(FieldKind.REMARKS, note, content.remarks, ": "),
    ]
