"""Carries out the decisions of a call on an event loop (asyncio); with hedging in tasks of their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from miko._call import Attempt, Call, Done, Pause, Step
from miko._outcome import A, Outcome

if TYPE_CHECKING:
    from miko._runtime import Runtime


class AsyncExchange(Protocol[A]):
    """What an attempt is; as `SyncExchange`, but that an attempt is given up by cancelling its task."""

    async def attempt(self, attempt: Attempt) -> Outcome[A]: ...
    async def complete(self, answer: A) -> BaseException | None: ...
    async def set_aside(self, answer: A) -> None: ...


async def run_async(call: Call[A], exchange: AsyncExchange[A], runtime: Runtime) -> Done[A]:
    """Runs the call to the answer that is handed on: call its `release` when its body is done with. Raises MikoError."""
    try:
        waiter = call.enter()
        if waiter is not None:
            await waiter.wait_async(call.left_ms())
            call.entered(waiter)
        if call.spec.hedge_after_ms is not None and call.spec.repeatable:
            return await _race(call, exchange, runtime, call.spec.hedge_after_ms)
        return await _follow(call, exchange, call.begin())
    except BaseException:
        call.abandon()
        raise


async def _follow(call: Call[A], exchange: AsyncExchange[A], step: Step[A]) -> Done[A]:
    while True:
        if type(step) is Attempt:
            attempt = step
            outcome = await exchange.attempt(attempt)
            step = call.finished(attempt, outcome)
            if outcome.answer is not None and not (isinstance(step, Done) and step.outcome is outcome):
                await exchange.set_aside(outcome.answer)
                call.set_aside(attempt)
        elif isinstance(step, Done):
            error = await exchange.complete(step.answer)
            if error is None:
                return step
            raise call.incomplete(step.attempt, error)
        elif isinstance(step, Pause):
            await asyncio.sleep(step.ms / 1000)
            step = call.resume()


async def _race(call: Call[A], exchange: AsyncExchange[A], runtime: Runtime, hedge_after_ms: float) -> Done[A]:
    running: dict[asyncio.Task[Outcome[A]], Attempt] = {}

    def launch(attempt: Attempt) -> None:
        running[asyncio.ensure_future(exchange.attempt(attempt))] = attempt

    try:
        launch(call.begin())
        hedge_at: float | None = runtime.now() + hedge_after_ms
        while True:
            timeout = None if hedge_at is None else max(0.0, (hedge_at - runtime.now()) / 1000)
            ended, _ = await asyncio.wait(running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not ended:
                hedge_at = None
                second = call.hedge()
                if second is not None:
                    launch(second)
                continue
            task = next(iter(ended))
            attempt = running.pop(task)
            outcome = task.result()
            step = call.finished(attempt, outcome)
            if outcome.answer is not None and not (isinstance(step, Done) and step.outcome is outcome):
                await exchange.set_aside(outcome.answer)
                call.set_aside(attempt)
            if isinstance(step, Pause):
                await asyncio.sleep(step.ms / 1000)
                step = call.resume()
            if isinstance(step, Attempt):
                launch(step)
            elif isinstance(step, Done):
                await _stop(call, exchange, running)
                return await _follow(call, exchange, step)
    finally:
        await _stop(call, exchange, running)


async def _stop(call: Call[A], exchange: AsyncExchange[A], running: dict[asyncio.Task[Outcome[A]], Attempt]) -> None:
    """Gives up what still runs, and lets go of what it brought at the last moment."""
    for task in running:
        task.cancel()
    while running:
        task, attempt = running.popitem()
        await asyncio.wait({task})
        call.cancelled(attempt)
        if task.cancelled() or task.exception() is not None:
            continue
        late = task.result().answer
        if late is not None:
            await exchange.set_aside(late)
