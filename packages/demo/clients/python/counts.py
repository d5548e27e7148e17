"""What became of the calls of one second."""

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any


class Counts:
    """Thread-safe."""

    def __init__(self, services: Iterable[str], most_reasons: int) -> None:
        self._lock = threading.Lock()
        self._services = tuple(services)
        self._most_reasons = most_reasons
        self._begin()

    def answered(self, service: str, instance: str, ms: float) -> None:
        with self._lock:
            self._answered[service][instance] += 1
            self._latencies[f"{ms:.1f}"] += 1

    def failed(self, reason: str) -> None:
        with self._lock:
            self._errors += 1
            if len(self._reasons) < self._most_reasons:
                self._reasons.append(reason[:300])

    def skip(self, calls: int) -> None:
        with self._lock:
            self._skipped += calls

    def take(self) -> dict[str, Any]:
        """The time since the last take; a new one begins."""
        with self._lock:
            taken = {
                "errors": self._errors,
                "skipped": self._skipped,
                "answered": self._answered,
                "latencies_ms": self._latencies,
                "reasons": self._reasons,
            }
            self._begin()
            return taken

    def _begin(self) -> None:
        self._errors = 0
        self._skipped = 0
        self._answered: dict[str, Counter[str]] = {service: Counter() for service in self._services}
        self._latencies: Counter[str] = Counter()
        self._reasons: list[str] = []
