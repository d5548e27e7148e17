"""What the shared vectors do not tell of the balancer: availability, probes, events."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from miko._balance.balancer import Balancer, Ticket
from miko._endpoint import Endpoint
from miko._policy import ServicePolicy, read_policy


class Bench:
    """A balancer with a clock and events to look at."""

    def __init__(self, count: int, **policy: Any) -> None:
        self.now = 0.0
        self.told: list[tuple[str, str, dict[str, Any]]] = []
        dice = random.Random(1)
        self.balancer = Balancer(read_policy(policy, ServicePolicy(), "policy"), own_zone=None, owner="me", random=dice.random, tell=self._tell)
        self.set(*"abcdefghijklmnopqrstuvwxyz"[:count])

    def set(self, *instances: str) -> None:
        usable = [Endpoint(f"ep_{name}", "web", name, "127.0.0.1", 1, "http") for name in instances]
        self.balancer.set(usable, (), self.balancer.ring_of(usable), self.now)

    def pick(self, *exclude: str) -> Ticket:
        ticket = self.balancer.pick(exclude, None, None, self.now)
        assert ticket is not None
        return ticket

    def end(self, ticket: Ticket, kind: str = "ok", retry_after_ms: float | None = None) -> None:
        self.balancer.report(ticket, kind, 5, retry_after_ms, self.now)
        self.balancer.release(ticket)

    def attempt(self, instance: str, kind: str, **more: Any) -> None:
        """An attempt at that endpoint, by excluding the others."""
        others = [name for name in "abcdefghijklmnopqrstuvwxyz" if name != instance]
        self.end(self.pick(*others), kind, **more)

    def spread(self, count: int = 300) -> Counter[str]:
        picks: Counter[str] = Counter()
        for _ in range(count):
            ticket = self.pick()
            picks[ticket.endpoint.instance] += 1
            self.end(ticket)
        return picks

    def events(self, *names: str) -> list[tuple[str, str]]:
        return [(name, instance) for name, instance, _ in self.told if name in names]

    def _tell(self, name: str, endpoint: Endpoint, **fields: Any) -> None:
        self.told.append((name, endpoint.instance, fields))


def test_failures_in_a_row_eject_and_time_brings_it_back() -> None:
    bench = Bench(3, balance="weighted", breaker=None)
    for _ in range(5):
        bench.attempt("a", "failed")
    assert bench.told == [("ejected", "a", {"reason": "consecutive_failures", "for_ms": 30_000})]
    assert bench.spread()["a"] == 0
    bench.now = 30_001
    assert bench.spread()["a"] > 0
    assert bench.events("returned") == [("returned", "a")]


def test_the_last_available_one_is_never_ejected() -> None:
    bench = Bench(2, breaker=None, outlier={"max_ejected_share": 1})
    for _ in range(9):
        bench.attempt("a", "failed")
        bench.attempt("b", "failed")
    assert len(bench.events("ejected")) == 1


def test_no_more_than_the_share_is_ejected() -> None:
    bench = Bench(20, breaker=None, outlier={"max_ejected_share": 0.1})
    for name in "abcd":
        for _ in range(6):
            bench.attempt(name, "broken")
    assert bench.events("ejected") == [("ejected", "a"), ("ejected", "b")]


def test_too_many_requests_are_no_failure() -> None:
    bench = Bench(3)
    for _ in range(30):
        bench.attempt("a", "limited")
    assert bench.told == []


def test_who_does_worse_than_the_others_is_ejected_at_the_end_of_an_interval() -> None:
    bench = Bench(10, breaker=None, outlier={"min_requests": 10, "consecutive_failures": 100})
    for name in "abcdefghij":
        for at in range(20):
            bench.attempt(name, "failed" if name == "d" and at % 2 else "ok")
    assert bench.told == []
    bench.now = 10_000
    bench.end(bench.pick())
    assert bench.told == [("ejected", "d", {"reason": "success_rate", "for_ms": 30_000})]


def test_a_refused_connection_opens_the_breaker_and_one_probe_closes_it() -> None:
    bench = Bench(3, balance="weighted", outlier=None)
    bench.attempt("a", "refused")
    assert bench.events("opened") == [("opened", "a")] and bench.spread()["a"] == 0
    bench.now = 1_201
    probes = [ticket for ticket in (bench.pick() for _ in range(100)) if ticket.endpoint.instance == "a"]
    assert len(probes) == 1 and probes[0].probe
    bench.end(probes[0])
    assert bench.events("half_opened", "closed") == [("half_opened", "a"), ("closed", "a")]
    assert bench.spread()["a"] > 0


def test_a_probe_that_fails_opens_it_for_longer() -> None:
    bench = Bench(3, outlier=None)
    bench.attempt("a", "refused")
    bench.now = 1_201
    bench.attempt("a", "failed")
    assert len(bench.events("opened")) == 2
    bench.now += 1_599
    assert bench.spread()["a"] == 0


def test_a_cancelled_probe_says_nothing_and_another_may_follow() -> None:
    bench = Bench(3, outlier=None)
    bench.attempt("a", "refused")
    bench.now = 1_201
    bench.attempt("a", "cancelled")
    bench.attempt("a", "ok")
    assert bench.events("opened", "closed") == [("opened", "a"), ("closed", "a")]


def test_half_of_twenty_attempts_open_the_breaker_and_old_ones_are_forgotten() -> None:
    bench = Bench(3, outlier=None)
    for at in range(19):
        bench.attempt("a", "failed" if at % 2 else "ok")
    assert bench.told == []
    bench.now = 11_000
    for _ in range(9):
        bench.attempt("a", "failed")
    assert bench.told == []
    bench.now = 12_000
    for _ in range(11):
        bench.attempt("a", "ok")
    assert bench.told == []
    bench.attempt("a", "failed")
    bench.attempt("a", "failed")
    assert bench.events("opened") == [("opened", "a")]


def test_an_answer_that_makes_up_the_number_opens_the_breaker_too() -> None:
    bench = Bench(3, outlier=None)
    for at in range(19):
        bench.attempt("a", "ok" if at % 2 else "failed")
    assert bench.told == []
    bench.attempt("a", "ok")
    assert bench.events("opened") == [("opened", "a")]


def test_retry_after_pauses_at_most_five_minutes() -> None:
    bench = Bench(3)
    bench.attempt("a", "overloaded", retry_after_ms=2_000)
    assert bench.told == [("paused", "a", {"for_ms": 2_000})]
    assert bench.balancer.all_paused_ms({"b", "c"}, None, 500) == 1_500
    assert bench.balancer.all_paused_ms({"c"}, None, 500) == 0
    bench.attempt("b", "limited", retry_after_ms=10**9)
    assert bench.told[-1] == ("paused", "b", {"for_ms": 300_000})


def test_in_panic_all_count_as_available() -> None:
    bench = Bench(4, balance="weighted", outlier=None)
    for name in "abc":
        bench.attempt(name, "refused")
    assert set(bench.spread()) == set("abcd")


def test_what_is_known_lasts_over_lists_under_the_same_id() -> None:
    bench = Bench(3, balance="weighted", outlier=None)
    bench.attempt("a", "refused")
    bench.set("a", "b", "c", "d")
    assert bench.spread()["a"] == 0
    bench.set("b", "c", "d")
    bench.set("a", "b", "c", "d")
    assert bench.spread()["a"] > 0


@pytest.mark.parametrize("balance", ["p2c", "least_request", "round_robin", "weighted", "consistent_hash"])
def test_nobody_there_and_everybody_tried(balance: str) -> None:
    bench = Bench(2, balance=balance)
    assert bench.balancer.pick({"a", "b"}, "key", None, 0) is None
    assert bench.balancer.pick((), "key", frozenset({"grpc"}), 0) is None
    bench.set()
    assert bench.balancer.pick((), "key", None, 0) is None


@pytest.mark.parametrize("balance", ["p2c", "least_request", "round_robin"])
def test_the_load_is_even(balance: str) -> None:
    picks = Bench(5, balance=balance).spread(1_000)
    assert min(picks.values()) > 100
