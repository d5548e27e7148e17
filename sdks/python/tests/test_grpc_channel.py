"""A channel of gRPC whose calls go through Miko, against real grpcio servers with a generic handler: bytes in, bytes out."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest

import miko
from miko._endpoint import Answer, Endpoint
from miko._picked import Picked
from miko.integrations import grpc as through_miko
from miko.integrations._grpc_channels import Channels
from scripted_miko import eventually
from upstreams import closed_port

Answering = Callable[[bytes, grpc.ServicerContext], bytes]


@dataclass
class Server:
    url: str
    port: int
    asked: list[bytes] = field(default_factory=list)
    metadata: list[dict[str, str | bytes]] = field(default_factory=list)


@contextmanager
def server(answering: Answering = lambda request, _: request) -> Iterator[Server]:
    """`/shop.Orders/Get` is unary, `/shop.Orders/List` streams the request three times, `/shop.Orders/Sum` takes a stream."""

    def one(request: bytes, context: grpc.ServicerContext) -> bytes:
        here.asked.append(request)
        here.metadata.append(dict(context.invocation_metadata()))
        return answering(request, context)

    def three(request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        for _ in range(3):
            yield one(request, context)

    def joined(requests: Iterator[bytes], context: grpc.ServicerContext) -> bytes:
        return one(b"".join(requests), context)

    handlers = {
        "Get": grpc.unary_unary_rpc_method_handler(one),
        "List": grpc.unary_stream_rpc_method_handler(three),
        "Sum": grpc.stream_unary_rpc_method_handler(joined),
    }
    real = grpc.server(ThreadPoolExecutor(4))
    real.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Orders", handlers),))
    port = real.add_insecure_port("127.0.0.1:0")
    real.start()
    here = Server(f"grpc://127.0.0.1:{port}", port)
    try:
        yield here
    finally:
        real.stop(None).wait()


@contextmanager
def channel(*urls: str, **more: Any) -> Iterator[grpc.Channel]:
    """A channel to the service orders, whose list is fixed: no Miko is there."""
    nobody = f"http://127.0.0.1:{closed_port()}"
    with (
        miko.connect(nobody, token="t", cache_dir=None, fixed={"orders": list(urls)}, policy={"balance": "round_robin"}) as client,
        through_miko.channel(client, "orders", **more) as calls,
    ):
        yield calls


def refusing(code: grpc.StatusCode) -> Answering:
    def answering(_: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(code, "so it is told")
        raise AssertionError("abort raises")

    return answering


def test_calls_are_spread_over_the_endpoints() -> None:
    with server() as one, server() as two, channel(one.url, two.url) as calls:
        get = calls.unary_unary("/shop.Orders/Get", bytes, bytes)
        assert [get(b"%d" % i) for i in range(40)] == [b"%d" % i for i in range(40)]
        assert (len(one.asked), len(two.asked)) == (20, 20)


def test_metadata_goes_along_and_the_call_comes_back() -> None:
    with server() as one, channel(one.url) as calls:
        response, call = calls.unary_unary("/shop.Orders/Get", bytes, bytes).with_call(b"x", timeout=5, metadata=(("team", "shop"),))
        assert (response, call.code()) == (b"x", grpc.StatusCode.OK)
        assert one.metadata[0]["team"] == "shop"
        assert "miko-timeout-ms" in one.metadata[0]


def test_a_call_that_was_never_sent_is_tried_elsewhere_whatever_it_does() -> None:
    with server() as one, channel(f"grpc://127.0.0.1:{closed_port()}", one.url) as calls:
        get = calls.unary_unary("/shop.Orders/Get", bytes, bytes)
        assert [get(b"x") for _ in range(6)] == [b"x"] * 6
        assert len(one.asked) == 6


def test_unavailable_is_repeated_elsewhere_only_where_the_method_may_be() -> None:
    with server(refusing(grpc.StatusCode.UNAVAILABLE)) as bad, server() as good, channel(bad.url, good.url, idempotent={"/shop.Orders/Get"}) as calls:
        get = calls.unary_unary("/shop.Orders/Get", bytes, bytes)
        assert [get(b"x") for _ in range(4)] == [b"x"] * 4
    with server(refusing(grpc.StatusCode.UNAVAILABLE)) as bad, channel(bad.url) as calls:
        with pytest.raises(grpc.RpcError) as raised:
            calls.unary_unary("/shop.Orders/Get", bytes, bytes)(b"x")
        assert (raised.value.code(), raised.value.details()) == (grpc.StatusCode.UNAVAILABLE, "so it is told")
        assert len(bad.asked) == 1


def test_a_status_that_says_nothing_of_the_endpoint_is_handed_on() -> None:
    with server(refusing(grpc.StatusCode.NOT_FOUND)) as one, channel(one.url, idempotent=True) as calls:
        with pytest.raises(grpc.RpcError) as raised:
            calls.unary_unary("/shop.Orders/Get", bytes, bytes)(b"x")
        assert raised.value.code() is grpc.StatusCode.NOT_FOUND
        assert len(one.asked) == 1


def test_no_endpoint_that_answers_is_unavailable() -> None:
    with channel(f"grpc://127.0.0.1:{closed_port()}") as calls, pytest.raises(through_miko.CallFailed) as raised:
        calls.unary_unary("/shop.Orders/Get", bytes, bytes)(b"x")
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    assert raised.value.error.code == "endpoints_unreachable"


def test_timeout_bounds_the_call() -> None:
    over = threading.Event()

    def silent(request: bytes, _: grpc.ServicerContext) -> bytes:
        over.wait(30)
        return request

    with server(silent) as one, channel(one.url) as calls:
        with pytest.raises(grpc.RpcError) as raised:
            calls.unary_unary("/shop.Orders/Get", bytes, bytes)(b"x", timeout=0.3)
        over.set()
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def test_streams_go_to_an_endpoint_with_a_connection() -> None:
    with server() as one, channel(f"grpc://127.0.0.1:{closed_port()}", one.url) as calls:
        assert [list(calls.unary_stream("/shop.Orders/List", bytes, bytes)(b"x")) for _ in range(4)] == [[b"x"] * 3] * 4
        assert calls.stream_unary("/shop.Orders/Sum", bytes, bytes)(iter([b"a", b"b"])) == b"ab"
        assert calls.unary_unary("/shop.Orders/Get", bytes, bytes).future(b"y").result() == b"y"


def test_the_time_of_a_stream_bounds_its_connecting_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, channel(f"grpc://127.0.0.1:{mute.getsockname()[1]}") as calls:
        began = time.monotonic()
        with pytest.raises(through_miko.CallFailed) as raised:
            calls.unary_stream("/shop.Orders/List", bytes, bytes)(b"x", timeout=0.2)
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        # A connection alone may take ten seconds.
        assert time.monotonic() - began < 5


def test_a_stream_is_as_quick_as_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float | None] = []
    monkeypatch.setattr(Picked, "report", lambda _, kind, rtt_ms=None, retry_after_ms=None: told.append(rtt_ms))
    go_on = threading.Event()

    def slow(request: bytes, context: grpc.ServicerContext) -> bytes:
        if not go_on.is_set():
            context.send_initial_metadata(())
            go_on.wait(10)
        return request

    with server(slow) as one, channel(one.url) as calls:
        stream = calls.unary_stream("/shop.Orders/List", bytes, bytes)(b"x")
        stream.initial_metadata()
        headed = time.monotonic()
        eventually(lambda: time.monotonic() - headed > 0.3)
        go_on.set()
        assert len(list(stream)) == 3
        eventually(lambda: told)
        assert told[0] is not None and told[0] < 300


class Watched:
    """A client of which only the list is asked."""

    def __init__(self) -> None:
        self.listener: Callable[[Answer], None] = lambda _: None

    def watch(self, service: str, listener: Callable[[Answer], None]) -> Watched:
        self.listener = listener
        return self

    def close(self) -> None:
        pass


def test_a_channel_goes_with_its_endpoint_but_not_before_its_last_call() -> None:
    client = Watched()
    with server() as one:
        endpoint = Endpoint("ep_1", "orders", "a", "127.0.0.1", one.port, "grpc")
        channels = Channels(client, "orders", None, ())  # type: ignore[arg-type]
        client.listener(Answer("known", "orders", (endpoint,)))
        real = channels.take(endpoint)
        client.listener(Answer("not_ready", "orders"))
        assert channels.take(endpoint) is real
        channels.give_back(endpoint, real)
        client.listener(Answer("empty", "orders", cause="departed"))
        assert real.channel.unary_unary("/shop.Orders/Get", bytes, bytes)(b"x", timeout=5) == b"x"
        channels.give_back(endpoint, real)
        with pytest.raises(ValueError, match="closed"):
            real.channel.unary_unary("/shop.Orders/Get", bytes, bytes)(b"x", timeout=5)
        again = channels.take(endpoint)
        assert again is not real
        channels.give_back(endpoint, again)
        channels.close()
        with pytest.raises(miko.MikoError):
            channels.take(endpoint)
