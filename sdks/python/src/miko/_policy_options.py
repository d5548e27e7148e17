"""Policies as mappings, for who writes `policy={"retry": {"attempts": 2}}`: the names and types of `_policy`, all of them optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from miko._policy import Adaptive, Balance, Breaker, Bulkhead, Outlier, Pool, Retry


class OutlierOptions(TypedDict, total=False):
    consecutive_failures: int
    interval_ms: int
    base_ejection_ms: int
    max_ejection_ms: int
    max_ejected_share: float
    min_hosts: int
    min_requests: int
    stdev_factor: float


class BreakerOptions(TypedDict, total=False):
    window_ms: int
    min_requests: int
    failure_share: float
    open_ms: int
    max_open_ms: int


class RetryOptions(TypedDict, total=False):
    attempts: int
    backoff_ms: int
    max_backoff_ms: int
    budget_tokens: float
    budget_ratio: float
    max_retry_after_ms: int


class BulkheadOptions(TypedDict, total=False):
    max_in_flight: int
    max_queue: int
    max_wait_ms: int


class AdaptiveOptions(TypedDict, total=False):
    initial: int
    min_limit: int
    max_limit: int
    tolerance: float


class PoolOptions(TypedDict, total=False):
    max_connections: int
    idle_ms: int
    warm: int


class PolicyOptions(TypedDict, total=False):
    balance: Balance
    subset_size: int
    slow_start_ms: int
    panic_threshold: float
    hash_load_factor: float
    outlier: Outlier | OutlierOptions | None
    breaker: Breaker | BreakerOptions | None
    retry: Retry | RetryOptions
    hedge_after_ms: int | None
    timeout_ms: int | None
    attempt_timeout_ms: int | None
    bulkhead: Bulkhead | BulkheadOptions
    adaptive: Adaptive | AdaptiveOptions | None
    pool: Pool | PoolOptions
