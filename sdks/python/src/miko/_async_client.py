"""The asynchronous client (asyncio): as `_client`, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from miko._call import Call, Done, timed_out
from miko._check import Check
from miko._core import HTTP, Core
from miko._endpoint import Answer
from miko._events import EventName, Listener
from miko._exchange_async import AsyncHttpExchange
from miko._fixed import FixedUse
from miko._message import Body, Message
from miko._options import UNSET, CallOptions, Unset
from miko._outcome import A
from miko._picked import Picked, pick
from miko._pool_async import AsyncPool
from miko._register import Protocol, RegisterSpec
from miko._registration import AsyncRegistration
from miko._request import AsyncHow, Headers, Params, build_request
from miko._run_async import AsyncExchange, run_async
from miko._status import Status
from miko._watch import AsyncWatch
from miko.api import AsyncApi
from miko.api._send_async import AsyncSender

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NO_OPTIONS = CallOptions()


class AsyncClient:
    """A connection to one project of one Miko, for one event loop. Close it, or use it as an asynchronous context manager.

    Calls are addressed as `service://path`: `await client.get("web://things/1")` asks an endpoint of the service `web` for
    `/things/1`. They answer as httpx does, redirects are not followed, and every failure is a `MikoError`.
    """

    def __init__(self, core: Core, *, owns_core: bool) -> None:
        self._core = core
        self._owns_core = owns_core
        self._runtime = core.runtime
        self._pool = AsyncPool(core.settings.ssl_context)
        self._starve = core.feed(self._pool.set)
        self._api: AsyncApi | None = None
        self._sender: AsyncSender | None = None

    async def get(
        self,
        url: str,
        *,
        params: Params = None,
        headers: Headers = None,
        timeout_ms: float | None | Unset = UNSET,
        hedge_after_ms: float | None | Unset = UNSET,
        hash_key: str | None = None,
        idempotent: bool | None = None,
    ) -> httpx.Response:
        """`timeout_ms`, to the head of the answer, and `hedge_after_ms`: by default as the policy of the service; None: none."""
        service, request = build_request("GET", url, params, headers)
        return await self.send(service, request, CallOptions(timeout_ms, hedge_after_ms, hash_key, idempotent))

    async def post(self, url: str, **how: Unpack[AsyncHow]) -> httpx.Response:
        """As `request`."""
        return await self.request("POST", url, **how)

    async def put(self, url: str, **how: Unpack[AsyncHow]) -> httpx.Response:
        """As `request`."""
        return await self.request("PUT", url, **how)

    async def patch(self, url: str, **how: Unpack[AsyncHow]) -> httpx.Response:
        """As `request`."""
        return await self.request("PATCH", url, **how)

    async def delete(self, url: str, **how: Unpack[AsyncHow]) -> httpx.Response:
        """As `request`."""
        return await self.request("DELETE", url, **how)

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Params = None,
        headers: Headers = None,
        content: str | bytes | AsyncIterable[bytes] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        json: Any = None,
        timeout_ms: float | None | Unset = UNSET,
        hedge_after_ms: float | None | Unset = UNSET,
        hash_key: str | None = None,
        idempotent: bool | None = None,
    ) -> httpx.Response:
        """One call, its body read. `idempotent`: whether it may be repeated, by default as its method and its `Idempotency-Key` say."""
        service, request = build_request(method, url, params, headers, content, data, files, json)
        return await self.send(service, request, CallOptions(timeout_ms, hedge_after_ms, hash_key, idempotent))

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        params: Params = None,
        headers: Headers = None,
        content: str | bytes | AsyncIterable[bytes] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        json: Any = None,
        timeout_ms: float | None | Unset = UNSET,
        hedge_after_ms: float | None | Unset = UNSET,
        hash_key: str | None = None,
        idempotent: bool | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """As `request`, the body unread: `async with client.stream("GET", "web://log") as response`."""
        service, request = build_request(method, url, params, headers, content, data, files, json)
        response = await self.send(service, request, CallOptions(timeout_ms, hedge_after_ms, hash_key, idempotent), stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    async def send(self, service: str, request: httpx.Request, options: CallOptions = _NO_OPTIONS, *, stream: bool = False) -> httpx.Response:
        """Sends a request of httpx to an endpoint of the service; the host of its URL says nothing. With `stream`, close the response."""
        began = await self._wait_for_first(service, options)
        message = Message(request)
        call: Call[httpx.Response] = self._core.call(service, request.method, message.names, options, HTTP, message.replayable, Call, began)
        exchange = AsyncHttpExchange(message, self._pool, call.service.policy.pool, self._runtime, whole=not stream)
        done = await run_async(call, exchange, self._runtime)
        response = done.answer
        if response.is_closed or not isinstance(response.stream, Body):
            done.release()
        else:
            response.stream.broke = done.broke
            response.stream.after = done.release
        return response

    async def run(
        self,
        service: str,
        method: str,
        exchange: AsyncExchange[A],
        options: CallOptions = _NO_OPTIONS,
        *,
        headers: Collection[str] = (),
        protocols: frozenset[str] | None = None,
        replayable: Callable[[], bool] = lambda: True,
    ) -> Done[A]:
        """Runs a call whose attempts are made by `exchange`. Release what it answers when the body is done with."""
        began = await self._wait_for_first(service, options)
        names = {name.lower().encode() for name in headers}
        call: Call[A] = self._core.call(service, method, names, options, protocols, replayable, Call, began)
        return await run_async(call, exchange, self._runtime)

    async def endpoints(self, service: str) -> Answer:
        """What the directory says of the service: from memory after the first time. The service is watched from then on."""
        answer = self._core.answer(service)
        return await asyncio.wrap_future(answer) if isinstance(answer, Future) else answer

    def watch(self, service: str, listener: Callable[[Answer], object] | None = None) -> AsyncWatch:
        """The answers as they come: to `listener`, on a background thread, or to who iterates. Its end: its `close`, or the client's."""
        return AsyncWatch(lambda watcher: self._core.watch(service, watcher), listener)

    async def pick(self, service: str, *, exclude: Iterable[str] = (), hash_key: str | None = None, protocol: str | None = None) -> Picked:
        """One endpoint for one request: `with await client.pick("web") as picked`. `exclude` are instances; `protocol` as `grpc`.

        Raises `no_endpoint`, `unknown_service` or `not_ready`.
        """
        await self._wait_for_first(service, _NO_OPTIONS)
        self._core.count(service)
        return pick(self._core.service(service), self._runtime, exclude, hash_key, protocol)

    def register(
        self,
        service: str,
        instance: str,
        port: int,
        *,
        host: str = "127.0.0.1",
        protocol: Protocol = "http",
        public_url: str | None = None,
        zone: str | None = None,
        weight: int = 100,
        tags: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        check: Check | None = None,
        readiness: Callable[[], bool] | None = None,
    ) -> AsyncRegistration:
        """Puts an endpoint into the directory and keeps it there until its `close`, or the client's. Returns at once."""
        spec = RegisterSpec(service, instance, port, host, protocol, public_url, zone, weight, tags, labels or {}, check, readiness)
        return AsyncRegistration(self._core, self._core.register(spec))

    @property
    def api(self) -> AsyncApi:
        """The whole API of Miko, typed."""
        if self._api is None:
            of = self._core.settings
            self._sender = AsyncSender(of.url, of.token, of.project, check=self._core.check, wall_ms=self._runtime.wall, ssl_context=of.ssl_context)
            self._api = AsyncApi(self._sender)
        return self._api

    def fixed_report(self) -> list[FixedUse]:
        """Which of the fixed connections are still used."""
        return self._core.directory.fixed.report()

    async def ready(self, timeout_ms: float = 30_000) -> None:
        """Waits until each required service is known. Raises `not_ready`, which names those that are not, and why; at once when Miko refuses to say."""
        await asyncio.wrap_future(self._core.ready(timeout_ms))

    def status(self) -> Status:
        return self._core.status()

    def on(self, event: EventName, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with each event of that name (`miko.EVENTS`), on whichever thread it happens; answers what ends that."""
        return self._core.events.on(event, listener)

    async def close(self) -> None:
        """Leaves deliberately: takes out its endpoints, while calls go on; then its session and its stream end. Never raises; takes seconds at most."""
        if self._core.is_parents:
            return
        if self._owns_core:
            await asyncio.to_thread(self._core.close)
        self._starve()
        await self._pool.close()
        if self._sender is not None:
            await self._sender.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _wait_for_first(self, service: str, options: CallOptions) -> float | None:
        """Answers when the call began, where it had to wait for the first list: that is part of its time."""
        waiting = self._core.first_answer(service)
        if waiting is None:
            return None
        began = self._runtime.now()
        timeout_ms = self._core.timeout_ms(service, options)
        try:
            answer = await asyncio.wait_for(asyncio.wrap_future(waiting), None if timeout_ms is None else timeout_ms / 1000)
        except asyncio.TimeoutError:
            raise timed_out(service, timeout_ms) from None
        self._core.answered(service, answer)
        return began
