"""MikoTransport and AsyncMikoTransport: httpx clients whose calls go through Miko."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

import miko
from miko.integrations.httpx import AsyncMikoTransport, MikoTransport
from upstreams import Asked, closed_port, upstream


@contextmanager
def calling(*urls: str) -> Iterator[httpx.Client]:
    """A client of the service web, whose list is fixed: no Miko is there."""
    with (
        miko.connect(f"http://127.0.0.1:{closed_port()}", token="t", cache_dir=None, fixed={"web": list(urls)}) as client,
        httpx.Client(transport=MikoTransport(client)) as http,
    ):
        yield http


def echo(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {"content-type": "text/plain"}, f"{asked.method} {asked.path} ".encode() + asked.body


def test_a_call_goes_to_an_endpoint_of_the_service() -> None:
    with upstream(echo) as up, calling(up.url) as http:
        answer = http.post("http://web/hello", params={"q": "x"}, content=b"body")
        assert (answer.status_code, answer.text) == (200, "POST /hello?q=x body")
        assert str(answer.request.url) == "http://web/hello?q=x"


def test_a_body_is_streamed() -> None:
    with upstream(echo) as up, calling(up.url) as http, http.stream("PUT", "http://web/s", content=iter([b"one", b"two"])) as answer:
        assert b"".join(answer.iter_bytes()) == b"PUT /s onetwo"


def test_a_refused_connection_is_tried_elsewhere() -> None:
    with upstream(echo) as up, calling(f"http://127.0.0.1:{closed_port()}", up.url) as http:
        assert {http.post("http://web/").status_code for _ in range(4)} == {200}


def test_what_fails_is_a_miko_error_and_what_httpx_raises() -> None:
    with calling(f"http://127.0.0.1:{closed_port()}") as http, pytest.raises(httpx.TransportError) as raised:
        http.get("http://web/")
    assert isinstance(raised.value, miko.MikoError)
    assert raised.value.code == "endpoints_unreachable"
    assert raised.value.request.url.host == "web"


def test_a_single_call_has_options_of_its_own() -> None:
    over = threading.Event()

    def silent(_: Asked) -> tuple[int, dict[str, str], bytes]:
        over.wait(30)
        return 200, {}, b""

    with upstream(silent) as up, calling(up.url) as http:
        with pytest.raises(httpx.TimeoutException) as raised:
            http.get("http://web/", extensions={"miko": miko.CallOptions(timeout_ms=200)})
        over.set()
        assert isinstance(raised.value, miko.MikoError)
        assert raised.value.code == "timeout"


def test_the_async_transport_does_the_same() -> None:
    async def run(url: str) -> None:
        async with (
            miko.connect_async(f"http://127.0.0.1:{closed_port()}", token="t", cache_dir=None, fixed={"web": [url]}) as client,
            httpx.AsyncClient(transport=AsyncMikoTransport(client)) as http,
        ):
            assert (await http.post("http://web/a", content=b"x")).text == "POST /a x"
            async with http.stream("GET", "http://web/b") as answer:
                assert await answer.aread() == b"GET /b "

    with upstream(echo) as up:
        asyncio.run(run(up.url))


def silent(over: threading.Event) -> Callable[[Asked], tuple[int, dict[str, str], bytes]]:
    def answering(_: Asked) -> tuple[int, dict[str, str], bytes]:
        over.wait(30)
        return 200, {}, b""

    return answering


def test_the_timeout_of_httpx_bounds_the_call() -> None:
    over = threading.Event()
    with upstream(silent(over)) as up, calling(up.url) as http:
        for timeout in (0.2, httpx.Timeout(9, read=0.2)):
            with pytest.raises(httpx.TimeoutException, match="within 200 ms"):
                http.get("http://web/", timeout=timeout)
        # What one call says of itself wins.
        with pytest.raises(httpx.TimeoutException, match="within 100 ms"):
            http.get("http://web/", extensions={"miko": miko.CallOptions(timeout_ms=100)})
        with pytest.raises(httpx.TimeoutException, match="within 150 ms"):
            http.get("http://web/", timeout=0.15, extensions={"miko": miko.CallOptions(hash_key="k")})
        over.set()


@pytest.mark.parametrize(("timeout", "sent"), [(httpx.Timeout(5), 5_000), (None, None), (1e9, 86_400_000)])
def test_what_the_timeout_of_httpx_comes_to(timeout: httpx.Timeout | float | None, sent: int | None) -> None:
    with upstream(echo) as up, calling(up.url) as http:
        http.get("http://web/", timeout=timeout)
        told = up.asked[0].headers.get("miko-timeout-ms")
        assert told is None if sent is None else sent - 1_000 < int(told or 0) <= sent


def test_a_transport_with_options_of_its_own_goes_by_these() -> None:
    over, fixed = threading.Event(), f"http://127.0.0.1:{closed_port()}"
    with upstream(silent(over)) as up, miko.connect(fixed, token="t", cache_dir=None, fixed={"web": [up.url]}, policy={"timeout_ms": 120}) as client:
        for options, words in ((miko.CallOptions(), "within 120 ms"), (miko.CallOptions(timeout_ms=60), "within 60 ms")):
            with httpx.Client(transport=MikoTransport(client, options=options)) as http, pytest.raises(httpx.TimeoutException, match=words):
                http.get("http://web/")
        over.set()


def test_a_port_is_refused() -> None:
    with calling("http://127.0.0.1:1") as http:
        with pytest.raises(miko.MikoError, match="'web:8080' must be the name of a service without a port") as caught:
            http.get("http://web:8080/x")
        assert caught.value.code == "invalid_argument" and isinstance(caught.value, httpx.TransportError)
