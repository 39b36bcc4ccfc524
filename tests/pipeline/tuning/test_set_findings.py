"""What is wrong with a labelled set, kind by kind."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evidence import Detection
from pipeline.fingerprint import hamming_distance
from pipeline.geometry import BoundingBox
from pipeline.labels import Split, source_of, split_of
from pipeline.tuning.doubts import DoubtKind, doubts
from pipeline.tuning.labelled_sets import LabelledPicture, RawBox, SeenPicture, split_of_source
from pipeline.tuning.set_findings import (
    NEAR_BITS,
    FindingCode,
    box_findings,
    class_findings,
    near_duplicate_findings,
    source_findings,
)

HERE = (0.1, 0.1, 0.3, 0.3)


def picture(key: str, boxes: Sequence[RawBox], split: Split = Split.TUNE) -> LabelledPicture:
    return LabelledPicture(key, key, split, tuple(boxes), frozenset({"badge", "tool"}))


@pytest.mark.parametrize(
    ("box", "code"),
    [
        (RawBox("badge", 0, *HERE), None),
        (RawBox("badge", 0, 0.0, 0.0, 1.0, 1.0), None),
        (RawBox("badge", 0, -0.001, 0.0, 1.001, 1.0), None),
        (RawBox("badge", 0, 0.5, 0.5, 1.2, 0.8), FindingCode.OUTSIDE_PICTURE),
        (RawBox("badge", 0, -0.1, 0.5, 0.2, 0.8), FindingCode.OUTSIDE_PICTURE),
        (RawBox("badge", 0, 100.0, 80.0, 200.0, 120.0), FindingCode.OUTSIDE_PICTURE),
        (RawBox("badge", 0, 0.5, 0.5, 0.5, 0.8), FindingCode.EMPTY_BOX),
        (RawBox("", 7, *HERE), FindingCode.UNKNOWN_CLASS),
    ],
)
def test_boxes(box: RawBox, code: FindingCode | None) -> None:
    found = box_findings([picture("a", [box])])
    assert [one.code for one in found] == ([code] if code else [])
    assert all(one.subject == "a" and one.text.zh and one.text.en for one in found)


def test_a_class_is_missed_where_it_has_no_example() -> None:
    tuned = picture("a", [RawBox("badge", 0, *HERE)], Split.TUNE)
    tested = picture("b", [RawBox("tool", 1, *HERE)], Split.TEST)
    found = {one.subject: one.text.en for one in class_findings([tuned, tested], ("badge", "tool", "shoe"))}
    assert set(found) == {"badge", "tool", "shoe"}
    assert "in test" in found["badge"]
    assert "in tune" in found["tool"]
    assert "no example:" in found["shoe"]


def test_a_source_on_both_sides_is_named_with_its_numbers() -> None:
    placed = [
        ("1", "anna", Split.TUNE),
        ("2", "anna", Split.TUNE),
        ("3", "anna", Split.TEST),
        ("4", "ben", Split.TEST),
    ]
    (found,) = source_findings(placed)
    assert found.subject == "anna"
    assert "tune 2, test 1" in found.text.en


names = st.text("abc工", min_size=1, max_size=3)


@given(st.lists(names, min_size=1, max_size=50))
def test_by_hash_no_source_stands_on_both_sides(sources: list[str]) -> None:
    placed = [(str(number), source, split_of_source(source)) for number, source in enumerate(sources)]
    assert source_findings(placed) == []


def test_sources_of_exported_labels_keep_their_split() -> None:
    for number in range(50):
        source = source_of(f"T-{number}")
        assert split_of_source(source) is split_of(source)


hashes = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")


@given(
    st.lists(st.tuples(hashes, st.sampled_from(list(Split))), min_size=1, max_size=12),
    st.integers(0, 2**64 - 1),
    st.integers(0, 8),
)
def test_near_duplicates_are_those_that_the_plain_distance_gives(
    drawn: list[tuple[str, Split]], number: int, flipped: int
) -> None:
    twin = number ^ (2**flipped - 1)
    drawn = [*drawn, (f"{number:016x}", Split.TRAIN), (f"{twin:016x}", Split.TEST)]
    by_key = {f"{place:02d}": one for place, one in enumerate(drawn)}
    order = list(Split)
    expected = {
        key
        for key, (mine, side) in by_key.items()
        if any(
            order.index(other_side) < order.index(side) and hamming_distance(mine, other) <= NEAR_BITS
            for other, other_side in by_key.values()
        )
    }
    found = near_duplicate_findings(
        {key: one for key, (one, _) in by_key.items()}, {key: side for key, (_, side) in by_key.items()}
    )
    assert {one.subject for one in found} == expected
    for one in found:
        distance = hamming_distance(by_key[one.subject][0], by_key[one.other][0])
        assert distance <= NEAR_BITS
        assert f"{distance} of 64" in one.text.en


def doubted(
    boxes: Sequence[RawBox], sure: float, corners: tuple[float, float, float, float] = HERE
) -> list[DoubtKind]:
    seen = SeenPicture(picture("a", boxes), (Detection("badge", sure, BoundingBox(*corners)),))
    return [one.kind for one in doubts([seen])]


@pytest.mark.parametrize(
    ("boxes", "kinds"),
    [
        ([RawBox("badge", 0, *HERE)], []),
        ([], [DoubtKind.NOT_LABELLED]),
        ([RawBox("badge", 0, 0.6, 0.6, 0.9, 0.9)], [DoubtKind.NOT_LABELLED]),
        ([RawBox("tool", 1, *HERE)], [DoubtKind.OTHER_CLASS]),
        ([RawBox("badge", 0, 0.2, 0.1, 0.4, 0.3)], [DoubtKind.LOOSE_BOX]),
        ([RawBox("badge", 0, 0.0, 0.0, 1.0, 1.0)], [DoubtKind.LOOSE_BOX]),
        ([RawBox("badge", 0, 0.0, 0.0, 0.5, 0.5, ignore=True)], []),
    ],
)
def test_a_sure_model_that_disagrees(boxes: list[RawBox], kinds: list[DoubtKind]) -> None:
    assert doubted(boxes, 0.9) == kinds
    assert doubted(boxes, 0.5) == []


def test_what_a_set_does_not_vouch_for_is_not_doubted() -> None:
    unlabelled = LabelledPicture("a", "a", Split.TUNE, (), frozenset({"tool"}))
    assert doubts([SeenPicture(unlabelled, (Detection("badge", 0.99, BoundingBox(*HERE)),))]) == ()
