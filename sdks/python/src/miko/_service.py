"""Everything that calls of one service share, behind one short lock: balancer, bulkhead, retry budget, adaptive limit."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any

from miko._balance.balancer import Balancer, Ticket
from miko._endpoint import Answer, Endpoint
from miko._errors import MikoError
from miko._events import EventName, Events
from miko._policy import ServicePolicy
from miko._runtime import Runtime
from miko._survive.bulkhead import Gate, Waiter
from miko._survive.gradient import Gradient
from miko._survive.retry_budget import RetryBudget


class Service:
    """Thread-safe. Events are told after the lock is let go of, so that a listener may ask the client anything."""

    def __init__(self, name: str, policy: ServicePolicy, *, own_zone: str | None, owner: str, runtime: Runtime, events: Events) -> None:
        self.name = name
        self.policy = policy
        #: Whether anything was called or picked yet.
        self.called = False
        self._runtime = runtime
        self._events = events
        self._lock = threading.Lock()
        self._told: list[tuple[EventName, dict[str, Any]]] = []
        self._answer: Answer | None = None
        self._balancer = Balancer(policy, own_zone=own_zone, owner=owner, random=runtime.random, tell=self._note)
        self._budget = RetryBudget(policy.retry.budget_tokens, policy.retry.budget_ratio)
        self._gate: Gate[Waiter] = Gate()
        self._gradient = None if policy.adaptive is None else Gradient(policy.adaptive)
        self._limit = policy.bulkhead.max_in_flight if self._gradient is None else int(self._gradient.limit)

    def update(self, answer: Answer | None) -> None:
        """Takes another list; one at a time."""
        usable = answer.endpoints if answer is not None and answer.state == "known" else ()
        ring = self._balancer.ring_of(usable)
        with self._lock:
            self._answer = answer
            self._balancer.set(usable, () if answer is None else answer.unusable, ring, self._runtime.now())
        self._tell_all()

    def forked(self) -> None:
        """In the child: who held the lock is gone. What was picked before is let go of there too."""
        self._lock = threading.Lock()

    def enter(self, now: float) -> Waiter | None:
        """A place for a call, or a place in the queue for one. Raises `overloaded`."""
        with self._lock:
            if self._gate.enter(self._limit):
                return None
            if len(self._gate.queue) < self.policy.bulkhead.max_queue:
                waiter = Waiter(now, self.policy.bulkhead.max_wait_ms)
                self._gate.queue.append(waiter)
                return waiter
        raise self.overload(f"{self._limit} calls run and {len(self._gate.queue)} wait already")

    def entered(self, waiter: Waiter) -> bool:
        """The waiter waits no more: whether it has its place."""
        with self._lock:
            return self._gate.settle(waiter)

    def leave(self) -> None:
        """A call is over."""
        with self._lock:
            admitted = self._gate.leave(self._limit)
        for waiter in admitted:
            waiter.wake()

    def overload(self, why: str) -> MikoError:
        self._events.emit("overloaded", service=self.name)
        return MikoError("overloaded", f"{self.name} has no room: {why}")

    def pick(self, exclude: Collection[str], hash_key: str | None, protocols: frozenset[str] | None, now: float) -> Ticket:
        """Raises `no_endpoint`, `unknown_service` or `not_ready`."""
        with self._lock:
            ticket = self._balancer.pick(exclude, hash_key, protocols, now)
            answer = self._answer
        if self._told:
            self._tell_all()
        if ticket is None:
            raise nothing_to_pick(self.name, answer, protocols)
        self.called = True
        if self._events.wants("picked"):
            self._events.emit("picked", service=self.name, instance=ticket.endpoint.instance)
        return ticket

    def report(self, ticket: Ticket, kind: str, rtt_ms: float, retry_after_ms: float | None, now: float) -> None:
        with self._lock:
            if ticket.reported:
                return
            self._balancer.report(ticket, kind, rtt_ms, retry_after_ms, now)
            admitted = self._adapt(kind, rtt_ms) if self._gradient is not None else ()
        for waiter in admitted:
            waiter.wake()
        if self._told:
            self._tell_all()

    def broke(self, ticket: Ticket, now: float) -> None:
        """The body of an answer broke off after its head was reported."""
        with self._lock:
            self._balancer.broke(ticket, now)
        self._tell_all()

    def release(self, ticket: Ticket) -> None:
        with self._lock:
            self._balancer.release(ticket)

    def budget_call(self) -> None:
        with self._lock:
            self._budget.call()

    def take_token(self) -> bool:
        with self._lock:
            return self._budget.take()

    def has_other(self, exclude: Collection[str], protocols: frozenset[str] | None) -> bool:
        with self._lock:
            return self._balancer.has_other(exclude, protocols)

    def all_paused_ms(self, exclude: Collection[str], protocols: frozenset[str] | None, now: float) -> float:
        with self._lock:
            return self._balancer.all_paused_ms(exclude, protocols, now)

    def tell(self, event: EventName, endpoint: Endpoint, **fields: Any) -> None:
        if self._events.wants(event):
            self._events.emit(event, service=self.name, instance=endpoint.instance, **fields)

    def _adapt(self, kind: str, rtt_ms: float) -> list[Waiter]:
        if self._gradient is None:
            return []
        before = self._limit
        self._gradient.record(kind, rtt_ms, self._gate.in_flight)
        self._limit = max(1, int(self._gradient.limit))
        if self._limit == before:
            return []
        if self._events.wants("limit"):
            self._told.append(("limit", {"limit": self._limit}))
        return self._gate.admit(self._limit)

    def _note(self, event: EventName, endpoint: Endpoint, **fields: Any) -> None:
        """Under the lock."""
        if self._events.wants(event):
            self._told.append((event, {"instance": endpoint.instance, **fields}))

    def _tell_all(self) -> None:
        with self._lock:
            told, self._told = self._told, []
        for event, fields in told:
            self._events.emit(event, service=self.name, **fields)


def nothing_to_pick(service: str, answer: Answer | None, protocols: frozenset[str] | None = None) -> MikoError:
    """Why there is no endpoint to send a request to."""
    if answer is not None and answer.state == "known":
        return MikoError("no_endpoint", f"{service} has no endpoint of protocol {' or '.join(sorted(protocols or ()))}")
    if answer is not None and answer.state == "empty":
        return MikoError("no_endpoint", f"{service} has no endpoint that may get requests ({answer.cause or 'no cause given'})")
    if answer is not None and answer.state == "unknown":
        return MikoError("unknown_service", f"Miko knows no service {service}")
    error = None if answer is None else answer.error
    why = "Miko has not answered yet" if error is None else str(error)
    return MikoError("not_ready", f"the endpoints of {service} are not known yet: {why}", cause=error)
