"""The answers about one service as they come. A slow reader finds the newest, not each one in between."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType

from miko._endpoint import Answer

#: Begins the watch with what takes each answer; answers what ends it.
Start = Callable[[Callable[[Answer], object]], Callable[[], None]]


class Watch:
    """`for answer in client.watch("web")`. Its end: `close`, from any thread."""

    def __init__(self, start: Start, listener: Callable[[Answer], object] | None) -> None:
        self._changed = threading.Condition()
        self._newest: Answer | None = None
        self._closed = False
        self._stop = start(listener or self._take)

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> Answer:
        with self._changed:
            while self._newest is None and not self._closed:
                self._changed.wait()
            if self._newest is None or self._closed:
                raise StopIteration
            answer, self._newest = self._newest, None
            return answer

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._stop()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take(self, answer: Answer) -> None:
        with self._changed:
            self._newest = answer
            self._changed.notify_all()


class AsyncWatch:
    """`async for answer in client.watch("web")`, on the loop that iterates first. Its end: `close`."""

    def __init__(self, start: Start, listener: Callable[[Answer], object] | None) -> None:
        self._lock = threading.Lock()
        self._newest: Answer | None = None
        self._closed = False
        self._wake: Callable[[], None] | None = None
        self._stop = start(listener or self._take)

    def __aiter__(self) -> AsyncWatch:
        return self

    async def __anext__(self) -> Answer:
        loop = asyncio.get_running_loop()
        while True:
            woken = asyncio.Event()
            with self._lock:
                if self._closed:
                    raise StopAsyncIteration
                if self._newest is not None:
                    answer, self._newest = self._newest, None
                    return answer
                self._wake = partial(_wake, loop, woken)
            await woken.wait()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._notify()
        self._stop()

    async def __aenter__(self) -> AsyncWatch:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _take(self, answer: Answer) -> None:
        with self._lock:
            self._newest = answer
            self._notify()

    def _notify(self) -> None:
        wake, self._wake = self._wake, None
        if wake is not None:
            try:
                wake()
            except RuntimeError:
                # The loop of the reader is closed: nobody reads.
                return


def _wake(loop: asyncio.AbstractEventLoop, woken: asyncio.Event) -> None:
    loop.call_soon_threadsafe(woken.set)
