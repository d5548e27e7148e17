"""How many calls of a service run at once, and how many wait for their turn (docs/protocol.md, 4.7)."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent import futures
from typing import Generic, TypeVar


class Waiter:
    """One call in the queue."""

    __slots__ = ("_future", "_max_wait_ms", "gives_up_at", "granted")

    def __init__(self, now: float, max_wait_ms: float) -> None:
        self.gives_up_at = now + max_wait_ms
        self.granted = False
        self._max_wait_ms = max_wait_ms
        self._future: futures.Future[None] = futures.Future()

    def wait(self, left_ms: float | None) -> None:
        """Until its turn came or its time is over; which of the two, `Gate.settle` says."""
        futures.wait((self._future,), self._seconds(left_ms))

    async def wait_async(self, left_ms: float | None) -> None:
        await asyncio.wait({asyncio.wrap_future(self._future)}, timeout=self._seconds(left_ms))

    def wake(self) -> None:
        self._future.set_result(None)

    def _seconds(self, left_ms: float | None) -> float:
        return (self._max_wait_ms if left_ms is None else min(self._max_wait_ms, left_ms)) / 1000


W = TypeVar("W", bound=Waiter)


class Gate(Generic[W]):
    """Not thread-safe: its service calls it under its lock."""

    __slots__ = ("in_flight", "queue")

    def __init__(self) -> None:
        self.in_flight = 0
        self.queue: deque[W] = deque()

    def enter(self, limit: int) -> bool:
        """Whether the call may run now."""
        if self.queue or self.in_flight >= limit:
            return False
        self.in_flight += 1
        return True

    def settle(self, waiter: W) -> bool:
        """The waiter waits no more: whether its turn came."""
        if not waiter.granted and waiter in self.queue:
            self.queue.remove(waiter)
        return waiter.granted

    def leave(self, limit: int) -> list[W]:
        """A call is over; answers those whose turn has come, to be woken."""
        self.in_flight -= 1
        return self.admit(limit)

    def admit(self, limit: int) -> list[W]:
        """Those whose turn has come, in order."""
        admitted = []
        while self.queue and self.in_flight < limit:
            waiter = self.queue.popleft()
            waiter.granted = True
            self.in_flight += 1
            admitted.append(waiter)
        return admitted
