"""The directory of a client against a scripted Miko: streams, polling, outages, the disk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import miko
from miko._watchers import Watcher
from scripted_miko import BOUND_S, Refusal, ScriptedMiko, empty, endpoint, eventually, known, scripted_miko


@contextmanager
def connected(script: ScriptedMiko, **options: Any) -> Iterator[tuple[miko.Client, list[miko.Event]]]:
    told: list[miko.Event] = []
    with miko.connect(script.url, token="t", **{"cache_dir": None, **options}) as client:
        for name in miko.EVENTS:
            client.on(name, told.append)
        yield client, told


def names(client: miko.Client, service: str = "web") -> list[str]:
    return [one.instance for one in client.endpoints(service).endpoints]


def happened(told: list[miko.Event], name: str) -> list[miko.Event]:
    return [event for event in told if event.name == name]


def test_the_four_answers() -> None:
    with scripted_miko(web=known(endpoint("b"), endpoint("a")), mail=empty("expired")) as script, connected(script) as (client, _):
        assert names(client) == ["a", "b"]
        mail, nope = client.endpoints("mail"), client.endpoints("nope")
        assert (mail.state, mail.cause, mail.source) == ("empty", "expired", "miko") and nope.state == "unknown"
        script.refusals["GET", "endpoints:watch"] = [Refusal(403, "denied")] * 50
        refused = client.endpoints("other")
        assert refused.state == "not_ready" and refused.error is not None and refused.error.code == "denied"


def test_changes_come_to_watchers_and_iterators() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script) as (client, _):
        seen: list[list[str]] = []
        stop = client.watch("web", lambda answer: seen.append([one.instance for one in answer.endpoints]))
        answers = client.watch("web")
        assert next(answers).endpoints[0].instance == "a"
        script.delta("web", set=[endpoint("b")])
        assert len(next(answers).endpoints) == 2
        eventually(lambda: seen == [["a"], ["a", "b"]])
        stop.close()
        answers.close()
        assert list(answers) == []


def test_services_asked_for_together_share_one_stream() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script, required=["web"], optional=["mail"]) as (client, _):
        client.ready(10_000)
        assert [one.query["service"] for one in script.streams()] == ["mail,web"]


def test_ready_names_what_is_missing() -> None:
    with (
        scripted_miko(web=known(endpoint("a"))) as script,
        connected(script, required=["web", "mail"]) as (client, _),
        pytest.raises(miko.MikoError, match="mail") as caught,
    ):
        client.ready(300)
    assert caught.value.code == "not_ready"


def test_a_stream_resumes_by_its_cursor_and_an_outage_is_told_once() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script) as (client, told):
        assert names(client) == ["a"]
        script.refusals["GET", "endpoints:watch"] = [Refusal(503, "overloaded")] * 2
        script.cut()
        eventually(lambda: len(script.streams()) == 4 and client.status().connected)
        assert [one.headers.get("last-event-id") for one in script.streams()] == [None, "c1", "c1", "c1"]
        assert len(happened(told, "stale")) == 1 and names(client) == ["a"] and client.status().stale_since is None


def test_an_unreadable_frame_ends_the_stream_and_leaves_the_cursor() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script) as (client, told):
        names(client)
        script.say_bytes(b'event: delta\nid: bad\ndata: {"revision"\n\n')
        eventually(lambda: len(script.streams()) == 2)
        assert script.streams()[1].headers["last-event-id"] == "c1"
        assert [event.error.code for event in happened(told, "error") if event.error] == ["bad_answer"]


def test_where_streams_are_cut_it_polls_and_goes_back() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.stream_type = "text/html"
        with connected(script, poll_ms=10) as (client, told):
            assert names(client) == ["a"]
            script.services["web"] = known(endpoint("b"), revision=2)
            eventually(lambda: names(client) == ["b"])
            assert len(happened(told, "polling")) == 1 and client.status().connected
            assert {one.query.get("at_least") for one in script.requests("GET", "/endpoints")} >= {None, "2"}


def test_a_sudden_empty_list_is_believed_when_it_is_confirmed() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script, confirm_empty_ms=50) as (client, told):
        names(client)
        script.refusals["GET", "/endpoints"] = [Refusal(503, "not_ready")]
        script.services["web"] = empty("expired")
        script.say("snapshot", script.list("web"))
        eventually(lambda: happened(told, "held_empty"))
        assert names(client) == ["a"]
        eventually(lambda: client.endpoints("web").state == "empty")
        assert len(script.requests("GET", "/endpoints")) == 2


def test_the_disk_serves_while_miko_is_away(tmp_path: Path) -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        url = script.url
        with connected(script, cache_dir=tmp_path) as (client, _):
            names(client)
    with miko.connect(url, token="t", cache_dir=tmp_path) as client:
        answer = client.endpoints("web")
        assert (answer.state, answer.source) == ("known", "disk") and client.status().stale_since is not None
        assert client.endpoints("mail").state == "not_ready"


def test_a_listener_that_raises_breaks_nothing() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script) as (client, told):
        client.on("changed", lambda event: 1 / 0)
        client.watch("web", lambda answer: 1 / 0)
        assert names(client) == ["a"]
        eventually(lambda: len([event for event in happened(told, "error") if event.during == "listener"]) == 2)


def test_a_closed_client_says_so() -> None:
    with scripted_miko() as script, connected(script) as (client, _):
        client.close()
        for act in (lambda: client.endpoints("web"), lambda: client.get("web://x"), lambda: client.register("web", "a", 1)):
            with pytest.raises(miko.MikoError) as caught:
                act()
            assert caught.value.code == "closed"


def test_the_asynchronous_client_says_the_same() -> None:
    async def run(url: str) -> None:
        async with miko.connect_async(url, token="t", cache_dir=None, required=["web"]) as client:
            await client.ready(10_000)
            both = await asyncio.gather(client.endpoints("web"), client.endpoints("mail"))
            assert [one.state for one in both] == ["known", "unknown"]
            async with client.watch("web") as answers:
                async for answer in answers:
                    assert answer.state == "known"
                    break
            with await client.pick("web") as picked:
                assert picked.endpoint.instance == "a"

    with scripted_miko(web=known(endpoint("a"))) as script:
        asyncio.run(run(script.url))


def test_a_connection_on_which_no_head_comes_is_a_cut_stream() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.headless = True
        with connected(script, poll_ms=10, first_frame_ms=50, first_answer_ms=10_000) as (client, told):
            assert names(client) == ["a"]
            assert len(happened(told, "polling")) == 1 and len(script.streams()) == 2


def test_the_wait_for_the_first_list_is_part_of_the_calls_time() -> None:
    async def run(url: str) -> None:
        async with miko.connect_async(url, token="t", cache_dir=None, first_answer_ms=60_000) as client:
            with pytest.raises(miko.MikoError) as late:
                await client.get("web://x", timeout_ms=50)
            assert late.value.code == "timeout"

    with scripted_miko(web=known(endpoint("a"))) as script:
        script.headless = True
        with connected(script, first_answer_ms=60_000, policy={"timeout_ms": 50}) as (client, _):
            for act in (lambda: client.get("web://x", timeout_ms=50), lambda: client.pick("web")):
                with pytest.raises(miko.MikoError) as caught:
                    act()
                assert caught.value.code == "timeout"
        asyncio.run(run(script.url))


def test_what_is_fixed_is_not_told_before_miko_spoke() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.headless = True
        seen: list[str | None] = []
        with connected(script, fixed={"web": ["http://127.0.0.1:1"]}, required=["web"], first_answer_ms=60_000) as (client, _):
            client.watch("web", lambda answer: seen.append(answer.source))
            eventually(script.streams)
            assert seen == [] and client._core.directory.current("web") is None
            script.headless = False
            script.cut()
            # That was a failure, after which the next stream speaks.
            client.ready(10_000)
            eventually(lambda: seen == ["fixed", "miko"])


def test_what_is_fixed_is_told_when_miko_did_not_speak_in_time() -> None:
    with scripted_miko() as script:
        script.headless = True
        with connected(script, fixed={"web": ["http://127.0.0.1:1"]}, required=["web"], first_answer_ms=20) as (client, _):
            client.ready(10_000)
            assert client.endpoints("web").source == "fixed"


def test_what_starts_does_not_outdo_what_is_fixed() -> None:
    fixed = {"web": ["http://127.0.0.1:1"]}
    with scripted_miko(web=known(endpoint("a", health="starting"))) as script, connected(script, optional=["web"], fixed=fixed) as (client, _):
        eventually(lambda: client.status().connected)
        assert client.endpoints("web").source == "fixed"
        script.delta("web", set=[endpoint("a", revision=2)])
        eventually(lambda: client.endpoints("web").source == "miko")
        script.delta("web", set=[endpoint("a", health="critical", revision=3)])
        eventually(lambda: client.endpoints("web").cause == "critical")


def test_quiet_polls_keep_to_retry_after_and_ask_at_times_for_the_list_as_it_is() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        script.stream_type = "text/html"
        with connected(script, poll_ms=10) as (client, _):
            assert names(client) == ["a"]
            script.refusals["GET", "/endpoints"] = [Refusal(503, "not_ready")] * 1_000
            seen = len(script.requests("GET", "/endpoints"))
            eventually(lambda: any("at_least" not in one.query for one in script.requests("GET", "/endpoints")[seen:]))
            script.refusals["GET", "/endpoints"] = [Refusal(503, "not_ready", {"retry-after": "300"})] * 5
            eventually(lambda: len(script.refusals["GET", "/endpoints"]) == 4)
            script.refusals["GET", "/endpoints"].clear()
            asked = len(script.requests("GET", "/endpoints"))
            script.services["web"] = known(endpoint("b"), revision=2)
            assert names(client) == ["a"] and len(script.requests("GET", "/endpoints")) == asked


def test_the_pools_of_an_asynchronous_client_are_forgotten_with_it() -> None:
    with scripted_miko() as script, connected(script) as (client, _):
        before = client._core._pools

        async def run() -> None:
            async with client.asynchronous():
                assert len(client._core._pools) == len(before) + 1

        asyncio.run(run())
        assert client._core._pools == before


@pytest.mark.parametrize("fixed", [{}, {"other": ["http://127.0.0.1:1"]}])
def test_a_listener_that_asks_for_another_service_gets_its_answer(fixed: dict[str, list[str]]) -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script, fixed=fixed, first_answer_ms=200) as (client, _):
        names(client)
        script.headless = True
        answers: list[miko.Answer] = []
        asking = threading.Thread(target=lambda: client.watch("web", lambda _: answers.append(client.endpoints("other"))), daemon=True)
        asking.start()
        asking.join(BOUND_S)
        assert [answer.source if fixed else answer.state for answer in answers] == ["fixed" if fixed else "not_ready"]


def test_who_gave_up_waiting_until_it_is_ready_hears_no_more() -> None:
    with scripted_miko() as script, connected(script, required=["web"], first_answer_ms=50) as (client, _):
        client.endpoints("web")
        watchers = client._core.directory._asked["web"].watchers

        async def give_up() -> None:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(client._core.ready(60_000)), 0.05)

        given_up = client._core.ready(60_000)
        take = watchers[0].take
        assert given_up.cancel()
        asyncio.run(give_up())
        eventually(lambda: not watchers)
        # It was told in the same moment.
        take(miko.Answer("known", "web"))


def test_what_is_known_is_ready_at_once() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script, required=["web"]) as (client, _):
        client.ready(10_000)
        client.ready(0)


def test_a_watcher_that_raises_at_the_end_ends_nothing_else() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, connected(script) as (client, told):
        client._core.directory.watch("web", Watcher(lambda _: None, lambda: 1 / 0))
        answers = client.watch("web")
        client.close()
        assert [answer.state for answer in answers] in ([], ["known"])
        assert [event.during for event in happened(told, "error")] == ["listener"]
