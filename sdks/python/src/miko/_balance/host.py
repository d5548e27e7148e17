"""What the balancer remembers of one endpoint."""

from __future__ import annotations

from math import inf

from miko._balance.peak_ewma import PeakEwma
from miko._endpoint import Endpoint
from miko._policy import ServicePolicy
from miko._survive.breaker import CircuitBreaker
from miko._survive.outlier import Record


class Host:
    """Kept as long as the endpoint is registered under the same id."""

    __slots__ = ("born_ms", "breaker", "endpoint", "ewma", "in_flight", "paused_until", "record")

    def __init__(self, endpoint: Endpoint, policy: ServicePolicy) -> None:
        self.endpoint = endpoint
        #: When it was first usable; -inf for those of the first list, inf for those that never were.
        self.born_ms = inf
        self.in_flight = 0
        self.ewma = PeakEwma()
        self.record = Record()
        self.breaker = None if policy.breaker is None else CircuitBreaker(policy.breaker)
        #: By `Retry-After`.
        self.paused_until = 0.0

    def available(self, now: float) -> bool:
        """Not ejected, not paused, its breaker not open."""
        if self.paused_until > now or self.record.ejected_until > now:
            return False
        return self.breaker is None or self.breaker.allows(now)
