"""The measure of forgeries: what it draws is what it says, and judging what was drawn finds it."""

import pytest

from flows.forgery_bench import FORGERIES, Case, Forgery, case, field_counts, judged, share
from models.stamps import Stamped
from pipeline.evidence import FieldKind, WatermarkField, WatermarkReading, WatermarkStatus
from pipeline.visit import ServiceType
from pipeline.watermark.coordinates import find_angles, position
from pipeline.watermark.fields import WEEKDAYS
from pipeline.watermark.formats import find_weekday
from storage.rule_files import load_rule_sets

RULES = load_rule_sets()[ServiceType.REPAIR]


def as_read(picture: Stamped) -> WatermarkReading:
    """A reading without a fault: what was drawn."""
    fields = tuple(
        WatermarkField(field.kind, field.text, field.box, 0.99, value(field.kind, field.text))
        for field in picture.fields
    )
    return WatermarkReading(WatermarkStatus.READ, picture.time, (), "", 0.99, picture.box, fields=fields)


def value(kind: FieldKind, text: str) -> str:
    if kind is FieldKind.COORDINATES:
        found = position(find_angles(text))
        return f"{found[0]},{found[1]}" if found else ""
    if kind is FieldKind.WEEKDAY:
        return WEEKDAYS[find_weekday(text) or 0]
    return text if kind is FieldKind.CODE else ""


def remarks(made: Case) -> set[str]:
    result = judged(made, [as_read(picture) for picture in made.pictures], RULES)
    return {remark.kind for remark in result.remarks}


@pytest.mark.parametrize("number", range(9))
def test_a_consistent_picture_read_without_fault_has_no_remark(number: int) -> None:
    made = case([], 5, number)
    assert remarks(made) == set()
    counts = list(field_counts(made.pictures[0], as_read(made.pictures[0])))
    assert sum(name == "right" for _, name in counts) == len(made.pictures[0].fields)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda each: each.kind)
def test_a_forgery_read_without_fault_is_found(forgery: Forgery) -> None:
    made = case([], 5, 0, forgery)
    assert len(made.pictures) == forgery.pictures
    assert remarks(made) == {forgery.kind}


def test_a_share_says_its_sample_and_interval() -> None:
    assert share(9, 10) == "9/10 = 0.900 [0.596, 0.982]"
    assert share(0, 0) == "0/0"
