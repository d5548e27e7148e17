"""Sessions and registrations against a scripted Miko."""

from __future__ import annotations

import asyncio
import threading

import pytest

import miko
from scripted_miko import Refusal, empty, endpoint, eventually, known, scripted_miko


def test_an_endpoint_is_registered_and_departs_in_order() -> None:
    with scripted_miko() as script, miko.connect(script.url, token="t", cache_dir=None, drain_seconds=2, ttl_seconds=9) as client:
        one = client.register("web", "web-1", 8080, zone="z", tags=["v2"], labels={"team": "shop"}, check=miko.HttpCheck("/healthz", rise=1))
        assert one.ready(10_000).id == "ep_web-1" and one.registered and client.status().registered
        client.close()
        assert [(asked.method, asked.path.rsplit("/", 1)[-1]) for asked in script.asked] == [
            ("POST", "sessions"),
            ("PUT", "web-1"),
            ("DELETE", "web-1"),
            ("DELETE", "ses_1"),
        ]
        session, put, gone, _ = script.asked
        assert session.body["ttl_seconds"] == 9 and session.body["owner"].endswith(":web:web-1")
        assert put.body["check"] == {"type": "http", "path": "/healthz", "interval_ms": 1000, "timeout_ms": 500, "rise": 1, "fall": 3}
        assert put.body["session"] == "ses_1" and put.headers["authorization"] == "Bearer t"
        assert gone.query == {"session": "ses_1", "wait_seconds": "2"}


def test_what_is_asked_goes_on_until_the_client_has_departed() -> None:
    with scripted_miko(mail=known(endpoint("a"))) as script:
        client = miko.connect(script.url, token="t", cache_dir=None)
        client.register("web", "web-1", 8080).ready(10_000)
        watch = client.watch("mail")
        assert next(watch).state == "known"
        script.lets_go.clear()
        closing = threading.Thread(target=client.close)
        closing.start()
        eventually(lambda: script.requests("DELETE", "web-1"))
        script.delta("mail", set=[endpoint("b")])
        assert len(next(watch).endpoints) == 2 and client.pick("mail").endpoint.service == "mail"
        with pytest.raises(miko.MikoError) as caught:
            client.register("web", "web-2", 8080)
        assert caught.value.code == "closed"
        script.lets_go.set()
        closing.join(10)
        with pytest.raises(miko.MikoError) as caught:
            client.pick("mail")
        assert caught.value.code == "closed" and list(watch) == []


def test_a_refusal_is_told_and_the_attempts_go_on() -> None:
    with scripted_miko() as script, miko.connect(script.url, token="t", cache_dir=None) as client:
        script.refusals["PUT", "web-1"] = [Refusal(400, "invalid_request")]
        one = client.register("web", "web-1", 8080)
        with pytest.raises(miko.MikoError) as caught:
            one.ready(10_000)
        assert caught.value.code == "invalid_request"
        eventually(lambda: one.registered)


def test_a_lost_session_is_opened_again_with_all_that_was_in_it() -> None:
    with scripted_miko() as script, miko.connect(script.url, token="t", cache_dir=None) as client:
        both = [client.register("web", name, 8080) for name in ("a", "b")]
        for one in both:
            one.ready(10_000)
        script.refusals["PUT", "ses_1"] = [Refusal(404, "session_not_found")]
        eventually(lambda: client.status().session == "ses_2" and all(one.registered for one in both))
        assert sorted(asked.path[-1] for asked in script.requests("PUT") if (asked.body or {}).get("session") == "ses_2") == ["a", "b"]


def test_what_was_taken_away_is_acknowledged_at_once() -> None:
    with scripted_miko(web=known(endpoint("a"), endpoint("b"))) as script, miko.connect(script.url, token="t", cache_dir=None, owner="me") as client:
        client.endpoints("web")
        script.delta("web", gone=[("a", "ep_a")], revision=7)
        eventually(lambda: {"applied": 7} in [asked.body for asked in script.requests("PUT", "ses_1")])


def test_readiness_is_asked_first() -> None:
    with scripted_miko() as script, miko.connect(script.url, token="t", cache_dir=None) as client:
        answers = [False, True]
        one = client.register("web", "a", 1, readiness=lambda: answers.pop(0))
        one.ready(10_000)
        assert answers == []


def test_a_registration_that_never_was_sent_is_closed_without_a_call() -> None:
    with scripted_miko(), miko.connect("http://127.0.0.1:9", token="t", cache_dir=None) as client:
        one = client.register("web", "a", 1)
        one.close()
        with pytest.raises(miko.MikoError) as caught:
            one.ready(10_000)
        assert caught.value.code == "closed"
        client.register("web", "a", 1)


def test_the_same_instance_twice_and_bad_arguments() -> None:
    with scripted_miko(web=empty("never_registered")) as script, miko.connect(script.url, token="t", cache_dir=None) as client:
        client.register("web", "a", 1)
        for service, instance, port, named in (("web", "a", 1, "web/a"), ("web", "b", 0, "port"), ("W", "b", 1, "service")):
            with pytest.raises(miko.MikoError, match=named) as caught:
                client.register(service, instance, port)
            assert caught.value.code == "invalid_argument"


def test_the_asynchronous_client_registers_too() -> None:
    async def run(url: str) -> None:
        async with miko.connect_async(url, token="t", cache_dir=None) as client, client.register("web", "a", 1, check=miko.TtlCheck(1000)) as one:
            assert (await one.ready(10_000)).instance == "ep_a".removeprefix("ep_")
            await one.report("passing", "warm")

    with scripted_miko() as script:
        asyncio.run(run(script.url))
        assert script.requests("PUT", "/health")[0].body == {"session": "ses_1", "health": "passing", "note": "warm"}
        assert script.requests("DELETE", "/a")


def test_a_renewal_never_undercuts_retry_after() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.refusals["PUT", "ses_1"] = [Refusal(503, "overloaded", {"retry-after": "300"})]
        with miko.connect(script.url, token="t", cache_dir=None, owner="me", required=["web"]) as client:
            client.ready(10_000)
            # The first list is acknowledged at once, and that is refused.
            eventually(lambda: script.requests("PUT", "ses_1"))
            session = client._core._session
            assert session is not None
            eventually(lambda: not script.refusals["PUT", "ses_1"])
            script.delta("web", set=[endpoint("b")], gone=[("a", "ep_a")])
            # Told before the acknowledgement is asked for.
            eventually(lambda: session._acknowledge_now)
            assert len(script.requests("PUT", "ses_1")) == 1


def test_who_closes_it_too_waits_until_it_has_departed() -> None:
    with scripted_miko() as script:
        client = miko.connect(script.url, token="t", cache_dir=None)
        client.register("web", "a", 8080).ready(10_000)
        script.lets_go.clear()
        closing = [threading.Thread(target=client.close) for _ in range(2)]
        closing[0].start()
        eventually(lambda: script.requests("DELETE", "/a"))
        closing[1].start()
        closing[1].join(0.2)
        assert closing[1].is_alive()
        script.lets_go.set()
        for one in closing:
            one.join(10)
        assert script.requests("DELETE", "ses_1")


def test_closing_that_is_interrupted_ends_it_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_miko() as script:
        client = miko.connect(script.url, token="t", cache_dir=None)
        one = client.register("web", "a", 8080)
        one.ready(10_000)

        def interrupted(_: float | None = None) -> bool:
            raise KeyboardInterrupt

        monkeypatch.setattr(one._entry.gone, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            client.close()
        assert script.requests("DELETE", "ses_1")
        client.close()
        with pytest.raises(miko.MikoError) as caught:
            client.endpoints("web")
        assert caught.value.code == "closed"


def test_what_stands_already_is_ready_in_no_time() -> None:
    async def run(url: str) -> None:
        async with miko.connect_async(url, token="t", cache_dir=None) as client:
            one = client.register("web", "a", 1)
            await one.ready(10_000)
            assert (await one.ready(0)).instance == "a"

    with scripted_miko() as script:
        asyncio.run(run(script.url))
