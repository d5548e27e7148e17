"""How many repetitions a service may cost: a bucket that calls fill and repetitions empty (docs/protocol.md, 4.3)."""

from __future__ import annotations


class RetryBudget:
    __slots__ = ("_capacity", "_ratio", "_tokens")

    def __init__(self, capacity: float, ratio: float) -> None:
        self._capacity = capacity
        self._ratio = ratio
        self._tokens = capacity

    def call(self) -> None:
        self._tokens = min(self._capacity, self._tokens + self._ratio)

    def take(self) -> bool:
        """Whether a repetition or a hedge may be made; it is paid for then."""
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
