"""The circuit breaker of one endpoint: closed, open, half-open (docs/protocol.md, 4.2)."""

from __future__ import annotations

from collections.abc import Callable

from miko._policy import Breaker

_SLICES = 10


class CircuitBreaker:
    """Times are on the monotonic clock; `random` is uniform in [0, 1)."""

    __slots__ = ("_failures", "_in_a_row", "_newest", "_policy", "_requests", "_total_failures", "_total_requests", "open_until", "probing", "state")

    def __init__(self, policy: Breaker) -> None:
        self._policy = policy
        self.state = "closed"
        self.open_until = 0.0
        #: The real attempt that finds out, while half-open, is under way.
        self.probing = False
        self._in_a_row = 0
        #: The number of the newest slice.
        self._newest = -_SLICES
        self._forget()

    def allows(self, now: float) -> bool:
        if self.state == "closed":
            return True
        if self.state == "open":
            return now >= self.open_until
        return not self.probing

    def picked(self, now: float) -> bool:
        """An attempt begins; whether it is the probe."""
        if self.state == "closed" or not self.allows(now):
            return False
        self.state = "half_open"
        self.probing = True
        return True

    def record(self, kind: str, failed: bool, probe: bool, now: float, random: Callable[[], float]) -> str | None:
        """The end of an attempt; `opened` or `closed` when it was that. `kind` is never `cancelled` but for a probe."""
        if probe:
            self.probing = False
            if kind == "cancelled":
                return None
            if failed:
                return self._open(now, random)
            if kind in ("ok", "limited"):
                self.state = "closed"
                self._in_a_row = 0
                self._forget()
                return "closed"
            return None
        if self.state != "closed" or kind == "cancelled":
            return None
        self._count(failed, now)
        if kind == "refused" or self._is_bad():
            return self._open(now, random)
        return None

    def _open(self, now: float, random: Callable[[], float]) -> str:
        span = min(self._policy.max_open_ms, self._policy.open_ms * 2.0 ** min(self._in_a_row, 30))
        self._in_a_row += 1
        self.state = "open"
        self.open_until = now + span * (0.8 + 0.4 * random())
        return "opened"

    def _is_bad(self) -> bool:
        return self._total_requests >= self._policy.min_requests and self._total_failures >= self._policy.failure_share * self._total_requests

    def _count(self, failed: bool, now: float) -> None:
        self._advance(int(now // (self._policy.window_ms / _SLICES)))
        at = self._newest % _SLICES
        self._requests[at] += 1
        self._total_requests += 1
        if failed:
            self._failures[at] += 1
            self._total_failures += 1

    def _advance(self, slice_number: int) -> None:
        """Drops the slices that the window has left behind."""
        if slice_number - self._newest >= _SLICES:
            self._forget()
            self._newest = slice_number
        while self._newest < slice_number:
            self._newest += 1
            at = self._newest % _SLICES
            self._total_requests -= self._requests[at]
            self._total_failures -= self._failures[at]
            self._requests[at] = self._failures[at] = 0

    def _forget(self) -> None:
        self._requests = [0] * _SLICES
        self._failures = [0] * _SLICES
        self._total_requests = 0
        self._total_failures = 0
        self._newest = -_SLICES
