"""Calls over real connections, from threads and from tasks."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import miko
from scripted_miko import endpoint, eventually, known, scripted_miko
from upstreams import Asked, closed_port, upstream

ROUND: miko.PolicyOptions = {"balance": "round_robin"}


def client_of(*urls: str, **options: Any) -> miko.Client:
    return miko.connect("http://127.0.0.1:9", token="t", cache_dir=None, fixed={"web": list(urls)}, **options)


def hello(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {"x-path": asked.path}, asked.body or b"hello"


def test_a_request_arrives_whole() -> None:
    with upstream(hello) as up, client_of(up.url) as client:
        response = client.post("web://things/1?a=b", params={"c": "d e"}, json={"f": 1}, headers={"X-More": "kept"})
        assert (response.status_code, response.json(), response.headers["x-path"]) == (200, {"f": 1}, "/things/1?a=b&c=d+e")
        asked = up.asked[0]
        assert asked.method == "POST" and asked.headers["x-more"] == "kept" and asked.headers["host"] == up.url.removeprefix("http://")
        assert asked.headers["content-type"] == "application/json" and asked.headers["user-agent"].startswith("miko-client-python/")
        assert 0 < int(asked.headers["miko-timeout-ms"]) <= 30_000
        assert str(response.request.url) == "http://web/things/1?a=b&c=d+e" and response.elapsed.total_seconds() > 0


def test_the_callers_own_headers_win() -> None:
    with upstream(hello) as up, client_of(up.url, propagate=lambda headers: headers.update(traceparent="00-1")) as client:
        client.get("web://x", headers={"Host": "shop", "Miko-Timeout-Ms": "7", "User-Agent": "me"})
        headers = up.asked[0].headers
        assert (headers["host"], headers["miko-timeout-ms"], headers["user-agent"], headers["traceparent"]) == ("shop", "7", "me", "00-1")


def test_a_refused_endpoint_is_passed_over() -> None:
    with upstream(hello) as up, client_of(f"http://127.0.0.1:{closed_port()}", up.url, policy=ROUND) as client:
        assert [client.post("web://x").status_code for _ in range(4)] == [200] * 4


def test_a_streamed_body_keeps_its_place_until_it_is_closed() -> None:
    with upstream(hello) as up, client_of(up.url, policy={"bulkhead": {"max_in_flight": 1, "max_queue": 0}}) as client:
        with client.stream("GET", "web://x") as response:
            with pytest.raises(miko.MikoError) as caught:
                client.get("web://x")
            assert caught.value.code == "overloaded"
            assert response.read() == b"hello"
        assert client.get("web://x").text == "hello"


def test_a_body_that_can_be_read_once_is_sent_whole() -> None:
    with upstream(hello) as up, client_of(up.url) as client:
        assert client.post("web://x", content=iter([b"a", b"b"])).content == b"ab"


def test_connections_are_kept_and_those_of_a_leaving_endpoint_closed() -> None:
    with upstream(hello) as up, scripted_miko() as script:
        port = int(up.url.rsplit(":", 1)[1])
        script.services["web"] = known(endpoint("a", port=port))
        with miko.connect(script.url, token="t", cache_dir=None) as client:
            for _ in range(3):
                client.get("web://x")
            (lane,) = client._pool._lanes.values()
            assert len(lane.connections.connections) == 1
            script.delta("web", set=[endpoint("b", port=closed_port())], gone=[("a", "ep_a")])
            eventually(lambda: lane not in client._pool._lanes.values() and not lane.connections.connections)


@pytest.fixture
def silent() -> Iterator[str]:
    """Takes connections, and never says anything."""
    listening = socket.create_server(("127.0.0.1", 0))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()


def test_the_deadline_of_a_call(silent: str) -> None:
    with client_of(silent) as client, pytest.raises(miko.MikoError) as caught:
        client.get("web://x", timeout_ms=50)
    assert caught.value.code == "timeout"


def test_a_hedge_wins_where_the_first_is_silent(silent: str) -> None:
    with upstream(hello) as up, client_of(silent, up.url, policy=ROUND) as client:
        assert [client.get("web://x", hedge_after_ms=20).status_code for _ in range(4)] == [200] * 4


def test_fixed_connections_are_counted() -> None:
    with upstream(hello) as up, client_of(up.url) as client:
        client.get("web://x")
        client.pick("web").release()
        (use,) = client.fixed_report()
        assert (use.service, use.urls, use.calls_by_miko, use.calls_by_fixed) == ("web", (up.url,), 0, 2) and use.last_fixed_at is not None


def test_many_threads_at_once() -> None:
    with upstream(hello) as one, upstream(hello) as two, client_of(one.url, two.url) as client:
        statuses: list[int] = []
        threads = [threading.Thread(target=lambda: statuses.extend(client.get("web://x").status_code for _ in range(20))) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 320 and one.asked and two.asked
        service = client._core.service("web")
        assert service._gate.in_flight == 0 and all(host.in_flight == 0 for host in service._balancer._hosts.values())


def test_tasks(silent: str) -> None:
    async def run(url: str) -> None:
        async with miko.connect_async(
            "http://127.0.0.1:9", token="t", cache_dir=None, fixed={"web": [url], "slow": [silent], "mixed": [silent, url]}, policy=ROUND
        ) as client:
            for _ in range(10):
                # No more at once than the server's queue of connections holds.
                answers = await asyncio.gather(*(client.post("web://x", content=f"{at}") for at in range(4)))
                assert [int(answer.text) for answer in answers] == list(range(4))
            with pytest.raises(miko.MikoError) as caught:
                await client.get("slow://x", timeout_ms=50)
            assert caught.value.code == "timeout"
            assert [(await client.get("mixed://x", hedge_after_ms=20)).status_code for _ in range(2)] == [200] * 2
            hedged = asyncio.ensure_future(client.get("slow://x", hedge_after_ms=10_000))
            await asyncio.sleep(0.01)
            hedged.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hedged
            async with client.stream("GET", "web://x") as response:
                assert [piece async for piece in response.aiter_bytes()] == [b"hello"]
            given_up = asyncio.ensure_future(client.get("slow://x"))
            await asyncio.sleep(0)
            given_up.cancel()
            with pytest.raises(asyncio.CancelledError):
                await given_up
            for name in ("web", "slow", "mixed"):
                service = client._core.service(name)
                assert service._gate.in_flight == 0 and all(host.in_flight == 0 for host in service._balancer._hosts.values())

    with upstream(hello) as up:
        asyncio.run(run(up.url))


def test_one_client_for_threads_and_tasks() -> None:
    async def run(client: miko.Client) -> None:
        async with client.asynchronous() as other:
            assert (await other.get("web://x")).status_code == 200
        assert client.get("web://x").status_code == 200

    with upstream(hello) as up, client_of(up.url) as client:
        asyncio.run(run(client))


def cut(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {"content-length": "100", "connection": "close"}, b"short"


def test_a_body_that_breaks_off_is_a_failure_of_the_call_and_not_repeated() -> None:
    with upstream(cut) as up, client_of(up.url) as client:
        with pytest.raises(miko.MikoError) as caught:
            client.get("web://x")
        assert caught.value.code == "endpoints_unreachable" and isinstance(caught.value.__cause__, httpx.TransportError)
        assert len(up.asked) == 1 and failures_of(client) == 1


def test_a_streamed_body_that_breaks_off_is_a_failure_of_its_endpoint() -> None:
    with upstream(cut) as up, client_of(up.url) as client:
        with client.stream("GET", "web://x") as response, pytest.raises(httpx.TransportError):
            response.read()
        assert failures_of(client) == 1


def failures_of(client: miko.Client) -> int:
    return sum(host.record.failures for host in client._core.service("web")._balancer._hosts.values())


ONE_AT_ONCE: miko.PolicyOptions = {"bulkhead": {"max_in_flight": 1, "max_queue": 0}, "breaker": None, "outlier": None}
BAD_BODIES = [
    ({"content-length": "100", "connection": "close"}, b"half", "endpoints_unreachable"),
    ({"content-encoding": "gzip"}, b"no gzip", "bad_answer"),
]


@pytest.mark.parametrize(("headers", "body", "code"), BAD_BODIES)
def test_an_answer_whose_body_cannot_be_read_is_closed(headers: dict[str, str], body: bytes, code: str) -> None:
    with upstream(lambda _: (200, headers, body)) as up, client_of(up.url, policy=ONE_AT_ONCE) as client:
        lanes = client._pool._lanes
        for _ in range(3):
            with pytest.raises(miko.MikoError) as caught:
                client.get("web://x")
            assert caught.value.code == code
        assert [lane._in_use for lane in lanes.values()] == [0]


@pytest.mark.parametrize(("headers", "body", "code"), BAD_BODIES)
def test_an_answer_whose_body_cannot_be_read_is_closed_in_a_task(headers: dict[str, str], body: bytes, code: str) -> None:
    async def run(url: str) -> None:
        async with miko.connect_async("http://127.0.0.1:9", token="t", cache_dir=None, fixed={"web": [url]}, policy=ONE_AT_ONCE) as client:
            for _ in range(3):
                with pytest.raises(miko.MikoError) as caught:
                    await client.get("web://x")
                assert caught.value.code == code
            assert [lane._in_use for lane in client._pool._lanes.values()] == [0]

    with upstream(lambda _: (200, headers, body)) as up:
        asyncio.run(run(up.url))
