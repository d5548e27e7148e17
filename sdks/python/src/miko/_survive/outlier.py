"""Ejection of endpoints that do worse than the others (gRPC A50, Envoy; docs/protocol.md, 4.1).

The detector decides over the records of one service's endpoints; the balancer keeps them and leaves the ejected out.
"""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt

from miko._policy import Outlier

#: After a long time without calls, intervals that long ago are passed over: all their counts are down to nothing.
_MOST_INTERVALS = 1_000


class Record:
    """What is known of one endpoint."""

    __slots__ = ("consecutive", "ejected_until", "failures", "requests", "times")

    def __init__(self) -> None:
        self.consecutive = 0
        #: Of the running interval.
        self.requests = 0
        self.failures = 0
        #: How often it was ejected, less one for each interval without.
        self.times = 0
        self.ejected_until = 0.0


class OutlierDetector:
    """Its first interval begins at `now`."""

    def __init__(self, policy: Outlier, now: float) -> None:
        self._policy = policy
        self._interval_ends = now + policy.interval_ms

    def record(self, record: Record, failed: bool) -> bool:
        """The end of an attempt; whether its endpoint should be ejected for failures in a row."""
        record.requests += 1
        if not failed:
            record.consecutive = 0
            return False
        record.failures += 1
        record.consecutive += 1
        return record.consecutive >= self._policy.consecutive_failures

    def eject(self, record: Record, records: Collection[Record], others_available: bool, now: float) -> float | None:
        """Ejects it where the share allows, and never the last available one; answers for how long, or None."""
        ejected = sum(1 for other in records if other.ejected_until > now)
        most = max(1, int(self._policy.max_ejected_share * len(records) + 1e-9))
        if record.ejected_until > now or ejected >= most or not others_available:
            return None
        record.times += 1
        record.consecutive = 0
        span = min(self._policy.max_ejection_ms, self._policy.base_ejection_ms * record.times)
        record.ejected_until = now + span
        return span

    def ended(self, now: float) -> float | None:
        """When the oldest interval that is not judged yet ended; None while it runs."""
        if now < self._interval_ends:
            return None
        interval = self._policy.interval_ms
        skipped = int((now - self._interval_ends) // interval) - _MOST_INTERVALS
        self._interval_ends += max(0, skipped) * interval
        return self._interval_ends

    def outliers(self, records: Collection[Record]) -> list[Record]:
        """Those whose share of successes in the interval lies far below the others'; who is ejected at its end is out of the count."""
        measured = [record for record in records if record.requests >= self._policy.min_requests and record.ejected_until <= self._interval_ends]
        if len(measured) < self._policy.min_hosts:
            return []
        shares = [1 - record.failures / record.requests for record in measured]
        mean = sum(shares) / len(shares)
        deviation = sqrt(sum((share - mean) ** 2 for share in shares) / len(shares))
        least = mean - self._policy.stdev_factor * deviation
        return [record for record, share in zip(measured, shares, strict=True) if share < least]

    def next_interval(self, records: Collection[Record]) -> None:
        """Begins the interval after the one that was judged."""
        began = self._interval_ends - self._policy.interval_ms
        for record in records:
            record.requests = record.failures = 0
            if record.ejected_until <= began:
                record.times = max(0, record.times - 1)
        self._interval_ends += self._policy.interval_ms
