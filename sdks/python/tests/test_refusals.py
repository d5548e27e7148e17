"""What waiting does not mend is loud, and ends waiting."""

from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest

import miko
from scripted_miko import Refusal, empty, endpoint, eventually, known, scripted_miko
from upstreams import closed_port


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "miko" and record.levelno == logging.WARNING]


def test_a_wrong_token_is_warned_about_once_until_it_works_again(caplog: pytest.LogCaptureFixture) -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.refusals["GET", "endpoints:watch"] = [Refusal(401, "unauthenticated")] * 2
        with miko.connect(script.url, token="tok-hidden", cache_dir=None, required=["web"]) as client:
            eventually(lambda: client.status().connected)
            (told,) = warnings(caplog)
            assert "MIKO_TOKEN" in told and script.url in told and "tok-hidden" not in told
            script.refusals["GET", "endpoints:watch"] = [Refusal(403, "denied")] * 2
            script.cut()
            eventually(lambda: len(script.streams()) == 6 and client.status().connected)
            assert len(warnings(caplog)) == 2 and "MIKO_TOKEN" not in warnings(caplog)[1]


def test_a_refused_session_and_a_refused_registration_are_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    with scripted_miko() as script, miko.connect(script.url, token="t", cache_dir=None) as client:
        script.refusals["POST", "sessions"] = [Refusal(403, "denied")] * 2
        script.refusals["PUT", "web-1"] = [Refusal(422, "limit_exceeded")] * 2
        one = client.register("web", "web-1", 8080)
        eventually(lambda: one.registered)
        assert [("the session" in told, "web/web-1" in told) for told in warnings(caplog)] == [(True, False), (False, True)]


def test_what_waiting_mends_is_not(caplog: pytest.LogCaptureFixture) -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.refusals["GET", "endpoints:watch"] = [Refusal(503, "overloaded")]
        with miko.connect(script.url, token="t", cache_dir=None, required=["web"]) as client:
            client.ready(10_000)
        assert warnings(caplog) == []


@pytest.mark.parametrize("refusal", [Refusal(401, "unauthenticated"), Refusal(404, "not_found")])
def test_a_refusal_ends_the_waits_at_once(refusal: Refusal) -> None:
    with scripted_miko() as script:
        script.refusals["GET", "endpoints:watch"] = [refusal] * 100
        with miko.connect(script.url, token="t", cache_dir=None, required=["web"], first_answer_ms=60_000) as client:
            for _ in range(2):
                with pytest.raises(miko.MikoError, match=r"not known: web \(no answer yet\); so the test wants it") as caught:
                    client.ready(600_000)
                assert caught.value.code == "not_ready" and isinstance(caught.value.__cause__, miko.MikoError)
                assert caught.value.__cause__.code == refusal.code
            assert client.endpoints("web").state == "not_ready"


def test_a_refusal_does_not_end_what_is_fixed() -> None:
    with scripted_miko() as script:
        script.refusals["GET", "endpoints:watch"] = [Refusal(401, "unauthenticated")] * 100
        fixed = {"web": ["http://127.0.0.1:1"]}
        with miko.connect(script.url, token="t", cache_dir=None, required=["web"], fixed=fixed, first_answer_ms=60_000) as client:
            client.ready(600_000)
            assert client.endpoints("web").source == "fixed"


def test_a_session_that_was_lost_ends_no_wait() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.refusals["GET", "endpoints:watch"] = [Refusal(404, "session_not_found")]
        with miko.connect(script.url, token="t", cache_dir=None, required=["web"], owner="me") as client:
            client.ready(10_000)


def test_ready_says_why() -> None:
    with miko.connect(f"http://127.0.0.1:{closed_port()}", token="t", cache_dir=None, required=["web"]) as client:
        told = threading.Event()
        client.on("error", lambda event: told.set())
        told.wait(5)
        with pytest.raises(miko.MikoError, match=r"not known after 50 ms: web .*cannot be reached") as caught:
            client.ready(50)
        assert isinstance(caught.value.__cause__, miko.MikoError) and caught.value.__cause__.code == "unreachable"
    with scripted_miko(web=empty("expired")) as script, miko.connect(script.url, token="t", cache_dir=None, required=["web", "nope"]) as client:
        client.endpoints("web")
        with pytest.raises(miko.MikoError, match=r"not known after 20 ms: nope \(unknown\), web \(empty: expired\)$"):
            client.ready(20)


def test_the_ready_of_a_registration_says_why() -> None:
    async def run(url: str) -> None:
        async with miko.connect_async(url, token="t", cache_dir=None, drain_seconds=0) as client:
            one = client.register("web", "a", 1)
            await asyncio.to_thread(eventually, lambda: client._core.failure(one._entry))
            with pytest.raises(miko.MikoError, match=r"web/a is not registered after 50 ms: .*cannot be reached"):
                await one.ready(50)

    url = f"http://127.0.0.1:{closed_port()}"
    with miko.connect(url, token="t", cache_dir=None, drain_seconds=0) as client:
        one = client.register("web", "a", 1)
        eventually(lambda: client._core.failure(one._entry))
        with pytest.raises(miko.MikoError, match=r"web/a is not registered after 50 ms: .*cannot be reached") as caught:
            one.ready(50)
        assert caught.value.code == "timeout" and isinstance(caught.value.__cause__, miko.MikoError)
    asyncio.run(run(url))
    with (
        scripted_miko() as script,
        miko.connect(script.url, token="t", cache_dir=None) as client,
        pytest.raises(miko.MikoError, match="its readiness function has not answered true yet"),
    ):
        client.register("web", "a", 1, readiness=lambda: False).ready(20)


def test_ready_ends_with_the_client() -> None:
    with scripted_miko() as script:
        client = miko.connect(script.url, token="t", cache_dir=None, required=["web"])
        began = time.monotonic()
        threading.Timer(0.05, client.close).start()
        with pytest.raises(miko.MikoError) as caught:
            client.ready(60_000)
        assert caught.value.code == "closed" and time.monotonic() - began < 30
