"""The answers about one service as they come. A slow reader finds the newest, not each one in between."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType

from miko._endpoint import Answer
from miko._errors import MikoError
from miko._fork import hears_of_forks
from miko._watchers import Watcher

#: Begins the watch; answers what ends it.
Start = Callable[[Watcher], Callable[[], None]]
Listener = Callable[[Answer], object]


class Watch:
    """`for answer in client.watch("web")`. Its end: `close`, from any thread, or the client's."""

    def __init__(self, start: Start, listener: Listener | None) -> None:
        self._changed = threading.Condition()
        self._newest: Answer | None = None
        self._ended = False
        hears_of_forks(self)
        self._stop = start(Watcher(_checked(listener) or self._take, self._end))

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> Answer:
        with self._changed:
            while self._newest is None and not self._ended:
                self._changed.wait()
            if self._newest is None:
                raise StopIteration
            answer, self._newest = self._newest, None
            return answer

    def close(self) -> None:
        with self._changed:
            self._newest = None
        self._end()
        self._stop()

    def forked(self) -> None:
        """In the child: who held the lock is gone, and so is who tells."""
        self._changed = threading.Condition()
        self._ended = True

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take(self, answer: Answer) -> None:
        with self._changed:
            if not self._ended:
                self._newest = answer
                self._changed.notify_all()

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()


class AsyncWatch:
    """`async for answer in client.watch("web")`, on the loop that iterates first. Its end: `close`, or the client's."""

    def __init__(self, start: Start, listener: Listener | None) -> None:
        self._lock = threading.Lock()
        self._newest: Answer | None = None
        self._ended = False
        self._wake: Callable[[], None] | None = None
        hears_of_forks(self)
        self._stop = start(Watcher(_checked(listener) or self._take, self._end))

    def __aiter__(self) -> AsyncWatch:
        return self

    async def __anext__(self) -> Answer:
        loop = asyncio.get_running_loop()
        while True:
            woken = asyncio.Event()
            with self._lock:
                if self._newest is not None:
                    answer, self._newest = self._newest, None
                    return answer
                if self._ended:
                    raise StopAsyncIteration
                self._wake = partial(_wake, loop, woken)
            await woken.wait()

    def close(self) -> None:
        with self._lock:
            self._newest = None
        self._end()
        self._stop()

    def forked(self) -> None:
        """As `Watch.forked`."""
        self._lock = threading.Lock()
        self._ended = True

    async def __aenter__(self) -> AsyncWatch:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take(self, answer: Answer) -> None:
        with self._lock:
            if not self._ended:
                self._newest = answer
                self._notify()

    def _end(self) -> None:
        with self._lock:
            self._ended = True
            self._notify()

    def _notify(self) -> None:
        wake, self._wake = self._wake, None
        if wake is not None:
            try:
                wake()
            except RuntimeError:
                # The loop of the reader is closed: nobody reads.
                return


def _checked(listener: Listener | None) -> Listener | None:
    if listener is not None and not callable(listener):
        raise MikoError("invalid_argument", "listener must be a function")
    return listener


def _wake(loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> None:
    loop.call_soon_threadsafe(woken.set)
