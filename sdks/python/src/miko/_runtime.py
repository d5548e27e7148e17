"""The clock, the dice and the background threads of one client. Tests put their own clock and dice in their place."""

from __future__ import annotations

import heapq
import itertools
import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable

log = logging.getLogger("miko")

#: Threads for work that blocks: attempts of hedged calls, connections opened ahead, registrations.
_MAX_WORKERS = 256
_WORKER_IDLE_S = 10.0
#: Work that waits for a thread; more is run in the thread that brought it.
_MAX_WAITING = 10_000


class Runtime:
    """All times are milliseconds. Threads are daemons: they never keep a process alive."""

    def __init__(self) -> None:
        self._timer = _Timer(self.now)
        self._workers = _Workers()

    def now(self) -> float:
        """The monotonic clock, by which everything waits and ages."""
        return time.monotonic() * 1000

    def wall(self) -> float:
        """Unix time, for people and for dates on the wire."""
        return time.time() * 1000

    def random(self) -> float:
        return random.random()

    def after(self, ms: float, act: Callable[[], None]) -> Callable[[], None]:
        """Runs `act`, which must not block, after so long; answers what takes it back."""
        return self._timer.after(ms, act)

    def work(self, act: Callable[[], None]) -> None:
        """Runs `act`, which may block, in a thread soon."""
        self._workers.submit(act)

    def spawn(self, name: str, act: Callable[[], None]) -> threading.Thread:
        """Runs `act` in a thread of its own."""
        thread = threading.Thread(target=act, name=f"miko-{name}", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        self._timer.close()


class _Timer:
    """One thread, started with the first job, that runs short jobs at their time."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._changed = threading.Condition(threading.Lock())
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._ids = itertools.count()
        self._running = False
        self._closed = False

    def after(self, ms: float, act: Callable[[], None]) -> Callable[[], None]:
        with self._changed:
            if self._closed:
                return _nothing
            job = next(self._ids)
            heapq.heappush(self._jobs, (self._now() + ms, job, act))
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="miko-timer", daemon=True).start()
            elif self._jobs[0][1] == job:
                self._changed.notify()
        return lambda: self._cancel(job)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()

    def _cancel(self, job: int) -> None:
        with self._changed:
            self._jobs = [entry for entry in self._jobs if entry[1] != job]
            heapq.heapify(self._jobs)

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                wait_ms = self._jobs[0][0] - self._now() if self._jobs else None
                if wait_ms is None or wait_ms > 0:
                    self._changed.wait(None if wait_ms is None else wait_ms / 1000)
                    continue
                act = heapq.heappop(self._jobs)[2]
            _guarded(act)


class _Workers:
    """Threads that are made when none is idle, and end after some seconds without work."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._waiting: deque[Callable[[], None]] = deque()
        self._threads = 0
        self._idle = 0

    def submit(self, act: Callable[[], None]) -> None:
        with self._changed:
            if len(self._waiting) < _MAX_WAITING:
                self._waiting.append(act)
                if self._idle >= len(self._waiting):
                    self._changed.notify()
                elif self._threads < _MAX_WORKERS:
                    self._threads += 1
                    threading.Thread(target=self._run, name="miko-worker", daemon=True).start()
                return
        act()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._idle += 1
                    self._changed.wait(_WORKER_IDLE_S)
                    self._idle -= 1
                if not self._waiting:
                    self._threads -= 1
                    return
                act = self._waiting.popleft()
            _guarded(act)


def _guarded(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:
        log.exception("a background job of miko failed")


def _nothing() -> None:
    return None
