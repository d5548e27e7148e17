"""The engine of a call, over attempts that a script makes: what is repeated, where, and what is handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from miko._call import Attempt, Call, CallSpec
from miko._endpoint import Answer, Endpoint
from miko._errors import MikoError
from miko._events import EVENTS, Event, Events
from miko._outcome import Outcome, of_answer
from miko._policy import ServicePolicy, read_policy
from miko._run_async import run_async
from miko._run_sync import run_sync
from miko._runtime import Runtime
from miko._service import Service

Does = Callable[[Attempt], Outcome[str]]


class Stage:
    """A service of some endpoints, and what each attempt at it came to, in order."""

    def __init__(self, *outcomes: Outcome[str], endpoints: int = 3, **policy: Any) -> None:
        self.runtime = Runtime()
        self.events = Events()
        self.told: list[Event] = []
        for name in EVENTS:
            self.events.on(name, self.told.append)
        given = read_policy({"retry": {"backoff_ms": 1, **policy.pop("retry", {})}, "breaker": None, **policy}, ServicePolicy(), "policy")
        self.service = Service("web", given, own_zone=None, owner="me", runtime=self.runtime, events=self.events)
        listed = tuple(Endpoint(f"ep_{name}", "web", name, "127.0.0.1", 1, "http") for name in "abcdefgh"[:endpoints])
        self.service.update(Answer("known", "web", listed))
        self.outcomes = list(outcomes)
        self.tried: list[str] = []
        self.headers: list[dict[str, str]] = []

    def call(self, repeatable: bool = True, timeout_ms: float | None = 10_000, replayable: bool = True) -> Call[str]:
        return Call(self.service, CallSpec(repeatable, timeout_ms), self.runtime, None, lambda: replayable)

    def run(self, **spec: Any) -> str:
        done = run_sync(self.call(**spec), SyncScript(self), self.runtime)
        done.release()
        return done.answer

    def run_async(self, **spec: Any) -> str:
        done = asyncio.run(run_async(self.call(**spec), AsyncScript(self), self.runtime))
        done.release()
        return done.answer

    def next(self, attempt: Attempt) -> Outcome[str]:
        self.tried.append(attempt.endpoint.instance)
        self.headers.append(attempt.headers)
        return self.outcomes.pop(0)

    def idle(self) -> bool:
        """Nothing is in flight any more."""
        return self.service._gate.in_flight == 0 and all(host.in_flight == 0 for host in self.service._balancer._hosts.values())


class SyncScript:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def attempt(self, attempt: Attempt) -> Outcome[str]:
        return self._stage.next(attempt)

    def complete(self, answer: str) -> BaseException | None:
        return OSError("cut") if answer == "cut" else None

    def set_aside(self, answer: str) -> None:
        return

    def cancel(self, attempt: Attempt) -> None:
        return


class AsyncScript:
    def __init__(self, stage: Stage) -> None:
        self._sync = SyncScript(stage)

    async def attempt(self, attempt: Attempt) -> Outcome[str]:
        return self._sync.attempt(attempt)

    async def complete(self, answer: str) -> BaseException | None:
        return self._sync.complete(answer)

    async def set_aside(self, answer: str) -> None:
        return


def status(code: int, retry_after_ms: float | None = None) -> Outcome[str]:
    return of_answer(str(code), code, retry_after_ms)


REFUSED: Outcome[str] = Outcome("refused", error=OSError("refused"))
BROKEN: Outcome[str] = Outcome("broken", error=OSError("broken"))

CASES = [
    ("a good answer is handed on", True, [status(200)], "200", 1),
    ("so is an error that is the caller's", True, [status(404)], "404", 1),
    ("and one that a repetition does not mend", True, [status(500)], "500", 1),
    ("a sick endpoint's is repeated elsewhere", True, [status(503), status(200)], "200", 2),
    ("also when it was limited", True, [status(429), status(502), status(200)], "200", 3),
    ("at most so often", True, [status(504)] * 3, "504", 3),
    ("not where it may not be", False, [status(503)], "503", 1),
    ("a broken connection is repeated", True, [BROKEN, status(200)], "200", 2),
    ("not where it may not be", False, [BROKEN], "endpoints_unreachable", 1),
    ("a refused one always", False, [REFUSED, REFUSED, status(200)], "200", 3),
    ("but not for ever", False, [REFUSED] * 3, "endpoints_unreachable", 3),
    ("an earlier answer is not kept for the end", True, [status(503), BROKEN, REFUSED], "endpoints_unreachable", 3),
    ("the last one's is handed on", True, [BROKEN, REFUSED, status(503)], "503", 3),
    ("a body that broke off is told, not repeated", True, [of_answer("cut", 200)], "endpoints_unreachable", 1),
]


@pytest.mark.parametrize(("repeatable", "outcomes", "ends", "attempts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("how", ["run", "run_async"])
def test_a_call(how: str, repeatable: bool, outcomes: list[Outcome[str]], ends: str, attempts: int) -> None:
    stage = Stage(*outcomes)
    try:
        got = getattr(stage, how)(repeatable=repeatable)
    except MikoError as error:
        got = error.code
    assert got == ends
    assert len(stage.tried) == attempts and len(set(stage.tried)) == attempts
    assert [event.name for event in stage.told].count("retried") == attempts - 1
    assert stage.idle()


def test_the_same_endpoint_where_there_is_no_other() -> None:
    stage = Stage(status(503), status(503), status(200), endpoints=1)
    assert stage.run() == "200" and stage.tried == ["a"] * 3


def test_a_body_that_can_be_sent_only_once_is_sent_once() -> None:
    stage = Stage(status(503))
    assert stage.run(replayable=False) == "503"


def test_the_budget_is_the_services() -> None:
    stage = Stage(*[status(503)] * 9, retry={"budget_tokens": 2, "budget_ratio": 0})
    assert [stage.run() for _ in range(3)] == ["503"] * 3
    assert len(stage.tried) == 3 + 2


def test_refused_ones_elsewhere_cost_nothing() -> None:
    stage = Stage(*[REFUSED, REFUSED, status(200)] * 3, retry={"budget_tokens": 0})
    assert [stage.run() for _ in range(3)] == ["200"] * 3


def test_all_paused_for_too_long() -> None:
    stage = Stage(status(503, 60_000), endpoints=1)
    assert stage.run() == "503" and len(stage.tried) == 1


def test_a_wait_beyond_the_deadline_is_not_made() -> None:
    stage = Stage(status(429, 5_000), endpoints=1)
    assert stage.run(timeout_ms=2_000) == "429"


def test_the_deadline_goes_along() -> None:
    stage = Stage(status(200), status(200))
    stage.run(timeout_ms=5_000)
    stage.run(timeout_ms=None)
    assert 4_000 < int(stage.headers[0]["Miko-Timeout-Ms"]) <= 5_000 and stage.headers[1] == {}


@pytest.mark.parametrize("how", ["run", "run_async"])
def test_what_the_exchange_raises_ends_the_call(how: str) -> None:
    stage = Stage()
    with pytest.raises(IndexError):
        getattr(stage, how)()
    assert stage.idle()


def test_beyond_the_bulkhead_a_call_is_refused() -> None:
    stage = Stage(status(200), bulkhead={"max_in_flight": 1, "max_queue": 1, "max_wait_ms": 0})
    done = run_sync(stage.call(), SyncScript(stage), stage.runtime)
    with pytest.raises(MikoError, match="web has no room: ") as caught:
        stage.run()
    assert caught.value.code == "overloaded" and len(stage.tried) == 1
    done.release()
    assert stage.idle()


def test_who_waits_at_the_bulkhead_goes_on_when_it_is_its_turn() -> None:
    stage = Stage(status(200), status(201), bulkhead={"max_in_flight": 1})
    done = run_sync(stage.call(), SyncScript(stage), stage.runtime)
    waiting = stage.call()
    waiter = waiting.enter()
    assert waiter is not None
    done.release()
    waiter.wait(10_000)
    waiting.entered(waiter)
    assert isinstance(waiting.begin(), Attempt)
    waiting.abandon()
    assert stage.idle()


@pytest.mark.parametrize(("max_wait_ms", "code"), [(60_000, "timeout"), (1, "overloaded")])
def test_who_waits_in_vain_at_the_bulkhead(max_wait_ms: int, code: str) -> None:
    stage = Stage(status(200), bulkhead={"max_in_flight": 1, "max_wait_ms": max_wait_ms})
    done = run_sync(stage.call(), SyncScript(stage), stage.runtime)
    with pytest.raises(MikoError) as caught:
        stage.run(timeout_ms=20)
    assert caught.value.code == code and len(stage.tried) == 1
    done.release()
    assert stage.idle()


def test_no_endpoint() -> None:
    stage = Stage(endpoints=0)
    stage.service.update(Answer("empty", "web", cause="departed"))
    with pytest.raises(MikoError, match="departed") as caught:
        stage.run()
    assert caught.value.code == "no_endpoint" and stage.idle()
