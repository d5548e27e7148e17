"""What one attempt at an endpoint came to, in the words that balancing and retrying are decided by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, get_args

Kind = Literal["ok", "limited", "overloaded", "failed", "refused", "broken", "timeout", "cancelled"]
KINDS: tuple[Kind, ...] = get_args(Kind)

A = TypeVar("A")

#: They speak against the endpoint: for the outlier detector and the circuit breaker. `limited` (429) does not.
FAILURES: frozenset[str] = frozenset({"overloaded", "failed", "refused", "broken", "timeout"})


@dataclass(slots=True)
class Outcome(Generic[A]):
    """The end of an attempt: the head of an answer, or the failure that came instead of one.

    - `ok`: any answer below 500 but 429; `limited`: 429; `overloaded`: 503; `failed`: any other answer from 500
    - `refused`: no connection, so nothing was sent; `broken`: the connection broke after that
    - `timeout`: the time of the attempt, or of the whole call, was over
    - `cancelled`: given up by the caller, which says nothing of the endpoint
    """

    kind: Kind
    answer: A | None = None
    #: The HTTP status; for other protocols None, and then `retry` says whether the call may be repeated.
    status: int | None = None
    #: What the endpoint asked for by `Retry-After`.
    retry_after_ms: float | None = None
    error: BaseException | None = None
    #: An answer that is worth a repetition elsewhere.
    retry: bool = False


#: The answers that are repeated, where the call may be.
REPEATED_STATUSES: frozenset[int] = frozenset({429, 502, 503, 504})


def of_answer(answer: A, status: int, retry_after_ms: float | None = None) -> Outcome[A]:
    """The outcome that an HTTP answer is."""
    return Outcome(kind_of_status(status), answer, status, retry_after_ms, retry=status in REPEATED_STATUSES)


def kind_of_status(status: int) -> Kind:
    if status < 500:
        return "limited" if status == 429 else "ok"
    return "overloaded" if status == 503 else "failed"
