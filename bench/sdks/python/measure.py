"""What is measured in the same way around both kinds of client."""

from __future__ import annotations

import platform
import resource
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

RUNTIME = f"Python {platform.python_version()}, httpx {httpx.__version__}"
PATH = "/things/4711"
IN_FLIGHT = 64

#: As the SDK's pools have it (docs/protocol.md, section 5).
LIMITS = httpx.Limits(max_connections=128, max_keepalive_connections=128, keepalive_expiry=4.0)
TIMEOUT = httpx.Timeout(30.0)


def check(response: httpx.Response, length: int) -> None:
    if response.status_code != 200 or len(response.content) != length:
        raise ValueError(f"status {response.status_code} with {len(response.content)} bytes")


def cpu_us() -> float:
    """User and system time of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6


@dataclass
class Tally:
    calls: int = 0
    failed: int = 0
    first_error: str | None = None

    def fail(self, error: Exception) -> None:
        self.failed += 1
        self.first_error = self.first_error or f"{type(error).__name__}: {error}"

    def told(self) -> dict[str, Any]:
        return {"calls": self.calls, "failed": self.failed, "first_error": self.first_error}


@dataclass
class Flow:
    """The time of each call, and the longest time in which none ended."""

    times: list[float] = field(default_factory=list)
    longest_gap: float = 0.0
    last: float = field(default_factory=time.perf_counter)

    def ended(self, begun: float) -> None:
        now = time.perf_counter()
        self.times.append(now - begun)
        self.longest_gap = max(self.longest_gap, now - self.last)
        self.last = now

    def told(self) -> dict[str, float]:
        ordered = sorted(self.times)
        return {"p50_ms": percentile(ordered, 50), "p99_ms": percentile(ordered, 99), "longest_gap_ms": self.longest_gap * 1000}


class Attempts:
    """When each endpoint was attempted, in Unix ms."""

    def __init__(self) -> None:
        self._by_instance: dict[str, list[float]] = {}

    def take(self, event: Any) -> None:
        self._by_instance.setdefault(event.instance, []).append(time.time() * 1000)

    def since(self, instance: str, after_ms: float) -> dict[str, Any]:
        times = [at for at in self._by_instance.get(instance, []) if at > after_ms]
        return {"attempts": len(times), "last_ms": max(times, default=None)}


def percentile(ordered: list[float], percent: int) -> float:
    """Nearest rank, of seconds in order; in ms."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] * 1000 if ordered else 0.0


def ns_per_pick(client: Any, service: str, count: int) -> float:
    """The time of a pick and of giving it back, with a measured time, while 64 others are in flight."""
    held = [client.pick(service) for _ in range(IN_FLIGHT)]

    def pick_and_release(times: int) -> None:
        for i in range(times):
            before = held[i % IN_FLIGHT]
            before.report("ok", 1.0 + i % 7)
            before.release()
            held[i % IN_FLIGHT] = client.pick(service)

    pick_and_release(min(count, 2_000))
    begun = time.perf_counter_ns()
    pick_and_release(count)
    ns = (time.perf_counter_ns() - begun) / count
    for picked in held:
        picked.release()
    return ns
