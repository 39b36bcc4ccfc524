"""Fields of watermark blocks, from lines of text as an OCR engine gives them."""

from collections.abc import Sequence

import pytest

from pipeline.evidence import FieldKind, WatermarkField, WatermarkReading, WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.watermark.coordinates import find_angles, position
from pipeline.watermark.fields import find_fields, with_fields
from pipeline.watermark.lines import SeenLine

SHAPE = 4 / 3


def block(*texts: str, top: float = 0.6, height: float = 0.03) -> tuple[SeenLine, ...]:
    """Lines one under the other in the lower left; their width follows from their length."""
    return tuple(
        SeenLine(text, 0.9, 0.9, BoundingBox(0.03, y, min(0.97, 0.03 + 0.02 * len(text)), y + height))
        for text, y in ((text, top + index * height * 1.5) for index, text in enumerate(texts))
    )


def found(*texts: str) -> dict[str, tuple[str, str]]:
    lines = block(*texts)
    return {field.kind.value: (field.text, field.value) for field in find_fields(lines, lines[0].box, SHAPE)}


@pytest.mark.parametrize(
    ("texts", "due"),
    [
        (
            ("14:35 2026-05-12", "星期二 多云 26℃", "广东省广州市白云区环洲三路"),
            {
                "weekday": ("星期二", "tue"),
                "weather": ("多云", ""),
                "temperature": ("26℃", "26"),
                "place": ("广东省广州市白云区环洲三路", ""),
            },
        ),
        (
            (
                "时间：2026.05.12 14:35",
                "地　点：人民广场",
                "施工人：张工",
                "项目名称：阳光花园二期",
                "备注：已更换软管",
            ),
            {
                "place": ("人民广场", ""),
                "name": ("张工", ""),
                "project": ("阳光花园二期", ""),
                "remarks": ("已更换软管", ""),
            },
        ),
        (
            (
                "拍攝時間：2026年5月12日 14:35",
                "經緯度：23.157912°N, 113.212145°E",
                "海拔：12.5米",
                "防偽碼：X7K2M9QA4T",
            ),
            {
                "coordinates": ("23.157912°N, 113.212145°E", "23.157912,113.212145"),
                "altitude": ("12.5米", "12.5"),
                "code": ("X7K2M9QA4T", "X7K2M9QA4T"),
            },
        ),
        (
            ("12/05/2026 02:35 PM GMT +08:00", "Lat 23.157912°", "Long 113.212145°", "Note : boiler room"),
            {
                "coordinates": ("Lat 23.157912° Long 113.212145°", "23.157912,113.212145"),
                "remarks": ("boiler room", ""),
            },
        ),
        (
            ("May 12, 2026 14:35", "Address: 18 Renmin Road,", "Guangzhou, China", "Photo by: Li Wei"),
            {
                "place": ("18 Renmin Road, Guangzhou, China", ""),
                "name": ("Li Wei", ""),
            },
        ),
        (("2026-05-12 14:35:07",), {}),
        (("2026-05-12 14:35:07", "今日水印相机"), {}),
    ],
)
def test_fields(texts: Sequence[str], due: dict[str, tuple[str, str]]) -> None:
    assert found(*texts) == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("23.157912, 113.212145", (23.157912, 113.212145)),
        ("113.212145,23.157912", (23.157912, 113.212145)),
        ("N23.157912 E113.212145", (23.157912, 113.212145)),
        ("N23.157912E113.212145", (23.157912, 113.212145)),
        ("N 23.157912° E 113.212145°", (23.157912, 113.212145)),
        ("23.157912N113.212145E", (23.157912, 113.212145)),
        ("Lat: 33.8688 S Lon: 151.2093 E", (-33.8688, 151.2093)),
        ("33.8688°S 151.2093°E", (-33.8688, 151.2093)),
        ("经度：113.212145 纬度：23.157912", (23.157912, 113.212145)),
        ("北纬23°09'28.48\" 东经113°12'43.72\"", (23 + 9 / 60 + 28.48 / 3600, 113 + 12 / 60 + 43.72 / 3600)),
        ("23°9′28.48″N 113°12′43.72″E", (23 + 9 / 60 + 28.48 / 3600, 113 + 12 / 60 + 43.72 / 3600)),
        ("40.4168N 3.7038W", (40.4168, -3.7038)),
        ("Lat -33.868800° Long 151.209300°", (-33.8688, 151.2093)),
        ("23.157912", None),
        ("193.157912 113.212145", None),
        ("26.5℃ 1013.2 hPa", None),
        ("192.168.001.113", None),
    ],
)
def test_coordinates(text: str, due: tuple[float, float] | None) -> None:
    seen = position(find_angles(text))
    assert seen == (pytest.approx(due, abs=1e-6) if due else None)


def test_a_notice_elsewhere_is_no_field() -> None:
    stamp = block("2026-05-12 14:35:07", top=0.9)
    notice = (SeenLine("地点：会议室", 0.9, 0.9, BoundingBox(0.5, 0.1, 0.7, 0.13)),)
    assert find_fields((*stamp, *notice), stamp[0].box, SHAPE) == ()


def test_a_code_stands_in_a_corner_of_its_own() -> None:
    stamp = block("2026-05-12 14:35", top=0.8)
    corner = SeenLine("防伪 X7K2M9QA4T", 0.8, 0.8, BoundingBox(0.7, 0.95, 0.95, 0.97))
    (field,) = find_fields((*stamp, corner), stamp[0].box, SHAPE)
    assert (field.kind, field.value, field.box) == (FieldKind.CODE, "X7K2M9QA4T", corner.box)


def test_values_of_a_table_stand_in_its_second_column() -> None:
    stamp = SeenLine("2026-05-12 14:35", 0.9, 0.9, BoundingBox(0.03, 0.8, 0.3, 0.83))
    label = SeenLine("天气", 0.9, 0.9, BoundingBox(0.03, 0.85, 0.07, 0.88))
    value = SeenLine("晴", 0.9, 0.9, BoundingBox(0.16, 0.85, 0.2, 0.88))
    (field,) = find_fields((stamp, label, value), stamp.box, SHAPE)
    assert (field.kind, field.text) == (FieldKind.WEATHER, "晴")
    assert field.box == BoundingBox(0.03, 0.85, 0.2, 0.88)


def test_a_reading_carries_its_fields() -> None:
    lines = block("2026-05-12 14:35", "地点：人民广场")
    bare = WatermarkReading(WatermarkStatus.UNREADABLE, box=lines[0].box)
    assert [field.text for field in with_fields(bare, lines, SHAPE).fields] == ["人民广场"]
    assert with_fields(WatermarkReading(WatermarkStatus.ABSENT), lines, SHAPE).fields == ()


@pytest.mark.parametrize(("text", "confidence"), [(" ", 0.5), ("x", 1.5)])
def test_a_field_says_something_with_a_confidence(text: str, confidence: float) -> None:
    with pytest.raises(ValueError, match="field"):
        WatermarkField(FieldKind.PLACE, text, BoundingBox(0, 0, 1, 1), confidence)


def test_nothing_has_no_fields() -> None:
    field = WatermarkField(FieldKind.PLACE, "x", BoundingBox(0, 0, 1, 1), 0.5)
    with pytest.raises(ValueError, match="no fields"):
        WatermarkReading(WatermarkStatus.ABSENT, fields=(field,))


def test_a_code_may_follow_its_label_at_once():
    assert found("2026-05-12 14:35", "防伪M52QCN5QNRCFQ3")["code"] == ("M52QCN5QNRCFQ3", "M52QCN5QNRCFQ3")
    assert "code" not in found("2026-05-12 14:35", "防伪标签已贴")


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (
            ("Wensan Road, Hangzhou, China", "3 Sunshine Garden, Wensan Road, Hangzhou, China"),
            "3 Sunshine Garden, Wensan Road, Hangzhou, China",
        ),
        (
            ("2 Keyuan South Road, Shenzhen,", "Guangdong, China", "22.52895°N,113.95017°E"),
            "2 Keyuan South Road, Shenzhen, Guangdong, China",
        ),
    ],
)
def test_the_fullest_place_is_taken(lines, place):
    assert found("2026-05-12 14:35", *lines)["place"][0] == place


def test_the_camera_s_own_words_end_a_project():
    assert found("2026-05-12 14:35", "项目：水管改造", "时间地点防篡改")["project"][0] == "水管改造"
