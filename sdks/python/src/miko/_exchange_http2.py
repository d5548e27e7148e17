"""An attempt over HTTP/2 for a thread: it runs on the loop of `_http2_loop`, and the thread waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import httpx

from miko._call import Attempt
from miko._exchange_async import AsyncHttpExchange
from miko._http2_loop import Http2Loop
from miko._message import Body, Message
from miko._outcome import Outcome
from miko._policy import Pool
from miko._runtime import Runtime


class Http2Exchange(AsyncHttpExchange):
    def __init__(self, message: Message, loop: Http2Loop, policy: Pool, runtime: Runtime) -> None:
        super().__init__(message, loop.pool, policy, runtime, whole=False)
        self._loop = loop
        self._lock = threading.Lock()
        #: None: given up before it began.
        self._tasks: dict[Attempt, asyncio.Task[object] | None] = {}

    def attempt_here(self, attempt: Attempt) -> Outcome[httpx.Response]:
        """As `SyncExchange.attempt`."""
        self._loop.enter()
        outcome: Outcome[httpx.Response] | None = None
        try:
            outcome = self._loop.run(self._attempt(attempt))
            return outcome
        except BaseException:
            # The thread was interrupted: nobody waits for the answer any more.
            self.cancel(attempt)
            raise
        finally:
            if outcome is None or outcome.answer is None:
                self._loop.leave()

    def cancel(self, attempt: Attempt) -> None:
        with self._lock:
            task = self._tasks.setdefault(attempt, None)
        if task is not None and not task.done():
            self._loop.cancel(task)

    def body(self, stream: object, leave: Callable[[], None]) -> Body:
        return Body(_Bridged(stream, self._loop, leave), self._loop.leave)

    async def _attempt(self, attempt: Attempt) -> Outcome[httpx.Response]:
        with self._lock:
            given_up = attempt in self._tasks
            self._tasks[attempt] = asyncio.current_task()
        try:
            return Outcome("cancelled") if given_up else await self.attempt(attempt)
        except asyncio.CancelledError:
            return Outcome("cancelled")


class _Bridged:
    """The body of an answer on the loop, read and closed by a thread."""

    def __init__(self, stream: object, loop: Http2Loop, leave: Callable[[], None]) -> None:
        self._stream = stream
        self._loop = loop
        self._leave = leave
        self._pieces: AsyncIterator[bytes] | None = None
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        while (piece := self._loop.run(self._next())) is not None:
            yield piece

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._loop.run(self._close())

    async def _next(self) -> bytes | None:
        if self._pieces is None:
            self._pieces = aiter(self._stream)  # type: ignore[arg-type]
        return await anext(self._pieces, None)

    async def _close(self) -> None:
        try:
            for opened in (self._pieces, self._stream):
                close = getattr(opened, "aclose", None)
                if close is not None:
                    await close()
        finally:
            self._leave()
