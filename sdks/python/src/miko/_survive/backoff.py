"""The wait before a repetition (docs/protocol.md, 4.3)."""

from __future__ import annotations


def repetition_wait_ms(base_ms: float, cap_ms: float, attempt: int, random: float) -> float:
    """Doubling with each wait of the call (`attempt` from 0), capped, and a fifth more or less at random."""
    return min(cap_ms, base_ms * 2.0 ** min(attempt, 30)) * (0.8 + 0.4 * random)
