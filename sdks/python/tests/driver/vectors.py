"""The shared vectors: the same input, the same output in every SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miko._backoff import Backoff, backoff_ms
from miko._balance.balancer import Balancer, Ticket
from miko._balance.murmur3 import murmur3
from miko._endpoint import Endpoint
from miko._outcome import FAILURES
from miko._policy import Adaptive, Outlier, ServicePolicy, read_policy
from miko._survive.backoff import repetition_wait_ms
from miko._survive.gradient import Gradient
from miko._survive.outlier import OutlierDetector, Record
from miko._survive.retry_budget import RetryBudget

Input = Mapping[str, Any]


def run_vector(name: str, given: Input) -> Any:
    return _VECTORS[name](given)


def _balance(given: Input) -> Any:
    draws = list(given["random"])
    policy = read_policy(given["policy"], ServicePolicy(), "policy")
    balancer = Balancer(policy, own_zone=given["own_zone"], owner=given["owner"], random=lambda: draws.pop(0), tell=lambda *_, **__: None)
    _set(balancer, given["list"], 0)
    picks: list[Ticket | None] = []
    for step in given["steps"]:
        if step["op"] == "list":
            _set(balancer, step["list"], step["now"])
        elif step["op"] == "pick":
            picks.append(balancer.pick(set(step["exclude"]), step["hash_key"], None, step["now"]))
        else:
            ticket = picks[step["pick"]]
            if ticket is None:
                raise ValueError("a report on a pick that found nothing")
            balancer.report(ticket, step["kind"], step["rtt"], step["retry_after_ms"], step["now"])
            balancer.release(ticket)
    if draws:
        raise ValueError(f"{len(draws)} numbers were not drawn")
    return {"picks": [None if ticket is None else ticket.endpoint.instance for ticket in picks]}


def _set(balancer: Balancer, listed: list[Input], now: float) -> None:
    endpoints = sorted((_endpoint(one) for one in listed), key=lambda endpoint: endpoint.instance)
    usable = [one for one in endpoints if one.usable]
    balancer.set(usable, [one for one in endpoints if not one.usable], balancer.ring_of(usable), now)


def _endpoint(one: Input) -> Endpoint:
    instance = one["instance"]
    return Endpoint(
        one.get("id", f"ep_{instance}"), "web", instance, "127.0.0.1", 80, "http", zone=one["zone"], weight=one["weight"], health=one.get("health", "passing")
    )


def _outlier(given: Input) -> Any:
    records = {host: Record() for host in sorted(given["hosts"])}
    detector = OutlierDetector(Outlier(**given["settings"]), 0)
    ejected = []
    for step in given["steps"]:
        now = step["now"]
        while (ended := detector.ended(now)) is not None:
            for record in detector.outliers(records.values()):
                _eject(detector, record, records, ended)
            detector.next_interval(records.values())
        if step["op"] == "ejected":
            ejected.append([host for host, record in records.items() if record.ejected_until > now])
            continue
        for _ in range(step["times"]):
            record = records[step["host"]]
            if step["kind"] != "cancelled" and detector.record(record, step["kind"] in FAILURES):
                _eject(detector, record, records, now)
    return {"ejected": ejected}


def _eject(detector: OutlierDetector, record: Record, records: Mapping[str, Record], now: float) -> None:
    others = any(other is not record and other.ejected_until <= now for other in records.values())
    detector.eject(record, records.values(), others, now)


def _retry_budget(given: Input) -> Any:
    budget = RetryBudget(given["capacity"], given["ratio"])
    allowed = []
    for step in given["steps"]:
        if step == "call":
            budget.call()
        else:
            allowed.append(budget.take())
    return {"allowed": allowed}


def _gradient(given: Input) -> Any:
    gradient = Gradient(Adaptive(given["initial"], given["min_limit"], given["max_limit"], given["tolerance"]))
    limits = []
    for sample in given["samples"]:
        gradient.record(sample["kind"], sample["rtt"], sample["in_flight"])
        limits.append(gradient.limit)
    return {"limits": limits}


_VECTORS = {
    "murmur3": lambda given: {"hash": murmur3(given["text"])},
    "balance": _balance,
    "retry_budget": _retry_budget,
    "backoff": lambda given: {"ms": repetition_wait_ms(given["base"], given["cap"], given["attempt"], given["random"])},
    "reconnect": lambda given: {"ms": backoff_ms(Backoff(given["base"], given["cap"]), given["attempt"], lambda: float(given["random"]))},
    "gradient": _gradient,
    "outlier": _outlier,
}
