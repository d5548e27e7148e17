"""A new endpoint gets its share of requests little by little (docs/protocol.md, 3.2)."""

from __future__ import annotations

LEAST_FACTOR = 0.1


def slow_start_factor(age_ms: float, slow_start_ms: float) -> float:
    """Which part of its weight an endpoint counts for, so long after it was first usable; 0 ms of slow start: all of it."""
    if age_ms >= slow_start_ms:
        return 1.0
    return max(LEAST_FACTOR, age_ms / slow_start_ms)
