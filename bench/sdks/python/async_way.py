"""Callers as tasks, with httpx.AsyncClient and with the SDK's asynchronous client. One event loop, from request to request."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from measure import IN_FLIGHT, LIMITS, PATH, RUNTIME, TIMEOUT, Attempts, Flow, Tally, check, cpu_us

import miko


class AsyncWay:
    runtime = f"{RUNTIME}, asyncio"

    def __init__(self, request: dict[str, Any]) -> None:
        self.attempts = Attempts()
        self._loop = asyncio.new_event_loop()
        self._service: str = request["service"]
        self._client: miko.AsyncClient | None = None
        self._call = self._loop.run_until_complete(self._bare(request) if request["side"] == "bare" else self._miko(request))

    async def _bare(self, request: dict[str, Any]) -> Callable[[], Awaitable[None]]:
        client = httpx.AsyncClient(limits=LIMITS, timeout=TIMEOUT, trust_env=False)
        targets = itertools.cycle([f"http://{address}{PATH}" for address in request["addresses"]])
        length: int = request["bytes"]

        async def call() -> None:
            check(await client.get(next(targets)), length)

        return call

    async def _miko(self, request: dict[str, Any]) -> Callable[[], Awaitable[None]]:
        client = miko.connect_async(request["url"], token=request["token"], cache_dir=None, required=[self._service])
        self._client = client
        await client.ready(10_000)
        target = f"{self._service}:/{PATH}"
        length: int = request["bytes"]

        async def call() -> None:
            check(await client.get(target), length)

        return call

    def run(self, concurrency: int, ms: float) -> dict[str, Any]:
        cpu, begun = cpu_us(), time.perf_counter()
        tally = self._loop.run_until_complete(callers(concurrency, ms, self._call))
        return {**tally.told(), "wall_ms": (time.perf_counter() - begun) * 1000, "cpu_us": cpu_us() - cpu}

    def flow(self, concurrency: int, ms: float) -> dict[str, Any]:
        flow = Flow()

        async def timed() -> None:
            begun = time.perf_counter()
            await self._call()
            flow.ended(begun)

        tally = self._loop.run_until_complete(callers(concurrency, ms, timed))
        return {**tally.told(), **flow.told(), "revision": self._known().status().revision or 0}

    def load(self, concurrency: int, ms: float, pause_ms: float) -> dict[str, Any]:
        self.attempts = Attempts()
        forget = self._known().on("picked", self.attempts.take)

        async def paced() -> None:
            await self._call()
            await asyncio.sleep(pause_ms / 1000)

        try:
            return self._loop.run_until_complete(callers(concurrency, ms, paced)).told()
        finally:
            forget()

    def ns_per_pick(self, count: int) -> float:
        return self._loop.run_until_complete(ns_per_pick(self._known(), self._service, count))

    def close(self) -> None:
        if self._client is not None:
            self._loop.run_until_complete(self._client.close())
        self._loop.close()

    def _known(self) -> miko.AsyncClient:
        if self._client is None:
            raise ValueError("the bare side has no such thing")
        return self._client


async def callers(concurrency: int, ms: float, call: Callable[[], Awaitable[None]]) -> Tally:
    """Tasks that call one after the other until the time is over."""
    tally = Tally()
    end = time.perf_counter() + ms / 1000

    async def caller() -> None:
        while time.perf_counter() < end:
            tally.calls += 1
            try:
                await call()
            except Exception as error:
                tally.fail(error)

    await asyncio.gather(*(caller() for _ in range(concurrency)))
    return tally


async def ns_per_pick(client: miko.AsyncClient, service: str, count: int) -> float:
    """As in measure.py, awaited."""
    held = [await client.pick(service) for _ in range(IN_FLIGHT)]

    async def pick_and_release(times: int) -> None:
        for i in range(times):
            before = held[i % IN_FLIGHT]
            before.report("ok", 1.0 + i % 7)
            before.release()
            held[i % IN_FLIGHT] = await client.pick(service)

    await pick_and_release(min(count, 2_000))
    begun = time.perf_counter_ns()
    await pick_and_release(count)
    ns = (time.perf_counter_ns() - begun) / count
    for picked in held:
        picked.release()
    return ns
