"""How often somebody may try to sign in, per account and per client address, in a moving window."""

import time
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from review.access_settings import RateLimits

_LONGEST_KEY = 64


class TooManyAttempts(Exception):
    """Too many wrong passwords; `retry_after_s` says when the next try is allowed."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many attempts: again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Attempts:
    """Counts wrong passwords in this process's memory; threads may share it.

    An account's attempt counts before its password is looked at, so that many at once can't slip through; the
    right password forgives what the account had wrong. An address is many people's: only failures count.
    """

    def __init__(self, limits: RateLimits) -> None:
        seconds = round(limits.window.total_seconds())
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_account = RateLimitItemPerSecond(limits.per_account, seconds, namespace="account")
        self._per_address = RateLimitItemPerSecond(limits.per_address, seconds, namespace="address")

    def begin(self, name: str, address: str) -> None:
        """Raises TooManyAttempts."""
        account, network = _account(name), _network(address)
        if not self._limiter.test(self._per_address, network):
            raise self._too_many(self._per_address, network)
        if not self._limiter.hit(self._per_account, account):
            raise self._too_many(self._per_account, account)

    def failed(self, address: str) -> None:
        self._limiter.hit(self._per_address, _network(address))

    def succeeded(self, name: str) -> None:
        self._limiter.clear(self._per_account, _account(name))

    def _too_many(self, limit: RateLimitItemPerSecond, key: str) -> TooManyAttempts:
        reset_at = self._limiter.get_window_stats(limit, key).reset_time
        return TooManyAttempts(max(1, ceil(reset_at - time.time())))


def _account(name: str) -> str:
    return name[:_LONGEST_KEY]


def _network(address: str) -> str:
    """One IPv4 address; of IPv6 the /64 that one subscriber has whole. What is no address stays as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:_LONGEST_KEY]
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)
