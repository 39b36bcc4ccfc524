"""Agreement between people: published examples, and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agreement import LEAST_VISITS, Rating, agreement
from pipeline.results import Outcome

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, twelve units,
# words missing; nominal alpha is 0.743.
PUBLISHED = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
VALUES = dict(zip("12345", Outcome, strict=False))


def rated(rows: tuple[str, ...]) -> list[Rating]:
    return [
        Rating(f"V{unit}", "d", "badge.visible", user, VALUES[word])
        for user, row in enumerate(rows)
        for unit, word in enumerate(row.split())
        if word != "."
    ]


def test_the_published_example() -> None:
    found = agreement(rated(PUBLISHED), seed=1)
    assert found.alpha == pytest.approx(0.743, abs=5e-4)
    assert (found.visits, found.people) == (11, 4)
    assert found.interval is not None
    assert found.interval[0] < 0.743 < found.interval[1]


def test_two_people_two_words() -> None:
    """The same source, example A: two observers, ten units, binary: 0.095; six of ten agree."""
    rows = ("1 2 1 1 1 1 1 1 1 1", "2 2 2 1 1 2 1 1 1 1")
    swapped = ("1 2 1 1 1 1 1 1 2 1", "2 2 2 1 1 2 1 1 1 1")
    found = agreement(rated(swapped), seed=1)
    assert (found.pairs.hits, found.pairs.total) == (6, 10)
    assert found.alpha == pytest.approx(0.095, abs=5e-4)
    assert agreement(rated(rows), seed=1).pairs.hits == 7


def test_what_only_one_person_spoke_of_counts_nowhere_and_a_later_word_replaces() -> None:
    said = [
        Rating("V1", "d", "a", 1, Outcome.PASS),
        Rating("V1", "d", "a", 2, Outcome.FAIL),
        Rating("V1", "d", "a", 2, Outcome.PASS),
        Rating("V1", "other report", "a", 3, Outcome.FAIL),
        Rating("V2", "d", "a", 1, Outcome.FAIL),
        Rating("V2", "d", "a", 1, Outcome.PASS),
    ]
    found = agreement(said, seed=1)
    assert (found.pairs.hits, found.pairs.total, found.visits, found.people) == (1, 1, 1, 2)
    assert found.alpha is None
    assert found.interval is None


def test_nobody_said_anything() -> None:
    found = agreement([], seed=1)
    assert (found.pairs.total, found.visits, found.alpha, found.interval) == (0, 0, None, None)


ratings = st.lists(
    st.builds(
        Rating,
        st.sampled_from([f"V{n}" for n in range(14)]),
        st.just("d"),
        st.sampled_from(["a", "b"]),
        st.integers(1, 3),
        st.sampled_from([Outcome.PASS, Outcome.FAIL, Outcome.MISSING]),
    ),
    max_size=60,
)


@given(ratings)
def test_alpha_is_at_most_one_and_equal_inputs_give_equal_figures(said: list[Rating]) -> None:
    found = agreement(said, seed=7)
    assert found == agreement(said, seed=7)
    if found.alpha is not None:
        assert found.alpha <= 1 + 1e-9
        assert (found.pairs.hits == found.pairs.total) == (found.alpha > 1 - 1e-9)
    assert (found.interval is not None) <= (found.visits >= LEAST_VISITS)
