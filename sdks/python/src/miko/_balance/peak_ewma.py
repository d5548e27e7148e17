"""The latency of an endpoint as peak EWMA (Finagle): it jumps up at once and comes down slowly (docs/protocol.md, 3.4)."""

from __future__ import annotations

from math import exp

#: The time in which the weight of what was falls to 1/e.
DECAY_MS = 10_000.0
#: What an attempt that went badly counts for at least, and one that never was measured while another is under way.
PENALTY_MS = 1_000.0
#: Below it a latency tells more of the moment than of the endpoint.
LEAST_MS = 10.0


class PeakEwma:
    __slots__ = ("at_ms", "latency_ms")

    def __init__(self) -> None:
        #: As of the last answer; negative: never measured.
        self.latency_ms = -1.0
        self.at_ms = 0.0

    def record(self, rtt_ms: float, now: float) -> None:
        if rtt_ms > self.latency_ms:
            self.latency_ms = rtt_ms
        else:
            kept = exp((self.at_ms - now) / DECAY_MS)
            self.latency_ms = self.latency_ms * kept + rtt_ms * (1 - kept)
        self.at_ms = now

    def latency(self, in_flight: int, now: float) -> float:
        """What the endpoint's latency counts for now."""
        if self.latency_ms < 0:
            return LEAST_MS if in_flight == 0 else PENALTY_MS
        return max(LEAST_MS, self.latency_ms * exp((self.at_ms - now) / DECAY_MS))
