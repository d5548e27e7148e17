"""The engine of a call: one call over attempts at endpoints (docs/protocol.md, section 4).

`Call` decides and never waits: whether to repeat, where, after how long, when to hand on what. The runners in
`_run_sync` and `_run_async` carry the decisions out, one with threads and one with tasks. What an attempt is, is the
business of the exchange that a runner is given: httpx, a transport, an adapter, gRPC.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias

from miko._errors import MikoError, shown
from miko._outcome import A, Outcome
from miko._survive.backoff import repetition_wait_ms

if TYPE_CHECKING:
    from miko._balance.balancer import Ticket
    from miko._endpoint import Endpoint
    from miko._runtime import Runtime
    from miko._service import Service
    from miko._survive.bulkhead import Waiter

Propagate = Callable[[MutableMapping[str, str]], object]

#: Methods that may be repeated (RFC 9110, 9.2.2).
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True)
class CallSpec:
    """What the caller asks for; defaults are the service's policy already."""

    #: Whether a second attempt may follow one that may have been acted on.
    repeatable: bool
    #: To the head of the answer; None: no deadline.
    timeout_ms: float | None
    hedge_after_ms: float | None = None
    hash_key: str | None = None
    #: Endpoints of other protocols are passed over; None: any.
    protocols: frozenset[str] | None = None
    #: The caller sent a `Miko-Timeout-Ms` of its own.
    keeps_timeout_header: bool = False


class Attempt:
    """One attempt at one endpoint, to be made now."""

    __slots__ = ("_now", "deadline_ms", "endpoint", "headers", "number", "started_ms", "ticket")

    def __init__(self, ticket: Ticket, number: int, started_ms: float, deadline_ms: float | None, now: Callable[[], float]) -> None:
        self.ticket = ticket
        self.endpoint: Endpoint = ticket.endpoint
        #: From 1.
        self.number = number
        self.started_ms = started_ms
        #: On the monotonic clock: the end of the call's time or of the attempt's, whichever is earlier; for the head of the answer.
        self.deadline_ms = deadline_ms
        #: To be sent in addition to the caller's own: `Miko-Timeout-Ms`, and what `propagate` added.
        self.headers: dict[str, str] = {}
        self._now = now

    def left_ms(self) -> float | None:
        """The time left for the head of the answer, at least 0; None: no bound."""
        return None if self.deadline_ms is None else max(0.0, self.deadline_ms - self._now())


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing to do for so long; then `Call.resume`."""

    ms: float


class Await:
    """Another attempt is under way: wait for its end."""


AWAIT = Await()


class Done(Generic[A]):
    """The answer to hand on. `release` when its body was read or let go of; a second time does nothing."""

    __slots__ = ("_call", "answer", "attempt", "outcome")

    def __init__(self, call: Call[A], attempt: Attempt, outcome: Outcome[A], answer: A) -> None:
        self._call = call
        self.attempt = attempt
        self.outcome = outcome
        self.answer = answer

    def release(self) -> None:
        self._call.release()

    def broke(self) -> None:
        """Its body broke off while the caller read it."""
        self._call.broke(self.attempt)


def timed_out(service: str, timeout_ms: float | None, cause: BaseException | None = None) -> MikoError:
    return MikoError("timeout", f"{service} did not answer within {shown(timeout_ms or 0)} ms", cause=cause)


Step: TypeAlias = Attempt | Pause | Await | Done[A]


class Call(Generic[A]):
    """One call. Not thread-safe: one runner drives it; only `release` may come from elsewhere, after `Done`.

    `replayable` says whether the body can be sent (again): false once it began to be sent and exists no more.
    `began_ms`, on the monotonic clock, is from when its time counts; by default, from now on.
    """

    __slots__ = (
        "_attempts",
        "_deadline",
        "_entered",
        "_live",
        "_pauses",
        "_propagate",
        "_replayable",
        "_runtime",
        "_service",
        "_tried",
        "_waiter",
        "service",
        "spec",
    )

    def __init__(
        self, service: Service, spec: CallSpec, runtime: Runtime, propagate: Propagate | None, replayable: Callable[[], bool], began_ms: float | None = None
    ) -> None:
        self.service = service
        self.spec = spec
        self._service = service
        self._runtime = runtime
        self._propagate = propagate
        self._replayable = replayable
        self._deadline = None if spec.timeout_ms is None else (runtime.now() if began_ms is None else began_ms) + spec.timeout_ms
        self._attempts = 0
        self._pauses = 0
        self._tried: set[str] = set()
        #: Attempts that are in flight: until their end, and the handed on one until its body's.
        self._live: list[Attempt] = []
        self._entered = False
        self._waiter: Waiter | None = None

    def left_ms(self) -> float | None:
        """What is left of the call's time; None: no deadline."""
        return None if self._deadline is None else max(0.0, self._deadline - self._runtime.now())

    def enter(self) -> Waiter | None:
        """Through the bulkhead; a waiter where the call has to queue first, and then `entered`. Raises `overloaded`."""
        self._waiter = self._service.enter(self._runtime.now())
        self._entered = self._waiter is None
        return self._waiter

    def entered(self, waiter: Waiter) -> None:
        """The waiter's time is over, or its turn came. Raises `overloaded` or `timeout`."""
        self._waiter = None
        if self._service.entered(waiter):
            self._entered = True
        elif self._deadline is not None and self._deadline <= waiter.gives_up_at:
            raise self._timeout(None)
        else:
            raise self._service.overload(f"the call's turn did not come within {shown(self._service.policy.bulkhead.max_wait_ms)} ms")

    def begin(self) -> Attempt:
        """The first attempt. Raises `no_endpoint`, `unknown_service` or `not_ready`, or `timeout`."""
        self._service.budget_call()
        return self._start_in_time()

    def finished(self, attempt: Attempt, outcome: Outcome[A]) -> Step[A]:
        """The attempt came to this: what next. Raises when the call has failed for good."""
        now = self._runtime.now()
        self._service.report(attempt.ticket, outcome.kind, now - attempt.started_ms, outcome.retry_after_ms, now)
        if outcome.answer is None:
            self._drop(attempt)
        if outcome.answer is not None and not (outcome.retry and self.spec.repeatable):
            return Done(self, attempt, outcome, outcome.answer)
        if any(other is not attempt for other in self._live):
            return AWAIT
        return self._repeat(attempt, outcome, now)

    def cancelled(self, attempt: Attempt) -> None:
        """The attempt was given up, because another won or the call ended: says nothing of its endpoint."""
        self._service.report(attempt.ticket, "cancelled", 0.0, None, self._runtime.now())
        self._drop(attempt)

    def set_aside(self, attempt: Attempt) -> None:
        """An answer that is not handed on was read or let go of."""
        self._drop(attempt)

    def broke(self, attempt: Attempt) -> None:
        """The body of the answer that is handed on broke off: too late for a repetition, but one more failure of its endpoint."""
        self._service.broke(attempt.ticket, self._runtime.now())

    def incomplete(self, attempt: Attempt, error: BaseException) -> MikoError:
        """What the call fails with whose answer broke off in its body."""
        self.broke(attempt)
        name, instance = self._service.name, attempt.endpoint.instance
        return MikoError("endpoints_unreachable", f"the answer of {name}/{instance} broke off in its body", cause=error)

    def resume(self) -> Attempt:
        """After a pause. Raises as `begin`."""
        return self._start_in_time()

    def hedge(self) -> Attempt | None:
        """No head came for `hedge_after_ms`: a second attempt elsewhere, where there is an elsewhere and a token."""
        now = self._runtime.now()
        may = self.spec.repeatable and self._replayable() and self._attempts < self._service.policy.retry.attempts
        if not may or not self._service.has_other(self._tried, self.spec.protocols) or not self._service.take_token():
            return None
        attempt = self._start(now)
        self._service.tell("hedged", attempt.endpoint)
        return attempt

    def release(self) -> None:
        """The call is over: nothing of it is in flight any more."""
        if self._waiter is not None and self._service.entered(self._waiter):
            self._entered = True
        self._waiter = None
        while self._live:
            self._service.release(self._live.pop().ticket)
        if self._entered:
            self._entered = False
            self._service.leave()

    def abandon(self) -> None:
        """The caller gave up, or the call failed: says nothing of the endpoints."""
        now = self._runtime.now()
        for attempt in self._live:
            self._service.report(attempt.ticket, "cancelled", 0.0, None, now)
        self.release()

    def _start_in_time(self) -> Attempt:
        now = self._runtime.now()
        if self._deadline is not None and now >= self._deadline:
            raise self._timeout(None)
        return self._start(now)

    def _start(self, now: float) -> Attempt:
        spec = self.spec
        ticket = self._service.pick(self._tried, spec.hash_key, spec.protocols, now)
        self._tried.add(ticket.endpoint.instance)
        self._attempts += 1
        deadline = self._deadline
        limit = self._service.policy.attempt_timeout_ms
        if limit is not None:
            deadline = now + limit if deadline is None else min(deadline, now + limit)
        attempt = Attempt(ticket, self._attempts, now, deadline, self._runtime.now)
        self._live.append(attempt)
        if self._deadline is not None and not spec.keeps_timeout_header:
            attempt.headers["Miko-Timeout-Ms"] = str(max(1, int(self._deadline - now)))
        if self._propagate is not None:
            self._propagate(attempt.headers)
        return attempt

    def _repeat(self, attempt: Attempt, outcome: Outcome[A], now: float) -> Step[A]:
        wait = self._wait_before_repetition(outcome, now)
        if wait is None:
            return self._end(attempt, outcome, now)
        self._service.tell("retried", attempt.endpoint, reason=outcome.kind, attempt=self._attempts + 1)
        return Pause(wait) if wait > 0 else self._start(now)

    def _wait_before_repetition(self, outcome: Outcome[A], now: float) -> float | None:
        """How long to wait before a repetition, 0 for none; None when there is to be no repetition."""
        retry = self._service.policy.retry
        if self._attempts >= retry.attempts or not self._replayable():
            return None
        if outcome.kind != "refused" and not (self.spec.repeatable and outcome.kind != "cancelled"):
            return None
        elsewhere = self._service.has_other(self._tried, self.spec.protocols)
        if not elsewhere:
            self._tried.clear()
        free = outcome.kind == "refused" and elsewhere
        again = not free and (self._attempts >= 2 or not elsewhere)
        wait = repetition_wait_ms(retry.backoff_ms, retry.max_backoff_ms, self._pauses, self._runtime.random()) if again else 0.0
        paused = self._service.all_paused_ms(self._tried, self.spec.protocols, now)
        if paused > retry.max_retry_after_ms:
            return None
        wait = max(wait, paused)
        if self._deadline is not None and now + wait >= self._deadline:
            return None
        if not free and not self._service.take_token():
            return None
        if again:
            self._pauses += 1
        return wait

    def _end(self, attempt: Attempt, outcome: Outcome[A], now: float) -> Done[A]:
        if outcome.answer is not None:
            return Done(self, attempt, outcome, outcome.answer)
        if self._deadline is not None and now >= self._deadline:
            raise self._timeout(outcome.error)
        name, instance = self._service.name, attempt.endpoint.instance
        raise MikoError(
            "endpoints_unreachable", f"no endpoint of {name} answered: {self._attempts} tried, the last was {instance} ({outcome.kind})", cause=outcome.error
        )

    def _timeout(self, cause: BaseException | None) -> MikoError:
        return timed_out(self._service.name, self.spec.timeout_ms, cause)

    def _drop(self, attempt: Attempt) -> None:
        if attempt in self._live:
            self._live.remove(attempt)
            self._service.release(attempt.ticket)
