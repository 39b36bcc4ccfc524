"""When a second reading makes a time believed, and when it makes it unreadable."""

import pytest

from pipeline.evidence import WatermarkStatus
from pipeline.geometry import BoundingBox
from pipeline.watermark import SeenLine, interpret
from pipeline.watermark.agreement import Opinion, Reader, agreed, film_confidence, is_settled, support

RAPID, TESSERACT = Reader.RAPID, Reader.TESSERACT
TRUE, OTHER = "2026-05-12 14:35:07", "2026-05-12 14:36:07"


def opinion(reader: Reader, text: str, weakest: float = 0.8) -> Opinion:
    line = SeenLine(text, weakest, weakest, BoundingBox(0.7, 0.94, 0.98, 0.98), burned_ink=True)
    return Opinion(reader, interpret([line], 4 / 3))


BELIEVED = {
    "the other reader agrees": [(RAPID, TRUE, 0.8), (TESSERACT, TRUE, 0.8)],
    "it agrees and neither is sure": [(RAPID, TRUE, 0.3), (TESSERACT, TRUE, 0.3)],
    "Tesseract sets Chinese apart": [
        (RAPID, "2026年5月12日 下午2:35", 0.8), (TESSERACT, "2026年 5 月 12 日 下 午 2:35", 0.8),
    ],
    "the same engine twice, once sure of every digit": [
        (RAPID, TRUE, 0.4), (TESSERACT, "", 0), (RAPID, TRUE, 0.6),
    ],
    "the other reader lost the clock": [
        (RAPID, TRUE, 0.8), (TESSERACT, "2026-05-12", 0.9), (RAPID, TRUE, 0.8),
    ],
    "a doubtful Tesseract against three certain readings": [
        (RAPID, TRUE, 0.95), (TESSERACT, OTHER, 0.3), (RAPID, TRUE, 0.95), (RAPID, TRUE, 0.95),
    ],
}  # fmt: skip
REFUSED = {
    "one digit differs": [(RAPID, TRUE, 0.99), (TESSERACT, OTHER, 0.9)],
    "nobody else read it": [(RAPID, TRUE, 0.99)],
    "the other reader saw nothing": [(RAPID, TRUE, 0.99), (TESSERACT, "", 0)],
    "a Tesseract that is sure of itself against three": [
        (RAPID, TRUE, 0.95), (TESSERACT, OTHER, 0.8), (RAPID, TRUE, 0.95), (RAPID, TRUE, 0.95),
    ],
    "a doubtful Tesseract against three of which one is uncertain": [
        (RAPID, TRUE, 0.95), (TESSERACT, OTHER, 0.3), (RAPID, TRUE, 0.8), (RAPID, TRUE, 0.95),
    ],
    "the same engine contradicts itself": [(RAPID, TRUE, 0.95), (TESSERACT, TRUE, 0.9), (RAPID, OTHER, 0.9)],
}  # fmt: skip


@pytest.mark.parametrize("said", BELIEVED.values(), ids=BELIEVED)
def test_believed(said: list[tuple[Reader, str, float]]) -> None:
    opinions = [opinion(*words) for words in said]
    assert is_settled(opinions)
    reading = agreed(opinions)
    assert reading.status is WatermarkStatus.READ
    assert reading.taken_at in opinions[0].times


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED)
def test_refused(said: list[tuple[Reader, str, float]]) -> None:
    opinions = [opinion(*words) for words in said]
    assert not is_settled(opinions)
    reading = agreed(opinions)
    assert (reading.status, reading.taken_at, reading.alternatives) == (WatermarkStatus.UNREADABLE, None, ())
    assert TRUE in reading.note


def test_what_differs_is_named() -> None:
    note = agreed([opinion(RAPID, TRUE), opinion(TESSERACT, OTHER)]).note
    assert TRUE in note
    assert OTHER in note


def test_two_readers_with_the_same_alternatives_keep_both() -> None:
    opinions = [opinion(reader, "05/06/2026 14:35") for reader in Reader]
    reading = agreed(opinions)
    assert reading.status is WatermarkStatus.AMBIGUOUS
    assert {time.isoformat() for time in reading.alternatives} == {"2026-05-06T14:35", "2026-06-05T14:35"}


def test_what_the_other_reader_says_orders_the_confidence() -> None:
    twice = [opinion(RAPID, TRUE), opinion(RAPID, TRUE)]
    agreeing, differing = opinion(TESSERACT, TRUE), opinion(TESSERACT, OTHER)
    assert support([*twice, differing]) < support(twice) < support([*twice, agreeing])
    assert agreed([*twice, agreeing]).confidence > agreed(twice).confidence


def test_support_rises_with_the_least_certain_digit() -> None:
    for other in ([], [opinion(TESSERACT, TRUE)], [opinion(TESSERACT, OTHER)]):
        weakest = [support([opinion(RAPID, TRUE, sure), *other]) for sure in (0.2, 0.5, 0.9, 0.99)]
        assert weakest == sorted(weakest)
        assert all(0 <= value <= 1 for value in weakest)
    assert film_confidence(0.5) < film_confidence(0.9) <= 1
