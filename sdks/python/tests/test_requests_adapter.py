"""MikoAdapter: a requests session whose calls go through Miko."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from urllib3.util import Timeout

import miko
from miko.integrations.requests import MikoAdapter
from upstreams import Asked, closed_port, upstream


@contextmanager
def session(*urls: str, **options: Any) -> Iterator[requests.Session]:
    """A session to the service web, whose list is fixed: no Miko is there."""
    url, fixed = f"http://127.0.0.1:{closed_port()}", {"web": list(urls)}
    with miko.connect(url, token="t", cache_dir=None, fixed=fixed, **options) as client, requests.Session() as calls:
        for prefix in ("miko://", "http+miko://", "http://web"):
            calls.mount(prefix, MikoAdapter(client))
        yield calls


def echo(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {"content-type": "text/plain; charset=utf-8"}, f"{asked.method} {asked.path} ".encode() + asked.body


@pytest.mark.parametrize("base", ["http+miko://web", "http://web", "http://web:8080"])
def test_a_call_goes_to_an_endpoint_of_the_service(base: str) -> None:
    with upstream(echo) as up, session(up.url) as calls:
        answer = calls.get(f"{base}/hello", params={"q": "x y"}, headers={"X-Own": "1"})
        assert (answer.status_code, answer.text, answer.ok) == (200, "GET /hello?q=x+y ", True)
        assert up.asked[0].headers["x-own"] == "1"
        assert "miko-timeout-ms" in up.asked[0].headers


def test_bodies_go_whole_and_in_pieces() -> None:
    with upstream(echo) as up, session(up.url) as calls:
        assert calls.post("miko://web/a", json={"b": 1}).text == 'POST /a {"b": 1}'
        assert calls.put("miko://web/b", data=(piece for piece in (b"one", b"two"))).text == "PUT /b onetwo"
        assert up.asked[0].headers["content-type"] == "application/json"


def test_a_refused_connection_is_tried_elsewhere() -> None:
    with upstream(echo) as up, session(f"http://127.0.0.1:{closed_port()}", up.url) as calls:
        assert {calls.post("miko://web/", data=b"x").status_code for _ in range(4)} == {200}


def test_an_answer_is_decoded_read_in_pieces_and_sets_cookies() -> None:
    packed = gzip.compress(b"line one\nline two\n")

    def answering(_: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, {"content-encoding": "gzip", "set-cookie": "seen=yes; Path=/"}, packed

    with upstream(answering) as up, session(up.url) as calls:
        with calls.get("miko://web/", stream=True) as answer:
            assert list(answer.iter_lines()) == [b"line one", b"line two"]
        assert calls.cookies["seen"] == "yes"


def test_what_fails_is_a_miko_error_and_what_requests_raises() -> None:
    with session(f"http://127.0.0.1:{closed_port()}") as calls:
        with pytest.raises(requests.ConnectionError) as raised:
            calls.get("miko://web/")
        assert isinstance(raised.value, miko.MikoError)
        assert raised.value.code == "endpoints_unreachable"
        with pytest.raises(requests.ConnectionError) as unknown:
            calls.get("miko://nobody/", timeout=10)
        assert isinstance(unknown.value, miko.MikoError)


@pytest.mark.parametrize("timeout", [(1, 0.2), Timeout(total=0.2), Timeout(read=0.2), Timeout(total=9, read=0.2)])
def test_timeout_bounds_the_whole_call(timeout: Any) -> None:
    over = threading.Event()

    def silent(_: Asked) -> tuple[int, dict[str, str], bytes]:
        over.wait(30)
        return 200, {}, b""

    with upstream(silent) as up, session(up.url) as calls:
        with pytest.raises(requests.Timeout) as raised:
            calls.get("miko://web/", timeout=timeout)
        over.set()
        assert isinstance(raised.value, miko.MikoError)
        assert raised.value.code == "timeout"


def cut(_: Asked) -> tuple[int, dict[str, str], bytes]:
    """Promises more than it sends."""
    return 200, {"content-length": "100", "connection": "close"}, b"half"


@pytest.mark.parametrize("stream", [False, True])
def test_a_body_that_breaks_off_fails_as_requests_does_and_leaves_its_place(stream: bool) -> None:
    policy = {"bulkhead": {"max_in_flight": 1, "max_queue": 0}, "breaker": None}
    with upstream(cut) as up, session(up.url, policy=policy) as calls:
        kept = []
        for _ in range(3):
            with pytest.raises(requests.RequestException) as raised:
                answer = calls.get("miko://web/", stream=stream)
                kept.append(answer)
                _ = answer.content
            assert isinstance(raised.value, requests.exceptions.ChunkedEncodingError if stream else miko.MikoError)


def test_a_body_that_cannot_be_decoded_is_a_bad_answer() -> None:
    with upstream(lambda _: (200, {"content-encoding": "gzip"}, b"no gzip")) as up, session(up.url) as calls:
        with pytest.raises(requests.ConnectionError) as raised:
            calls.get("miko://web/")
        assert isinstance(raised.value, miko.MikoError) and raised.value.code == "bad_answer"
