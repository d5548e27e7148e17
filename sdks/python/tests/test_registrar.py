"""When a registration is tried again."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from miko._errors import MikoError
from miko._events import Events
from miko._refusals import Refusals
from miko._register import RegisterSpec
from miko._registrar import Registrar
from miko._runtime import Runtime
from scripted_miko import endpoint, eventually


class SlowHttp:
    """Refuses each call, when it is let go on."""

    def __init__(self) -> None:
        self.calls = 0
        self.go_on = threading.Semaphore(0)

    def call(self, *_: Any, **__: Any) -> None:
        self.calls += 1
        assert self.go_on.acquire(timeout=10)
        raise MikoError("overloaded", "busy", status=503, retry_after_ms=60_000)


def test_being_looked_at_without_news_does_not_cut_a_wait_short() -> None:
    http, runtime, session = SlowHttp(), Runtime(), SimpleNamespace(current="ses_1")
    registrar: Any = Registrar(http, runtime, "default", Events(), Refusals("http://x"))  # type: ignore[arg-type]
    entry = registrar.add(RegisterSpec("web", "a", 80))
    registrar.start(session)
    eventually(lambda: http.calls == 1)
    # The session's word and that of `register` come at once, while the call is under way.
    registrar.start(session)
    http.go_on.release()
    eventually(lambda: entry.cancel_timer is not None)
    assert http.calls == 1
    # A session that is another one is news.
    session.current = "ses_2"
    registrar.start(session)
    eventually(lambda: http.calls == 2)
    http.go_on.release()
    eventually(lambda: entry.cancel_timer is not None)
    runtime.close()


class GoodHttp:
    def call(self, _: str, path: str, *__: Any, **___: Any) -> Any:
        return SimpleNamespace(json=lambda: endpoint(path.rsplit("/", 1)[-1]))


def test_readiness_that_hangs_holds_up_no_other_and_is_asked_once() -> None:
    go_on, asked, runtime = threading.Event(), [], Runtime()

    def hangs() -> bool:
        asked.append(1)
        return go_on.wait(10)

    registrar: Any = Registrar(GoodHttp(), runtime, "default", Events(), Refusals("http://x"))  # type: ignore[arg-type]
    hanging = [registrar.add(RegisterSpec("web", f"h{i}", 80, readiness=hangs)) for i in range(20)]
    registrar.start(SimpleNamespace(current="ses_1"))
    eventually(lambda: len(asked) == 20)
    free = registrar.add(RegisterSpec("web", "free", 80))
    registrar.poke(free)
    assert free.ready.result(10).instance == "free"
    registrar.start(SimpleNamespace(current="ses_2"))
    go_on.set()
    assert {entry.ready.result(10).instance for entry in hanging} == {f"h{i}" for i in range(20)}
    assert len(asked) == 20
    runtime.close()


def test_readiness_that_takes_too_long_is_a_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miko._registrar._READINESS_BOUND_MS", 10.0)
    late, events, runtime, answers = threading.Event(), Events(), Runtime(), []

    def ready() -> bool:
        answers.append(1)
        return len(answers) > 1 or late.wait(10)

    events.on("error", lambda event: late.set())
    registrar: Any = Registrar(GoodHttp(), runtime, "default", events, Refusals("http://x"))  # type: ignore[arg-type]
    entry = registrar.add(RegisterSpec("web", "a", 80, readiness=ready))
    registrar.start(SimpleNamespace(current="ses_1"))
    assert entry.ready.result(10).instance == "a"
    assert len(answers) >= 2
    runtime.close()


class HangingHttp:
    """Answers no departure, and no registration from the 41st on."""

    def __init__(self) -> None:
        self.departures = 0
        self.puts = 0
        self.go_on = threading.Event()
        self._lock = threading.Lock()

    def call(self, method: str, path: str, *_: Any, **__: Any) -> Any:
        with self._lock:
            self.departures += method == "DELETE"
            self.puts += method == "PUT"
            hangs = method == "DELETE" or self.puts > 40
        if hangs:
            assert self.go_on.wait(10)
        return GoodHttp().call(method, path)


def test_departures_are_sent_at_once_and_wait_for_no_registration() -> None:
    http, runtime = HangingHttp(), Runtime()
    registrar: Any = Registrar(http, runtime, "default", Events(), Refusals("http://x"))  # type: ignore[arg-type]
    stand = [registrar.add(RegisterSpec("web", f"a{i}", 80)) for i in range(40)]
    registrar.start(SimpleNamespace(current="ses_1"))
    for entry in stand:
        entry.ready.result(10)
    more = [registrar.add(RegisterSpec("web", f"b{i}", 80)) for i in range(20)]
    for entry in more:
        registrar.poke(entry)
    eventually(lambda: http.puts == 56)
    for entry in stand:
        registrar.remove(entry, 5)
    eventually(lambda: http.departures == 40)
    # Nothing was sent of it: there is nothing to take out, and it waits for nothing.
    queued = [entry for entry in more if entry.tried is None]
    registrar.remove(queued[0], 5)
    assert len(queued) == 4 and queued[0].gone.wait(10) and http.puts == 56
    http.go_on.set()
    assert all(entry.gone.wait(10) for entry in stand)
    runtime.close()


def test_who_fails_a_registration_second_raises_nothing() -> None:
    runtime = Runtime()
    registrar: Any = Registrar(GoodHttp(), runtime, "default", Events(), Refusals("http://x"))  # type: ignore[arg-type]
    entry = registrar.add(RegisterSpec("web", "a", 80))
    entry.ready.done = lambda: False
    registrar.remove(entry, 0)
    registrar.remove(entry, 0)
    assert entry.gone.wait(10) and isinstance(entry.ready.exception(), MikoError)
    runtime.close()
