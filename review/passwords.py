"""Passwords: argon2id by argon2-cffi, with its parameters of RFC 9106 for little memory.

Checking takes equally long whether a name is known or not, and only so many are checked at once: each takes
64 MiB for a good tenth of a second.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from pipeline.errors import AccessError

LEAST_LENGTH = 10
LONGEST = 256
_AT_ONCE = BoundedSemaphore(2)
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right, and its new hash where the kept one has not today's parameters."""

    right: bool
    renewed_hash: str | None = None


def hash_password(password: str, user_name: str) -> str:
    """The hash to keep of a new password.

    Raises AccessError for one that is too short, too long, or holds the user's name.
    """
    plain = _plain(password)
    if not LEAST_LENGTH <= len(plain) <= LONGEST:
        raise AccessError(
            f"密码须为 {LEAST_LENGTH} 至 {LONGEST} 个字符",
            f"a password has {LEAST_LENGTH} to {LONGEST} characters",
        )
    if _plain(user_name).lower() == plain.lower() or len(set(plain)) == 1:
        raise AccessError(
            "密码不能与用户名相同，也不能只重复一个字符",
            "the password is the user's name or one character over and over: choose another",
        )
    with _AT_ONCE:
        return _hasher.hash(plain)


def check_password(password: str, kept_hash: str | None) -> Checked:
    """Whether `password` is the one that was hashed; where nothing is kept: no, after as long a time."""
    plain = _plain(password)[: LONGEST + 1]
    with _AT_ONCE:
        try:
            _hasher.verify(kept_hash or _nobodys_hash(), plain)
        except (VerifyMismatchError, InvalidHashError):
            return Checked(False)
        if kept_hash is None:
            return Checked(False)
        return Checked(True, _hasher.hash(plain) if _hasher.check_needs_rehash(kept_hash) else None)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password: what unknown names are checked against")


def _plain(password: str) -> str:
    """The same characters however a keyboard composes them (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)
