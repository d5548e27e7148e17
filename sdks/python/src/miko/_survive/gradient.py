"""Adaptive concurrency: a limit that follows the latency (Netflix Gradient2; docs/protocol.md, 4.8)."""

from __future__ import annotations

from miko._policy import Adaptive

_SAMPLES = 600
_WARM_UP = 10


class Gradient:
    __slots__ = ("_count", "_limit", "_long", "_policy", "_sum")

    def __init__(self, policy: Adaptive) -> None:
        self._policy = policy
        self._limit = self._clamped(float(policy.initial))
        self._long = 0.0
        self._sum = 0.0
        self._count = 0

    @property
    def limit(self) -> float:
        """How many calls may run at once; take its floor."""
        return self._limit

    def record(self, kind: str, rtt_ms: float, in_flight: int) -> None:
        """The end of an attempt, while so many calls were in flight, it among them."""
        if kind == "ok":
            self._sample(rtt_ms, in_flight)
        elif kind in ("limited", "overloaded", "timeout"):
            self._limit = self._clamped(self._limit * 0.9)

    def _sample(self, short: float, in_flight: int) -> None:
        self._average(short)
        if short > 0 and self._long / short > 2:
            self._long *= 0.95
        if in_flight < self._limit / 2:
            return
        gradient = 1.0 if short <= 0 else min(1.0, max(0.5, self._policy.tolerance * self._long / short))
        self._limit = self._clamped(self._limit * 0.8 + (self._limit * gradient + 4) * 0.2)

    def _average(self, short: float) -> None:
        if self._count < _WARM_UP:
            self._count += 1
            self._sum += short
            self._long = self._sum / self._count
        else:
            factor = 2.0 / (_SAMPLES + 1)
            self._long = self._long * (1 - factor) + short * factor

    def _clamped(self, limit: float) -> float:
        return min(float(self._policy.max_limit), max(float(self._policy.min_limit), limit))
