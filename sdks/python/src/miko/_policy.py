"""How calls to a service are balanced, repeated and bounded. Every default is that of docs/protocol.md.

A policy is given as a `ServicePolicy`, or as a mapping of the same names, in which what is left out keeps its default
(for one service: what the policy for all says). Times are milliseconds.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from miko._errors import MikoError, shown
from miko._policy_options import PolicyOptions

DAY_MS = 86_400_000

Balance = Literal["p2c", "least_request", "round_robin", "weighted", "consistent_hash"]


def _bound(default: float | None, least: float, most: float) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True, slots=True)
class Outlier:
    """Ejection of endpoints that fail more than the others (gRPC A50, Envoy)."""

    consecutive_failures: int = _bound(5, 1, 1_000_000)
    interval_ms: int = _bound(10_000, 10, DAY_MS)
    base_ejection_ms: int = _bound(30_000, 1, DAY_MS)
    max_ejection_ms: int = _bound(300_000, 1, DAY_MS)
    max_ejected_share: float = _bound(0.1, 0, 1)
    min_hosts: int = _bound(5, 1, 1_000_000)
    min_requests: int = _bound(100, 1, 1_000_000)
    stdev_factor: float = _bound(1.9, 0, 100)


@dataclass(frozen=True, slots=True)
class Breaker:
    """The circuit breaker of each endpoint."""

    window_ms: int = _bound(10_000, 10, DAY_MS)
    min_requests: int = _bound(20, 1, 1_000_000)
    failure_share: float = _bound(0.5, 0.01, 1)
    open_ms: int = _bound(1_000, 1, 3_600_000)
    max_open_ms: int = _bound(60_000, 1, DAY_MS)


@dataclass(frozen=True, slots=True)
class Retry:
    #: In all, with the first.
    attempts: int = _bound(3, 1, 100)
    backoff_ms: int = _bound(25, 0, 60_000)
    max_backoff_ms: int = _bound(1_000, 0, 3_600_000)
    budget_tokens: float = _bound(100, 0, 1_000_000)
    budget_ratio: float = _bound(0.2, 0, 100)
    max_retry_after_ms: int = _bound(10_000, 0, 300_000)


@dataclass(frozen=True, slots=True)
class Bulkhead:
    max_in_flight: int = _bound(1_024, 1, 1_000_000)
    max_queue: int = _bound(1_024, 0, 1_000_000)
    max_wait_ms: int = _bound(1_000, 0, 3_600_000)


@dataclass(frozen=True, slots=True)
class Adaptive:
    """A limit that follows the latency, in place of `max_in_flight` (Netflix Gradient2)."""

    initial: int = _bound(20, 1, 1_000_000)
    min_limit: int = _bound(4, 1, 1_000_000)
    max_limit: int = _bound(1_000, 1, 1_000_000)
    tolerance: float = _bound(1.5, 1, 10)


@dataclass(frozen=True, slots=True)
class Pool:
    #: Connections to one endpoint.
    max_connections: int = _bound(128, 1, 65_535)
    #: A connection that was not used for so long is closed.
    idle_ms: int = _bound(4_000, 1, 3_600_000)
    #: Connections opened ahead to a new endpoint of a service that is called.
    warm: int = _bound(1, 0, 100)


@dataclass(frozen=True, slots=True)
class ServicePolicy:
    balance: Balance = "p2c"
    #: How many endpoints this client keeps to; 0: all.
    subset_size: int = _bound(0, 0, 1_000_000)
    slow_start_ms: int = _bound(10_000, 0, DAY_MS)
    panic_threshold: float = _bound(0.5, 0, 1)
    hash_load_factor: float = _bound(1.25, 1, 100)
    outlier: Outlier | None = Outlier()
    breaker: Breaker | None = Breaker()
    retry: Retry = Retry()
    #: A second attempt elsewhere when no head came after so long; None: never.
    hedge_after_ms: int | None = _bound(None, 1, 3_600_000)
    #: To the head of the answer; None: no deadline.
    timeout_ms: int | None = _bound(30_000, 1, DAY_MS)
    attempt_timeout_ms: int | None = _bound(None, 1, DAY_MS)
    bulkhead: Bulkhead = Bulkhead()
    adaptive: Adaptive | None = None
    pool: Pool = Pool()


P = TypeVar("P")

PolicyLike = ServicePolicy | PolicyOptions


def read_policy(given: ServicePolicy | Mapping[str, object] | None, base: ServicePolicy, path: str) -> ServicePolicy:
    """The policy that `given` stands for, over `base`. Raises `invalid_argument`, which names the option by `path`."""
    if given is None:
        return base
    if isinstance(given, ServicePolicy):
        return _checked(given, path)
    return _merge(given, base, path)


def _merge(given: object, base: P, path: str) -> P:
    if not isinstance(given, Mapping):
        raise _invalid(path, "must be a mapping, or a policy")
    hints = get_type_hints(type(base))
    changes: dict[str, object] = {}
    for name, value in given.items():
        if name not in hints:
            raise _invalid(f"{path}.{name}", "is no option")
        nested = _nested(hints[name])
        # Asked for with some of its settings: the others are the defaults, also where it was off.
        partly = nested is not None and isinstance(value, Mapping)
        changes[name] = _merge(value, getattr(base, name) or nested(), f"{path}.{name}") if nested is not None and partly else value
    return _checked(dataclasses.replace(base, **changes), path)  # type: ignore[type-var]


def _checked(policy: P, path: str) -> P:
    hints = get_type_hints(type(policy))
    for each in dataclasses.fields(policy):  # type: ignore[arg-type]
        _check(getattr(policy, each.name), hints[each.name], each.metadata, f"{path}.{each.name}")
    if isinstance(policy, Adaptive) and policy.min_limit > policy.max_limit:
        raise _invalid(f"{path}.min_limit", "must be at most max_limit")
    return policy


def _check(value: object, hint: Any, bounds: Mapping[str, float], path: str) -> None:
    if value is None and type(None) in get_args(hint):
        return
    nested = _nested(hint)
    if nested is not None:
        if not isinstance(value, nested):
            raise _invalid(path, f"must be a mapping, or {nested.__name__}")
        _checked(value, path)
    elif get_origin(hint) is Literal:
        if not isinstance(value, str) or value not in get_args(hint):
            raise _invalid(path, f"must be one of {', '.join(get_args(hint))}")
    else:
        check_number(value, path, bounds["least"], bounds["most"], whole=float not in (hint, *get_args(hint)))


def check_number(value: object, path: str, least: float, most: float, *, whole: bool = False) -> None:
    """Raises `invalid_argument` unless the value is a number within the bounds."""
    fits = isinstance(value, int) if whole else isinstance(value, (int, float))
    if not fits or isinstance(value, bool) or not least <= value <= most:  # type: ignore[operator]
        raise _invalid(path, f"must be a {'whole ' if whole else ''}number from {shown(least)} to {shown(most)}")


def _nested(hint: Any) -> type | None:
    """The class of settings that an option holds; None for a plain one."""
    parts = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    found = [part for part in parts if dataclasses.is_dataclass(part)]
    return found[0] if found and isinstance(found[0], type) else None


def _invalid(path: str, message: str) -> MikoError:
    return MikoError("invalid_argument", f"{path} {message}")
