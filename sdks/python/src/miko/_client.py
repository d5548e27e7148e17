"""The synchronous client."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from miko._async_client import AsyncClient
from miko._call import Call, Done, timed_out
from miko._check import Check
from miko._core import HTTP, Core
from miko._endpoint import Answer
from miko._events import EventName, Listener
from miko._exchange_sync import SyncHttpExchange
from miko._fixed import FixedUse
from miko._message import Body, Message
from miko._options import UNSET, CallOptions, Settings, Unset
from miko._outcome import A
from miko._picked import Picked, pick
from miko._pool_sync import SyncPool
from miko._register import Protocol, RegisterSpec
from miko._registration import Registration
from miko._request import Headers, Params, SyncHow, build_request
from miko._run_sync import SyncExchange, run_sync
from miko._runtime import Runtime
from miko._status import Status
from miko._watch import Watch
from miko.api import Api
from miko.api._send_sync import SyncSender

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NO_OPTIONS = CallOptions()


class Client:
    """A connection to one project of one Miko. Thread-safe. Close it, or use it as a context manager.

    Calls are addressed as `service://path`: `client.get("web://things/1")` asks an endpoint of the service `web` for
    `/things/1`. They answer as httpx does, redirects are not followed, and every failure is a `MikoError`.
    """

    def __init__(self, settings: Settings, runtime: Runtime | None = None) -> None:
        self._runtime = runtime or Runtime()
        self._core = Core(settings, self._runtime)
        self._pool = SyncPool(self._runtime, settings.ssl_context)
        self._core.feed(self._pool.set)
        self._api: Api | None = None
        self._sender: SyncSender | None = None

    def get(
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
        return self.send(service, request, CallOptions(timeout_ms, hedge_after_ms, hash_key, idempotent))

    def post(self, url: str, **how: Unpack[SyncHow]) -> httpx.Response:
        """As `request`."""
        return self.request("POST", url, **how)

    def put(self, url: str, **how: Unpack[SyncHow]) -> httpx.Response:
        """As `request`."""
        return self.request("PUT", url, **how)

    def patch(self, url: str, **how: Unpack[SyncHow]) -> httpx.Response:
        """As `request`."""
        return self.request("PATCH", url, **how)

    def delete(self, url: str, **how: Unpack[SyncHow]) -> httpx.Response:
        """As `request`."""
        return self.request("DELETE", url, **how)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Params = None,
        headers: Headers = None,
        content: str | bytes | Iterable[bytes] | None = None,
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
        return self.send(service, request, CallOptions(timeout_ms, hedge_after_ms, hash_key, idempotent))

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        *,
        params: Params = None,
        headers: Headers = None,
        content: str | bytes | Iterable[bytes] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        json: Any = None,
        timeout_ms: float | None | Unset = UNSET,
        hedge_after_ms: float | None | Unset = UNSET,
        hash_key: str | None = None,
        idempotent: bool | None = None,
    ) -> Iterator[httpx.Response]:
        """As `request`, the body unread: `with client.stream("GET", "web://log") as response`."""
        service, request = build_request(method, url, params, headers, content, data, files, json)
        response = self.send(service, request, CallOptions(timeout_ms, hedge_after_ms, hash_key, idempotent), stream=True)
        try:
            yield response
        finally:
            response.close()

    def send(self, service: str, request: httpx.Request, options: CallOptions = _NO_OPTIONS, *, stream: bool = False) -> httpx.Response:
        """Sends a request of httpx to an endpoint of the service; the host of its URL says nothing. With `stream`, close the response."""
        began = self._wait_for_first(service, options)
        message = Message(request, in_threads=True)
        call: Call[httpx.Response] = self._core.call(service, request.method, message.names, options, HTTP, message.replayable, Call, began)
        exchange = SyncHttpExchange(message, self._pool, call.service.policy.pool, self._runtime, whole=not stream)
        done = run_sync(call, exchange, self._runtime)
        response = done.answer
        if response.is_closed or not isinstance(response.stream, Body):
            done.release()
        else:
            response.stream.broke = done.broke
            response.stream.after = done.release
        return response

    def run(
        self,
        service: str,
        method: str,
        exchange: SyncExchange[A],
        options: CallOptions = _NO_OPTIONS,
        *,
        headers: Collection[str] = (),
        protocols: frozenset[str] | None = None,
        replayable: Callable[[], bool] = lambda: True,
    ) -> Done[A]:
        """Runs a call whose attempts are made by `exchange`. Release what it answers when the body is done with."""
        began = self._wait_for_first(service, options)
        names = {name.lower().encode() for name in headers}
        call: Call[A] = self._core.call(service, method, names, options, protocols, replayable, Call, began)
        return run_sync(call, exchange, self._runtime)

    def endpoints(self, service: str) -> Answer:
        """What the directory says of the service: from memory after the first time. The service is watched from then on."""
        answer = self._core.answer(service)
        return answer.result() if isinstance(answer, Future) else answer

    def watch(self, service: str, listener: Callable[[Answer], object] | None = None) -> Watch:
        """The answers as they come: to `listener`, on a background thread, or to who iterates. Its end: its `close`, or the client's."""
        return Watch(lambda watcher: self._core.watch(service, watcher), listener)

    def pick(self, service: str, *, exclude: Iterable[str] = (), hash_key: str | None = None, protocol: str | None = None) -> Picked:
        """One endpoint for one request: `with client.pick("web") as picked`. `exclude` are instances; `protocol` as `grpc`.

        Raises `no_endpoint`, `unknown_service` or `not_ready`.
        """
        self._wait_for_first(service, _NO_OPTIONS)
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
    ) -> Registration:
        """Puts an endpoint into the directory and keeps it there until its `close`, or the client's. Returns at once."""
        spec = RegisterSpec(service, instance, port, host, protocol, public_url, zone, weight, tags, labels or {}, check, readiness)
        return Registration(self._core, self._core.register(spec))

    @property
    def api(self) -> Api:
        """The whole API of Miko, typed: `client.api.service_list()`."""
        if self._api is None:
            of = self._core.settings
            self._sender = SyncSender(of.url, of.token, of.project, check=self._core.check, wall_ms=self._runtime.wall, ssl_context=of.ssl_context)
            self._api = Api(self._sender)
        return self._api

    def asynchronous(self) -> AsyncClient:
        """The same client for asynchronous code: it shares everything but the connections, and closing it closes only those."""
        return AsyncClient(self._core, owns_core=False)

    def fixed_report(self) -> list[FixedUse]:
        """Which of the fixed connections are still used."""
        return self._core.directory.fixed.report()

    def ready(self, timeout_ms: float = 30_000) -> None:
        """Waits until each required service is known. Raises `not_ready`, which names those that are not, and why; at once when Miko refuses to say."""
        self._core.ready(timeout_ms).result()

    def status(self) -> Status:
        return self._core.status()

    def on(self, event: EventName, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with each event of that name (`miko.EVENTS`), on whichever thread it happens; answers what ends that."""
        return self._core.events.on(event, listener)

    def close(self) -> None:
        """Leaves deliberately: takes out its endpoints, while calls go on; then its session and its stream end. Never raises; takes seconds at most."""
        if self._core.is_parents:
            return
        try:
            self._core.close()
        finally:
            self._pool.close()
            if self._sender is not None:
                self._sender.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _wait_for_first(self, service: str, options: CallOptions) -> float | None:
        """Answers when the call began, where it had to wait for the first list: that is part of its time."""
        waiting = self._core.first_answer(service)
        if waiting is None:
            return None
        began = self._runtime.now()
        timeout_ms = self._core.timeout_ms(service, options)
        try:
            answer = waiting.result(None if timeout_ms is None else timeout_ms / 1000)
        except FutureTimeout:
            waiting.cancel()
            raise timed_out(service, timeout_ms) from None
        self._core.answered(service, answer)
        return began
