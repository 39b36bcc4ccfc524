"""Passwords: what is kept, what is refused, and that unknown names take as long as known ones."""

from statistics import median
from time import perf_counter

import pytest

from pipeline.errors import AccessError
from review.passwords import LEAST_LENGTH, LONGEST, PasswordKeeper
from tests.review.site_parts import PASSWORDS

STRONG = PasswordKeeper()
GOOD = "correct horse 电池"


@pytest.fixture(scope="module")
def kept() -> str:
    return PASSWORDS.hash(GOOD, "lin")


def test_a_password_is_kept_as_argon2id_with_a_salt() -> None:
    kept = STRONG.hash(GOOD, "lin")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert GOOD not in kept
    assert STRONG.hash(GOOD, "lin") != kept


@pytest.mark.parametrize(
    ("typed", "right"),
    [(GOOD, True), ("ｃorrect horse 电池", True), (GOOD + " ", False), (GOOD.upper(), False), ("", False)],
)
def test_only_the_password_is_right_however_it_was_composed(kept: str, typed: str, right: bool) -> None:
    assert PASSWORDS.check(typed, kept).right is right


def test_where_nothing_is_kept_or_it_is_no_hash_everything_is_wrong() -> None:
    for typed in (GOOD, "", "what a password of nobody's is checked against"):
        assert not PASSWORDS.check(typed, None).right
    assert not PASSWORDS.check(GOOD, "no hash").right


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * (LEAST_LENGTH - 1), "x" * LEAST_LENGTH, "y" * (LONGEST + 1), "Technician-Lin"],
)
def test_a_poor_password_is_refused_in_both_languages(password: str) -> None:
    with pytest.raises(AccessError) as caught:
        PASSWORDS.hash(password, "technician-lin")
    assert "密码" in caught.value.text.zh
    assert "password" in caught.value.text.en
    assert password == "" or password not in caught.value.text.en


def test_a_hash_with_weaker_parameters_is_renewed(kept: str) -> None:
    renewed = STRONG.check(GOOD, kept).renewed_hash
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=65536,")
    assert STRONG.check(GOOD, renewed).renewed_hash is None
    assert STRONG.check("wrong", kept).renewed_hash is None


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    kept = STRONG.hash(GOOD, "lin")

    def seconds(hashed: str | None) -> float:
        begun = perf_counter()
        STRONG.check("wrong password", hashed)
        return perf_counter() - begun

    unknown, known = zip(*((seconds(None), seconds(kept)) for _ in range(5)), strict=True)
    assert 0.4 < median(unknown) / median(known) < 2.5
