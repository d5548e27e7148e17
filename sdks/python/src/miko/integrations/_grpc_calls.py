"""Calls on channels that are picked: unary ones through the engine, streams on the first endpoint with a connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc

from miko._errors import MikoError
from miko._options import UNSET, CallOptions, time_of_call
from miko._outcome import Kind, Outcome
from miko.integrations._grpc_channels import Channels, Real

if TYPE_CHECKING:
    from miko._call import Attempt
    from miko._client import Client
    from miko._picked import Picked

Stub = Callable[[grpc.Channel], Any]
#: Starts a call on a channel; what is left of its time in seconds.
Start = Callable[[grpc.Channel, float | None], Any]
Metadata = Sequence[tuple[str, str | bytes]]

#: Plain text and TLS alike are spoken by endpoints of this protocol.
PROTOCOLS = frozenset({"grpc"})

_Code = grpc.StatusCode
#: What a status says of the endpoint; any other says that it works.
_KINDS: dict[grpc.StatusCode, Kind] = {
    _Code.UNAVAILABLE: "overloaded",
    _Code.RESOURCE_EXHAUSTED: "limited",
    _Code.DEADLINE_EXCEEDED: "timeout",
    _Code.CANCELLED: "cancelled",
    _Code.INTERNAL: "failed",
    _Code.UNKNOWN: "failed",
    _Code.DATA_LOSS: "failed",
}
_REPEATED = frozenset({_Code.UNAVAILABLE, _Code.RESOURCE_EXHAUSTED})
#: To how many endpoints a stream tries to connect, and for how long each.
_CONNECTS = 3
_CONNECT_S = 10.0


class CallFailed(grpc.RpcError):
    """A call without an answer of gRPC's own; `error`, which is its cause as well, says why in the SDK's words."""

    def __init__(self, error: MikoError) -> None:
        super().__init__(str(error))
        self.error = error

    def code(self) -> grpc.StatusCode:
        return _STATUS.get(self.error.code, _Code.UNAVAILABLE)

    def details(self) -> str:
        return str(self.error)


_STATUS = {"timeout": _Code.DEADLINE_EXCEEDED, "overloaded": _Code.RESOURCE_EXHAUSTED, "invalid_argument": _Code.INVALID_ARGUMENT, "closed": _Code.CANCELLED}


@dataclass(frozen=True, slots=True)
class _Reply:
    call: Any
    response: Any = None
    #: A status that is handed on.
    error: grpc.RpcError | None = None


class Unary:
    """As grpc.UnaryUnaryMultiCallable; its `future` goes to one endpoint, without repetition."""

    def __init__(self, client: Client, service: str, channels: Channels, stub: Stub, idempotent: bool) -> None:
        self._client = client
        self._service = service
        self._channels = channels
        self._stub = stub
        self._idempotent = idempotent

    def __call__(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> Any:
        return self.with_call(request, timeout, metadata, **more)[0]

    def with_call(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> tuple[Any, Any]:
        exchange = _Exchange(self._channels, self._stub, request, metadata or (), more)
        options = CallOptions(timeout_ms=UNSET if timeout is None else time_of_call(timeout), idempotent=self._idempotent)
        try:
            done = self._client.run(self._service, "POST", exchange, options, protocols=PROTOCOLS)
        except MikoError as error:
            raise CallFailed(error) from error
        done.release()
        reply = done.answer
        if reply.error is not None:
            raise reply.error
        return reply.response, reply.call

    def future(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> Any:
        return _begin(
            self._client,
            self._service,
            self._channels,
            timeout,
            lambda channel, left: self._stub(channel).future(request, timeout=left, metadata=metadata, **more),
        )


class Streaming:
    """As the multi-callables of streams."""

    def __init__(self, client: Client, service: str, channels: Channels, stub: Stub) -> None:
        self._client = client
        self._service = service
        self._channels = channels
        self._stub = stub

    def __call__(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> Any:
        return _begin(
            self._client, self._service, self._channels, timeout, lambda channel, left: self._stub(channel)(request, timeout=left, metadata=metadata, **more)
        )


class StreamUnary(Streaming):
    """As grpc.StreamUnaryMultiCallable."""

    def __call__(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> Any:
        return self.with_call(request, timeout, metadata, **more)[0]

    def with_call(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> tuple[Any, Any]:
        call = self.future(request, timeout, metadata, **more)
        return call.result(), call

    def future(self, request: Any, timeout: float | None = None, metadata: Metadata | None = None, **more: Any) -> Any:
        return _begin(
            self._client,
            self._service,
            self._channels,
            timeout,
            lambda channel, left: self._stub(channel).future(request, timeout=left, metadata=metadata, **more),
        )


class _Exchange:
    """What an attempt of a unary call is."""

    def __init__(self, channels: Channels, stub: Stub, request: Any, metadata: Metadata, more: dict[str, Any]) -> None:
        self._channels = channels
        self._stub = stub
        self._request = request
        self._metadata = metadata
        self._more = more
        self._running: dict[Attempt, Any] = {}

    def attempt(self, attempt: Attempt) -> Outcome[_Reply]:
        real = self._channels.take(attempt.endpoint)
        outcome = Outcome[_Reply]("cancelled")
        try:
            outcome = self._outcome(attempt, real)
            return outcome
        finally:
            self._channels.give_back(attempt.endpoint, real, broken=outcome.kind == "refused")

    def complete(self, answer: _Reply) -> BaseException | None:
        return None

    def set_aside(self, answer: _Reply) -> None:
        """It is whole already."""

    def cancel(self, attempt: Attempt) -> None:
        call = self._running.get(attempt)
        if call is not None:
            call.cancel()

    def _outcome(self, attempt: Attempt, real: Real) -> Outcome[_Reply]:
        metadata = (*self._metadata, *((name.lower(), value) for name, value in attempt.headers.items()))
        call = self._stub(real.channel).future(self._request, timeout=_seconds(attempt.left_ms()), metadata=metadata, **self._more)
        self._running[attempt] = call
        try:
            response = call.result()
            real.proven = True
            return Outcome("ok", _Reply(call, response))
        except grpc.FutureCancelledError as error:
            return Outcome("cancelled", error=error)
        except grpc.RpcError as error:
            return _refused_or_answered(call, error)
        finally:
            del self._running[attempt]


def _refused_or_answered(call: Any, error: grpc.RpcError) -> Outcome[_Reply]:
    code = call.code()
    kind = _KINDS.get(code, "ok")
    # gRPC's own words for a call that never left; a server's UNAVAILABLE has words of its own.
    if code is _Code.UNAVAILABLE and "failed to connect to all addresses" in (call.details() or ""):
        return Outcome("refused", error=error)
    if kind in ("timeout", "cancelled"):
        return Outcome(kind, error=error)
    return Outcome(kind, _Reply(call, error=error), retry=code in _REPEATED)


def _begin(client: Client, service: str, channels: Channels, timeout: float | None, start: Start) -> Any:
    """Starts a call on the first picked endpoint with a connection; its end is reported when it comes."""
    until = None if timeout is None else time.monotonic() + timeout
    try:
        if timeout is not None:
            client._wait_for_first(service, CallOptions(timeout_ms=time_of_call(timeout)))
        picked, real = _connected(client, service, channels, until)
    except MikoError as error:
        raise CallFailed(error) from error
    began = time.monotonic()
    heads: list[float] = []
    try:
        call = start(real.channel, _left_s(until))
    except BaseException:
        channels.give_back(picked.endpoint, real)
        picked.release()
        raise

    def over(_: Any) -> None:
        code = call.code()
        channels.give_back(picked.endpoint, real, broken=code is _Code.UNAVAILABLE)
        picked.report(_KINDS.get(code, "ok"), ((heads or [time.monotonic()])[0] - began) * 1000)
        picked.release()

    def head() -> None:
        # Waits until it has come, or the call has ended.
        call.initial_metadata()
        heads.append(time.monotonic())

    call.add_done_callback(over)
    threading.Thread(target=head, name="miko-grpc-head", daemon=True).start()
    return call


def _connected(client: Client, service: str, channels: Channels, until: float | None) -> tuple[Picked, Real]:
    tried: list[str] = []
    while True:
        picked = client.pick(service, protocol="grpc", exclude=tried)
        endpoint = picked.endpoint
        try:
            real = channels.take(endpoint)
        except MikoError:
            picked.release()
            raise
        left = _left_s(until)
        if real.connected(_CONNECT_S if left is None else min(left, _CONNECT_S)):
            return picked, real
        channels.give_back(endpoint, real, broken=True)
        picked.report("timeout" if _left_s(until) == 0 else "refused")
        picked.release()
        tried.append(endpoint.instance)
        if _left_s(until) == 0:
            raise MikoError("timeout", f"no connection to an endpoint of {service} in the time of the call")
        if len(tried) == _CONNECTS:
            raise MikoError("endpoints_unreachable", f"no endpoint of {service} could be connected to: {', '.join(tried)}")


def _left_s(until: float | None) -> float | None:
    return None if until is None else max(0.0, until - time.monotonic())


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000
