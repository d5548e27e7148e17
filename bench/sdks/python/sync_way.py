"""Callers as threads, with httpx.Client and with the SDK's synchronous client."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
from measure import LIMITS, PATH, RUNTIME, TIMEOUT, Attempts, Flow, Tally, check, cpu_us, ns_per_pick

import miko


class SyncWay:
    runtime = f"{RUNTIME}, threads"

    def __init__(self, request: dict[str, Any]) -> None:
        self.attempts = Attempts()
        self._service: str = request["service"]
        self._client: miko.Client | None = None
        self._call = self._bare(request) if request["side"] == "bare" else self._miko(request)

    def _bare(self, request: dict[str, Any]) -> Callable[[], None]:
        client = httpx.Client(limits=LIMITS, timeout=TIMEOUT, trust_env=False)
        targets = itertools.cycle([f"http://{address}{PATH}" for address in request["addresses"]])
        length: int = request["bytes"]
        return lambda: check(client.get(next(targets)), length)

    def _miko(self, request: dict[str, Any]) -> Callable[[], None]:
        client = miko.connect(request["url"], token=request["token"], cache_dir=None, required=[self._service])
        self._client = client
        client.ready(10_000)
        target = f"{self._service}:/{PATH}"
        length: int = request["bytes"]
        return lambda: check(client.get(target), length)

    def run(self, concurrency: int, ms: float) -> dict[str, Any]:
        cpu, begun = cpu_us(), time.perf_counter()
        tally = callers(concurrency, ms, self._call)
        return {**tally.told(), "wall_ms": (time.perf_counter() - begun) * 1000, "cpu_us": cpu_us() - cpu}

    def flow(self, concurrency: int, ms: float) -> dict[str, Any]:
        flow, lock = Flow(), threading.Lock()

        def timed() -> None:
            begun = time.perf_counter()
            self._call()
            with lock:
                flow.ended(begun)

        tally = callers(concurrency, ms, timed)
        return {**tally.told(), **flow.told(), "revision": self._known().status().revision or 0}

    def load(self, concurrency: int, ms: float, pause_ms: float) -> dict[str, Any]:
        self.attempts = Attempts()
        forget = self._known().on("picked", self.attempts.take)

        def paced() -> None:
            self._call()
            time.sleep(pause_ms / 1000)

        try:
            return callers(concurrency, ms, paced).told()
        finally:
            forget()

    def ns_per_pick(self, count: int) -> float:
        return ns_per_pick(self._known(), self._service, count)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _known(self) -> miko.Client:
        if self._client is None:
            raise ValueError("the bare side has no such thing")
        return self._client


def callers(concurrency: int, ms: float, call: Callable[[], None]) -> Tally:
    """Threads that call one after the other until the time is over."""
    end = time.perf_counter() + ms / 1000
    tallies = [Tally() for _ in range(concurrency)]

    def caller(tally: Tally) -> None:
        while time.perf_counter() < end:
            tally.calls += 1
            try:
                call()
            except Exception as error:
                tally.fail(error)

    threads = [threading.Thread(target=caller, args=(tally,)) for tally in tallies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first = next((tally.first_error for tally in tallies if tally.first_error is not None), None)
    return Tally(sum(tally.calls for tally in tallies), sum(tally.failed for tally in tallies), first)
