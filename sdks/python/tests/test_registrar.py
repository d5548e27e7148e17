"""When a registration is tried again."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

from miko._errors import MikoError
from miko._events import Events
from miko._register import RegisterSpec
from miko._registrar import Registrar
from miko._runtime import Runtime
from scripted_miko import eventually


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
    registrar: Any = Registrar(http, runtime, "default", Events())  # type: ignore[arg-type]
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
