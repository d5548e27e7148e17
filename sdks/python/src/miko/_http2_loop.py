"""The event loop that HTTP/2 runs on in the synchronous client.

Calls share a connection there, and httpcore's synchronous one must not be shared between threads: they would mix up its
streams. So those attempts run as tasks of one loop, in a thread of its own that is started with the first of them.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from miko._endpoint import Endpoint
from miko._errors import MikoError
from miko._fork import MADE_BEFORE, hears_of_forks
from miko._policy import Pool
from miko._pool_async import AsyncPool
from miko._runtime import Runtime

T = TypeVar("T")


class Http2Loop:
    """Thread-safe. After `close` it goes on until the last attempt has ended."""

    def __init__(self, runtime: Runtime, ssl_context: ssl.SSLContext | None) -> None:
        self.pool = AsyncPool(ssl_context)
        self._runtime = runtime
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        #: Attempts, until the end of their bodies.
        self._in_use = 0
        self._closed = False
        #: The loop runs in the parent.
        self._forked = False
        hears_of_forks(self)

    def enter(self) -> None:
        """An attempt begins. Raises `closed`."""
        with self._lock:
            if self._closed:
                raise MikoError("closed", "the client is closed")
            self._in_use += 1
            if self._loop is None:
                loop = self._loop = asyncio.new_event_loop()
                self._runtime.spawn("http2", lambda: _run(loop))

    def leave(self) -> None:
        """It is over."""
        with self._lock:
            self._in_use -= 1
            self._end_if_done()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        """Runs it on the loop, from a thread between `enter` and `leave`."""
        try:
            loop = self._running()
        except MikoError:
            act.close()
            raise
        return asyncio.run_coroutine_threadsafe(act, loop).result()

    def cancel(self, task: asyncio.Task[Any]) -> None:
        self._running().call_soon_threadsafe(task.cancel)

    def set(self, service: str, endpoints: Sequence[Endpoint], policy: Pool, called: bool) -> None:
        """The list of a service is another one."""
        self.pool.set(service, endpoints, policy, called)

    def close(self) -> None:
        """Idle connections at once, the others when their attempts have ended."""
        with self._lock:
            self._closed = True
            if self._loop is not None:
                asyncio.run_coroutine_threadsafe(self.pool.close(), self._loop)
            self._end_if_done()

    def forked(self) -> None:
        """In the child."""
        self._forked = True

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._forked:
            raise MikoError("closed", MADE_BEFORE)
        if self._loop is None:
            raise MikoError("closed", "the client is closed")
        return self._loop

    def _end_if_done(self) -> None:
        if self._closed and self._in_use == 0 and self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._end(self._loop), self._loop)
            self._loop = None

    async def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        await self.pool.close()
        await self.pool.settle()
        loop.stop()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
