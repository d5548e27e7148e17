"""How long to wait before Miko is asked again (docs/protocol.md, 1.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from miko._errors import MikoError


@dataclass(frozen=True, slots=True)
class Backoff:
    base_ms: float
    cap_ms: float


#: For what should be back soon: a Miko that restarts.
QUICK = Backoff(200, 10_000)
#: For what only a person can mend: a second process under the same owner.
PATIENT = Backoff(2_000, 30_000)


def backoff_ms(backoff: Backoff, attempt: int, random: Callable[[], float]) -> float:
    """The wait before repetition `attempt` (from 0): doubling, capped, its upper half random.

    So a fleet that failed together does not come back together.
    """
    full = min(backoff.cap_ms, backoff.base_ms * 2.0 ** min(attempt, 30))
    return full / 2 + full / 2 * random()


def wait_after(error: MikoError, backoff: Backoff, attempt: int, random: Callable[[], float]) -> float:
    """The wait after a failure: never shorter than Miko asked for, and then up to a fifth longer."""
    own = backoff_ms(backoff, attempt, random)
    return own if error.retry_after_ms is None else max(own, error.retry_after_ms * (1 + random() / 5))
