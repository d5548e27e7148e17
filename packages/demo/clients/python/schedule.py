"""Calls made at a fixed rate, whatever becomes of the earlier ones: a slow answer delays no other call."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from counts import Counts

#: After a longer standstill of this process the schedule begins anew: what was due before is skipped.
_MOST_BEHIND_S = 1.0


class Schedule:
    def __init__(self, next_service: Callable[[], str], per_second: float, most_underway: int, counts: Counts, call: Callable[[str], str]) -> None:
        self._next = next_service
        self._every_s = 1 / per_second
        self._counts = counts
        self._call = call
        self._free = threading.Semaphore(most_underway)
        self._threads = ThreadPoolExecutor(most_underway)

    def try_each(self, services: Iterable[str]) -> None:
        """Each service once, at the same time; what fails is passed over."""
        for tried in [self._threads.submit(self._call, service) for service in services]:
            tried.exception()

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; calls under way run to their end."""
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            now = time.monotonic()
            behind = int((now - due - _MOST_BEHIND_S) / self._every_s)
            if behind > 0:
                self._counts.skip(behind)
                due += behind * self._every_s
            while due <= now:
                self._launch(due)
                due += self._every_s
        self._threads.shutdown()

    def _launch(self, due: float) -> None:
        if not self._free.acquire(blocking=False):
            self._counts.skip(1)
            return
        self._threads.submit(self._make, self._next(), due)

    def _make(self, service: str, due: float) -> None:
        try:
            instance = self._call(service)
            self._counts.answered(service, instance, (time.monotonic() - due) * 1000)
        except Exception as error:
            self._counts.failed(f"{service}: {error}")
        finally:
            self._free.release()


def spread(weights: dict[str, int]) -> Callable[[], str]:
    """Repeats names in proportion to their weights, evenly spread (smooth weighted round robin, as nginx does it)."""
    total = sum(weights.values())
    credit = dict.fromkeys(weights, 0)

    def next_name() -> str:
        for name, weight in weights.items():
            credit[name] += weight
        chosen = max(credit, key=lambda name: credit[name])
        credit[chosen] -= total
        return chosen

    return next_name
