"""In a child of the process that made it, a client is closed; the parent's is not touched."""

from __future__ import annotations

import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import miko
from miko.integrations.httpx import MikoTransport
from scripted_miko import endpoint, eventually, known, scripted_miko
from upstreams import Asked, upstream

# From Python 3.12 on it warns of any fork beside threads, which is what is tried here.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


def in_child(act: Callable[[], object]) -> None:
    """Runs it in a child by `os.fork`, which must come to its end soon."""
    pid = os.fork()
    if pid == 0:
        threading.Timer(10, os._exit, (2,)).start()
        try:
            act()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def says_closed(act: Callable[[], object]) -> None:
    with pytest.raises(miko.MikoError, match="made before a fork: connect in the child") as caught:
        act()
    assert caught.value.code == "closed"


def echo(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, asked.path.encode()


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def test_the_child_hears_that_it_is_closed_and_the_parent_goes_on() -> None:
    with upstream(echo) as up, scripted_miko(web=known(endpoint("a", port=port_of(up.url)))) as script:
        client = miko.connect(script.url, token="t", cache_dir=None, required=["web"])
        with client, httpx.Client(transport=MikoTransport(client)) as http:
            client.ready(10_000)
            registration = client.register("mail", "mail-1", 1)
            registration.ready(10_000)
            assert client.get("web://before").text == "/before"
            api, watch = client.api, client.watch("web")
            next(watch)
            acts: list[Callable[[], object]] = [
                lambda: client.get("web://child"),
                lambda: client.get("other://child"),
                lambda: http.get("http://web/child"),
                lambda: client.endpoints("web"),
                lambda: client.endpoints("other"),
                lambda: client.pick("web"),
                lambda: client.watch("web"),
                lambda: client.register("web", "b", 1),
                lambda: client.ready(10_000),
                lambda: registration.ready(),
                lambda: registration.report("passing"),
                lambda: api.service_list(),
            ]

            def child() -> None:
                for act in acts:
                    says_closed(act)
                assert list(watch) == [] and not client.status().connected and not registration.registered
                client.on("error", print)()
                watch.close()
                registration.close()
                client.close()

            in_child(child)
            script.delta("web", set=[endpoint("b", port=port_of(up.url))])
            assert len(next(watch).endpoints) == 2
            assert client.get("web://after").text == "/after" and registration.registered
            assert {asked.path for asked in up.asked} == {"/before", "/after"} and not script.requests("DELETE")


def test_nothing_in_the_child_waits_for_a_lock_whose_holder_is_gone() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script, miko.connect(script.url, token="t", cache_dir=None, fixed={"old": ["http://10.0.0.1"]}) as client:
        picked, watch, registration = client.pick("web"), client.watch("web"), client.register("web", "b", 1)
        core = client._core
        locks: list[Any] = [core._lock, core.events._lock, core.directory._lock, core.directory._telling, core.directory.fixed._lock]
        locks += [core._registrar._lock, core.service("web")._lock, client._pool._lock, watch._changed]
        taken, done = threading.Event(), threading.Event()

        def hold() -> None:
            for lock in locks:
                lock.acquire()
            taken.set()
            done.wait(30)
            for lock in locks:
                lock.release()

        holder = threading.Thread(target=hold)
        holder.start()
        taken.wait(10)

        def child() -> None:
            says_closed(lambda: client.get("web://x"))
            says_closed(lambda: client.watch("web"))
            says_closed(lambda: client.register("web", "c", 1))
            says_closed(lambda: client.ready(10_000))
            picked.report("ok")
            picked.release()
            client.on("error", print)()
            assert [answer.state for answer in watch] == ["known"]
            assert client.status().session is None and client.fixed_report()[0].calls_by_fixed == 0
            watch.close()
            registration.close()
            client.close()

        in_child(child)
        done.set()
        holder.join()
        picked.release()


def test_an_answer_that_is_read_at_the_fork_stays_the_parents() -> None:
    going_on = threading.Event()

    def in_two(_: Asked) -> tuple[int, dict[str, str], bytes]:
        going_on.wait(10)
        return 200, {}, b"x" * 300_000

    with upstream(in_two) as up, miko.connect("http://127.0.0.1:9", token="t", cache_dir=None, fixed={"web": [up.url]}) as client:
        going_on.set()
        with client.stream("GET", "web://x") as response:

            def child() -> None:
                says_closed(response.read)
                response.close()

            in_child(child)
            pieces = response.iter_bytes()
            first = next(pieces)

            def child_on_the_way() -> None:
                with pytest.raises(httpx.ReadError, match="made before a fork"):
                    list(pieces)

            in_child(child_on_the_way)
            assert len(first) + sum(map(len, pieces)) == 300_000


def test_a_client_of_the_childs_own_works() -> None:
    with upstream(echo) as up, scripted_miko(web=known(endpoint("a", port=port_of(up.url)))) as script:
        with miko.connect(script.url, token="t", cache_dir=None) as client:
            assert client.get("web://parent").text == "/parent"

            def child() -> None:
                with miko.connect(script.url, token="t", cache_dir=None) as own:
                    assert own.get("web://child").text == "/child"
                    assert own.register("mail", "m", 1).ready(10_000).instance == "m"

            in_child(child)
            assert client.get("web://parent").text == "/parent"
        eventually(lambda: len(script.requests("DELETE")) == 2)


def call_in(client: miko.Client, told: Any) -> None:
    try:
        client.get("web://x")
    except miko.MikoError as error:
        told.send((error.code, str(error)))
    finally:
        client.close()


def test_multiprocessing() -> None:
    with upstream(echo) as up, miko.connect("http://127.0.0.1:9", token="t", cache_dir=None, fixed={"web": [up.url]}) as client:
        assert client.get("web://x").text == "/x"
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=call_in, args=(client, there))
        process.start()
        process.join(10)
        assert process.exitcode == 0 and here.recv() == ("closed", "the client was made before a fork: connect in the child")
        assert client.get("web://x").text == "/x"


def test_http2_of_the_synchronous_client_is_over_in_the_child() -> None:
    pytest.importorskip("h2")
    with miko.connect("http://127.0.0.1:9", token="t", cache_dir=None) as client:
        loop = client._pool.http2
        loop.enter()

        async def never() -> None: ...

        in_child(lambda: says_closed(lambda: loop.run(never())))
        loop.run(never())
        loop.leave()
