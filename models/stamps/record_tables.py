"""Tables of labelled lines as 马克相机, 工程记录 and 元道经纬相机 print them."""

from collections.abc import Sequence

from models.stamps.ink import WHITE, Colour
from models.stamps.ornaments import BLUE, INK, YELLOW, corner_logo, details, dimmed, labelled
from models.stamps.positions import altitude, one_line, two_lines
from models.stamps.sheet import TIME, Run, Sheet, line_width, weather_runs
from pipeline.evidence import FieldKind

_PANELS: tuple[tuple[Colour, Colour], ...] = (
    ((240, 244, 248, 205), INK),
    ((20, 30, 40, 150), WHITE),
    ((20, 30, 40, 100), WHITE),
)


def mark_patrol(sheet: Sheet) -> None:
    """马克相机, duty: a blue titled panel; big date line, then lines with a bar at the left of each."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    pen = sheet.pen(rng.uniform(2.8, 3.5), "regular", shadow=0.04)
    title = sheet.pen(pen.size / unit * 1.15, "bold")
    colon = sheet.say("：", "：", ": ")
    moment_runs: list[Run] = [
        (TIME, f"{moment.date} {moment.clock}"),
        (None, " "),
        (FieldKind.WEEKDAY, moment.weekday),
    ]
    lines = [
        [(None, sheet.say("时间", "時間", "Time") + colon), *moment_runs],
        *_weather_line(sheet, colon),
        *labelled(FieldKind.PLACE, sheet.say("地点", "地點", "Location"), sheet.content.place, colon),
        *details(sheet, colon)[:2],
        *_coordinate_line(sheet, colon),
    ]
    wide = max(min(sheet.width * 0.72, unit * 62), line_width(lines[0], pen) + unit * 5)
    height = sheet.lines_height(lines, pen, wide - unit * 4)
    x, y = unit * 3, sheet.height - unit * 4 - height - title.size * 1.8
    head = (x, y, x + wide, y + title.size * 1.8)
    sheet.layer.panel(head, dimmed(BLUE, 225), radius=unit * 0.8)
    sheet.layer.panel(
        (x, y + title.size * 1.8, x + wide, y + title.size * 1.8 + height + unit), (10, 30, 70, 120)
    )
    sheet.layer.disc(x + unit * 2.2, y + title.size * 0.9, unit * 0.8, YELLOW)
    sheet.write(
        x + unit * 4, y + title.size * 0.2, title, (None, sheet.say("现场巡检", "現場巡檢", "Site patrol"))
    )
    sheet.write_lines(x + unit * 2, y + title.size * 1.9, pen, lines, wide - unit * 4)
    corner_logo(
        sheet,
        sheet.say("马克", "馬克", "Marki"),
        sheet.say("相机", "相機", "Camera"),
        (None, sheet.say("时间地点防篡改", "時間地點防篡改", "Verified")),
        sheet.say("防伪码 ", "防偽碼 ", "Code "),
    )


def engineering(sheet: Sheet) -> None:
    """工程记录 tables: a blue title above a panel of labelled lines, the labels spaced to one width."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    body, ink = rng.choice(_PANELS)
    pen = sheet.pen(rng.uniform(2.9, 4.0), "hei", ink)
    title = sheet.pen(pen.size / unit * 1.1, "bold")
    clock = f"{moment.date} {moment.clock}"
    lines = [
        [(None, sheet.say("时　间：", "時　間：", "Time: ")), (TIME, clock)],
        *_weather_line(sheet, "：", spaced=True),
        *labelled(FieldKind.PLACE, sheet.say("地　点", "地　點", "Location"), sheet.content.place),
        *labelled(FieldKind.NAME, sheet.say("施工人", "施工人", "Staff"), sheet.content.name),
        *labelled(FieldKind.REMARKS, sheet.say("备　注", "備　註", "Notes"), sheet.content.remarks),
    ]
    wide = max(min(sheet.width * 0.8, max(unit * 44, pen.size * 15)), line_width(lines[0], pen) + unit * 5)
    height = sheet.lines_height(lines, pen, wide - unit * 4)
    x, y = unit * rng.uniform(2.5, 4), sheet.height - unit * 3.5 - height - title.size * 2.1
    sheet.layer.panel((x, y, x + wide, y + title.size * 1.9), (36, 104, 200, 225), radius=unit)
    sheet.layer.panel((x, y + title.size * 1.9, x + wide, y + title.size * 2.1 + height), body)
    name = sheet.content.project or sheet.say("工程记录", "工程記錄", "Site record")
    mark = FieldKind.PROJECT if sheet.content.project else None
    sheet.layer.disc(x + unit * 2.2, y + title.size * 0.95, unit * 0.8, YELLOW)
    sheet.write(x + unit * 4, y + title.size * 0.25, title, (mark, name))
    sheet.write_lines(x + unit * 2, y + title.size * 2.0, pen, lines, wide - unit * 4)


def yuandao(sheet: Sheet) -> None:
    """元道经纬相机: labelled lines without a panel, longitude and latitude each on its own, brand above."""
    unit, rng, moment = sheet.unit, sheet.rng, sheet.moment
    colour = rng.choice((WHITE, WHITE, (255, 235, 60, 255)))
    pen = sheet.pen(rng.uniform(2.3, 3.2), "regular", colour, shadow=0.07)
    colon = rng.choice(("：", ":", ": "))
    time: list[list[Run]] = [
        [(None, sheet.say("时间", "時間", "Time") + colon), (TIME, f"{moment.date} {moment.clock}")]
    ]
    lines = [
        *labelled(
            FieldKind.PROJECT,
            sheet.say("工程名称", "工程名稱", "Project"),
            sheet.content.project,
            colon,
        ),
        *(time if rng.random() < 0.5 else []),
        *_position_lines(sheet, colon),
        *labelled(FieldKind.PLACE, sheet.say("地址", "地址", "Address"), sheet.content.place, colon),
        *_weather_line(sheet, colon),
        *labelled(FieldKind.NAME, sheet.say("拍摄人", "拍攝人", "Photo by"), sheet.content.name, colon),
        *labelled(FieldKind.REMARKS, sheet.say("备注", "備註", "Remarks"), sheet.content.remarks, colon),
    ]
    lines = lines if time[0] in lines else [*lines, *time]
    wide = max(sheet.width * rng.uniform(0.5, 0.75), line_width(time[0], pen) + unit)
    height = sheet.lines_height(lines, pen, wide)
    x, y = unit * 2.5, sheet.height - unit * 3 - height
    if rng.random() < 0.4:
        sheet.layer.panel((0, y - pen.size * 1.8, x + wide + unit, y + height + unit), (0, 0, 0, 95))
    brand = sheet.pen(pen.size / unit * 0.95, "bold", (255, 255, 255, 230), shadow=0.05)
    sheet.layer.disc(x + brand.size * 0.5, y - brand.size * 0.8, brand.size * 0.5, BLUE)
    sheet.write(x + brand.size * 1.3, y - brand.size * 1.5, brand, (None, "元道经纬相机"))
    sheet.write_lines(x, y, pen, lines, wide)
    if sheet.content.code:
        label = sheet.say("防伪码:", "防偽碼:", "Code: ")
        small = sheet.pen(2.0, "regular", (255, 255, 255, 220), shadow=0.06)
        sheet.write_right(
            sheet.width - unit * 2,
            sheet.height - unit * 5,
            small,
            (None, label),
            (FieldKind.CODE, sheet.content.code),
        )


def _weather_line(sheet: Sheet, colon: str, spaced: bool = False) -> list[list[Run]]:
    runs = weather_runs(sheet.content)
    label = sheet.say("天　气", "天　氣", "Weather") if spaced else sheet.say("天气", "天氣", "Weather")
    return [[(None, f"{label}{colon}"), *runs]] if runs else []


def _coordinate_line(sheet: Sheet, colon: str) -> list[list[Run]]:
    point = sheet.content.point
    text = one_line(point, sheet.language, sheet.rng) if point else None
    return labelled(FieldKind.COORDINATES, sheet.say("经纬度", "經緯度", "GPS"), text, colon)


def _position_lines(sheet: Sheet, colon: str) -> Sequence[list[Run]]:
    point, metres = sheet.content.point, sheet.content.altitude_m
    lines: list[list[Run]] = []
    if point is not None:
        for label, text in two_lines(point, sheet.language):
            lines.append([(FieldKind.COORDINATES, f"{label}{colon}{text}")])
    if metres is not None:
        text = altitude(metres, sheet.language)
        lines += labelled(FieldKind.ALTITUDE, sheet.say("海拔", "海拔", "Altitude"), text, colon)
    return lines
