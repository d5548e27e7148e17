"""Carries out the decisions of a call in the caller's thread; with hedging in threads of their own."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, Protocol

from miko._call import Attempt, Call, Done, Pause, Step
from miko._outcome import A, Outcome

if TYPE_CHECKING:
    from miko._runtime import Runtime


class SyncExchange(Protocol[A]):
    """What an attempt is. Every method answers; an exception that it raises ends the call, as the caller's own fault."""

    def attempt(self, attempt: Attempt) -> Outcome[A]:
        """Sends the request to `attempt.endpoint`, with `attempt.headers` added; returns at the head of the answer, before `attempt.left_ms()` is over."""

    def complete(self, answer: A) -> BaseException | None:
        """Reads the body of the answer that is handed on, where the caller wants it whole; the error when it broke off."""

    def set_aside(self, answer: A) -> None:
        """Reads or lets go of an answer that is not handed on."""

    def cancel(self, attempt: Attempt) -> None:
        """Makes an attempt that runs in another thread end soon. Its answer is set aside."""


def run_sync(call: Call[A], exchange: SyncExchange[A], runtime: Runtime) -> Done[A]:
    """Runs the call to the answer that is handed on: call its `release` when its body is done with. Raises MikoError."""
    try:
        waiter = call.enter()
        if waiter is not None:
            waiter.wait(call.left_ms())
            call.entered(waiter)
        if call.spec.hedge_after_ms is not None and call.spec.repeatable:
            return _race(call, exchange, runtime, call.spec.hedge_after_ms)
        return _follow(call, exchange, call.begin())
    except BaseException:
        call.abandon()
        raise


def _follow(call: Call[A], exchange: SyncExchange[A], step: Step[A]) -> Done[A]:
    while True:
        if type(step) is Attempt:
            attempt = step
            outcome = exchange.attempt(attempt)
            step = call.finished(attempt, outcome)
            _set_aside(call, exchange, attempt, outcome, step)
        elif isinstance(step, Done):
            error = exchange.complete(step.answer)
            if error is None:
                return step
            raise call.incomplete(step.attempt, error)
        elif isinstance(step, Pause):
            time.sleep(step.ms / 1000)
            step = call.resume()


def _set_aside(call: Call[A], exchange: SyncExchange[A], attempt: Attempt, outcome: Outcome[A], step: Step[A]) -> None:
    if outcome.answer is None or (isinstance(step, Done) and step.outcome is outcome):
        return
    exchange.set_aside(outcome.answer)
    call.set_aside(attempt)


def _race(call: Call[A], exchange: SyncExchange[A], runtime: Runtime, hedge_after_ms: float) -> Done[A]:
    race = _Race(call, exchange, runtime)
    try:
        race.launch(call.begin())
        hedge_at: float | None = runtime.now() + hedge_after_ms
        while True:
            try:
                attempt, outcome = race.next(None if hedge_at is None else hedge_at - runtime.now())
            except Empty:
                hedge_at = None
                second = call.hedge()
                if second is not None:
                    race.launch(second)
                continue
            step = call.finished(attempt, outcome)
            _set_aside(call, exchange, attempt, outcome, step)
            if isinstance(step, Pause):
                time.sleep(step.ms / 1000)
                step = call.resume()
            if isinstance(step, Attempt):
                race.launch(step)
            elif isinstance(step, Done):
                race.stop()
                return _follow(call, exchange, step)
    finally:
        race.stop()


class _Race(Generic[A]):
    """Attempts of one call in threads of their own, and their ends in the order in which they come."""

    def __init__(self, call: Call[A], exchange: SyncExchange[A], runtime: Runtime) -> None:
        self._call = call
        self._exchange = exchange
        self._runtime = runtime
        self._running: list[Attempt] = []
        self._ends: SimpleQueue[tuple[Attempt, Outcome[A] | BaseException]] = SimpleQueue()
        self._lock = threading.Lock()
        self._over = False

    def launch(self, attempt: Attempt) -> None:
        self._running.append(attempt)
        self._runtime.work(lambda: self._run(attempt))

    def next(self, timeout_ms: float | None) -> tuple[Attempt, Outcome[A]]:
        """The next attempt that ended; raises `Empty` when none did in time, and what the exchange raised."""
        attempt, end = self._ends.get(timeout=None if timeout_ms is None else max(0.0, timeout_ms / 1000))
        self._running.remove(attempt)
        if isinstance(end, BaseException):
            raise end
        return attempt, end

    def stop(self) -> None:
        """Ends what still runs. Answers that come late are let go of."""
        with self._lock:
            self._over = True
        for attempt in self._running:
            self._exchange.cancel(attempt)
            self._call.cancelled(attempt)
        self._running.clear()
        while not self._ends.empty():
            self._let_go(self._ends.get()[1])

    def _run(self, attempt: Attempt) -> None:
        end: Outcome[A] | BaseException
        try:
            end = self._exchange.attempt(attempt)
        except BaseException as error:
            end = error
        with self._lock:
            if not self._over:
                self._ends.put((attempt, end))
                return
        self._let_go(end)

    def _let_go(self, end: Outcome[A] | BaseException) -> None:
        if isinstance(end, Outcome) and end.answer is not None:
            self._exchange.set_aside(end.answer)
