"""Passwords: argon2id by argon2-cffi, with its parameters of RFC 9106 for little memory.

Checking takes equally long whether a name is known or not, and only so many are checked at once: each takes
64 MiB for a good tenth of a second.
"""

import unicodedata
from dataclasses import dataclass
from threading import BoundedSemaphore

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from pipeline.errors import AccessError

LEAST_LENGTH = 10
LONGEST = 256
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right, and its new hash where the kept one has not today's parameters."""

    right: bool
    renewed_hash: str | None = None


class PasswordKeeper:
    """Hashes and checks passwords; threads may share it."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._turns = BoundedSemaphore(_AT_ONCE)
        self._nobodys_hash = self._hasher.hash("what a password of nobody's is checked against")

    def hash(self, password: str, user_name: str) -> str:
        """The hash to keep of a new password.

        Raises AccessError for one that is too short, too long, the user's name, or one character repeated.
        """
        plain = _checked(_plain(password), user_name)
        with self._turns:
            return self._hasher.hash(plain)

    def check(self, password: str, kept_hash: str | None) -> Checked:
        """Whether `password` is the one that was hashed; where nothing is kept: no, after as long a time."""
        plain = _plain(password[: LONGEST + 1])
        with self._turns:
            try:
                self._hasher.verify(kept_hash or self._nobodys_hash, plain)
            except (VerifyMismatchError, InvalidHashError):
                return Checked(False)
            if kept_hash is None:
                return Checked(False)
            outdated = self._hasher.check_needs_rehash(kept_hash)
            return Checked(True, self._hasher.hash(plain) if outdated else None)


def _checked(plain: str, user_name: str) -> str:
    if not LEAST_LENGTH <= len(plain) <= LONGEST:
        raise AccessError(
            f"密码须为 {LEAST_LENGTH} 至 {LONGEST} 个字符",
            f"a password has {LEAST_LENGTH} to {LONGEST} characters",
        )
    if _plain(user_name).strip().lower() == plain.lower() or len(set(plain)) == 1:
        raise AccessError(
            "密码不能与用户名相同，也不能只重复一个字符",
            "the password is the user's name or one character over and over: choose another",
        )
    return plain


def _plain(password: str) -> str:
    """The same characters however a keyboard composes them (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)
