"""Connections of the asynchronous client: as `_pool_sync`, on an event loop. Only `set` may be called from other threads."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

import httpcore

from miko._deadline import CONNECT_S
from miko._endpoint import Endpoint
from miko._policy import Pool
from miko._stream_limit import FirstFrame
from miko._target import Origin
from miko._tls import context_for
from miko._warm import Users

_SWEEP_S = 1.0


class _Http2Stream(httpcore.AsyncNetworkStream):
    """See `_stream_limit`."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._first = FirstFrame()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while (passed := self._first.push(await self._stream.read(max_bytes, timeout))) is None:
            continue
        return passed

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _MaybeHttp2Stream(httpcore.AsyncNetworkStream):
    """A connection that is going to be https, where ALPN decides."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.AsyncNetworkStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        ssl_object = stream.get_extra_info("ssl_object")
        return _Http2Stream(stream) if ssl_object is not None and ssl_object.selected_alpn_protocol() == "h2" else stream

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._backend = httpcore.AnyIOBackend()
        self._ahead: list[tuple[httpcore.AsyncNetworkStream, float]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        while self._ahead:
            stream = self._ahead.pop()[0]
            if not stream.get_extra_info("is_readable"):
                return self._spoken(stream)
            await stream.aclose()
        return self._spoken(await self._backend.connect_tcp(host, port, timeout))

    def _spoken(self, stream: httpcore.AsyncNetworkStream) -> httpcore.AsyncNetworkStream:
        if not self._origin.http2:
            return stream
        return _Http2Stream(stream) if self._origin.scheme == "http" else _MaybeHttp2Stream(stream)

    async def open_ahead(self, host: str, port: int) -> None:
        try:
            self._ahead.append((await self._backend.connect_tcp(host, port, CONNECT_S), time.monotonic()))
        except (httpcore.NetworkError, httpcore.TimeoutException):
            return

    async def close_older(self, seconds: float) -> None:
        old = [entry for entry in self._ahead if time.monotonic() - entry[1] >= seconds]
        self._ahead = [entry for entry in self._ahead if entry not in old]
        for stream, _ in old:
            await stream.aclose()


class AsyncLane:
    """The connections to one origin."""

    def __init__(self, origin: Origin, policy: Pool, ssl_context: ssl.SSLContext | None, pool: AsyncPool) -> None:
        self.policy = policy
        self._origin = origin
        self._pool = pool
        self._backend = _Backend(origin)
        self._in_use = 0
        self._retired = False
        self.connections = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=policy.max_connections,
            max_keepalive_connections=policy.max_connections,
            keepalive_expiry=policy.idle_ms / 1000,
            http1=not origin.http2 or origin.scheme == "https",
            http2=origin.http2,
            network_backend=self._backend,
        )

    def enter(self) -> None:
        self._in_use += 1

    def leave(self) -> None:
        self._in_use -= 1
        if self._retired:
            self._pool.soon(self._close_idle())

    async def warm(self) -> None:
        for _ in range(self.policy.warm):
            await self._backend.open_ahead(self._origin.host, self._origin.port)

    async def retire(self) -> None:
        self._retired = True
        await self._close_idle()
        await self._backend.close_older(0)

    async def sweep(self) -> None:
        await self._backend.close_older(self.policy.idle_ms / 1000)
        for connection in self.connections.connections:
            if self._in_use == 0 and connection.has_expired():
                await connection.aclose()

    async def _close_idle(self) -> None:
        if self._in_use == 0:
            await self.connections.aclose()
            return
        idle = [connection for connection in self.connections.connections if connection.is_idle()]
        if len(self.connections.connections) - len(idle) >= self._in_use:
            for connection in idle:
                await connection.aclose()


class AsyncPool:
    def __init__(self, ssl_context: ssl.SSLContext | None) -> None:
        self._given_ssl = ssl_context
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lanes: dict[Origin, AsyncLane] = {}
        self._users = Users()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None

    def lane(self, origin: Origin, policy: Pool) -> AsyncLane:
        """Entered already: leave it at the end of the attempt."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # Connections of another loop are of no use on this one.
            self._loop = loop
            self._lanes = {}
            self._sweeper = None
        lane = self._lanes.get(origin) or self._open(origin, policy)
        lane.enter()
        return lane

    def set(self, service: str, endpoints: Sequence[Endpoint], policy: Pool, called: bool) -> None:
        """The list of a service is another one; from any thread, but only one at a time: the directory's word."""
        change = self._users.set(service, endpoints)
        loop = self._loop
        if loop is None or loop.is_closed() or not (change.added or change.gone):
            return
        try:
            loop.call_soon_threadsafe(self._apply, change.gone, change.added if called and policy.warm else (), policy)
        except RuntimeError:
            # It was closed in this very moment, and its connections with it.
            return

    async def settle(self) -> None:
        """Until nothing is left to be done in the background."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        lanes, self._lanes = list(self._lanes.values()), {}
        if self._sweeper is not None:
            self._sweeper.cancel()
        for lane in lanes:
            await lane.retire()

    def _apply(self, gone: Sequence[Origin], added: Sequence[Origin], policy: Pool) -> None:
        for origin in gone:
            lane = self._lanes.pop(origin, None)
            if lane is not None:
                self.soon(lane.retire())
        for origin in added:
            if origin not in self._lanes:
                self.soon(self._open(origin, policy).warm())

    def _open(self, origin: Origin, policy: Pool) -> AsyncLane:
        lane = self._lanes[origin] = AsyncLane(origin, policy, context_for(origin, self._given_ssl), self)
        if self._sweeper is None and self._loop is not None:
            self._sweeper = self._loop.call_later(_SWEEP_S, self._sweep)
        return lane

    def _sweep(self) -> None:
        self._sweeper = None
        for lane in self._lanes.values():
            self.soon(lane.sweep())
        if self._lanes and self._loop is not None:
            self._sweeper = self._loop.call_later(_SWEEP_S, self._sweep)

    def soon(self, act: Coroutine[None, None, None]) -> None:
        """In a task that is kept until its end."""
        task = asyncio.get_running_loop().create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
