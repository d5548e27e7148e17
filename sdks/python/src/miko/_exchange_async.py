"""An attempt over httpcore, in a task."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import httpx

from miko._call import Attempt
from miko._deadline import BODY_SILENCE_S, CONNECT_S
from miko._message import Body, Message, failure, short, undecodable
from miko._outcome import Outcome
from miko._policy import Pool
from miko._pool_async import AsyncPool
from miko._runtime import Runtime
from miko._target import target_of

_TIMEOUTS = {"connect": CONNECT_S, "read": BODY_SILENCE_S}


class AsyncHttpExchange:
    def __init__(self, message: Message, pool: AsyncPool, policy: Pool, runtime: Runtime, *, whole: bool) -> None:
        self._message = message
        self._pool = pool
        self._policy = policy
        self._runtime = runtime
        self._whole = whole

    def body(self, stream: object, leave: Callable[[], None]) -> Body:
        """How the caller reads an answer; `leave` ends the attempt."""
        return Body(stream, leave)

    async def attempt(self, attempt: Attempt) -> Outcome[httpx.Response]:
        target = target_of(attempt.endpoint)
        lane = self._pool.lane(target.origin, self._policy)
        alarm = _Alarm(attempt.left_ms())
        try:
            answer = await lane.connections.handle_async_request(self._message.to(target, attempt.headers, _TIMEOUTS))
        except BaseException as error:
            lane.leave()
            if isinstance(error, asyncio.CancelledError) and alarm.rang():
                return Outcome("timeout", error=TimeoutError("the time of the attempt is over"))
            if not isinstance(error, Exception):
                raise
            return failure(error, in_time=True)
        finally:
            alarm.off()
        return self._message.outcome(answer, self.body(answer.stream, lane.leave), self._runtime.wall())

    async def complete(self, answer: httpx.Response) -> BaseException | None:
        if not self._whole:
            return None
        try:
            await answer.aread()
        except httpx.TransportError as error:
            await answer.aclose()
            return error
        except BaseException as error:
            await answer.aclose()
            if isinstance(error, httpx.DecodingError):
                raise undecodable(error) from error
            raise
        return None

    async def set_aside(self, answer: httpx.Response) -> None:
        try:
            # To keep the connection.
            if short(answer):
                await answer.aread()
        except (httpx.TransportError, httpx.DecodingError):
            pass
        finally:
            await answer.aclose()


class _Alarm:
    """Cancels the running task when the time is over; as `asyncio.timeout`, which Python 3.10 does not have."""

    __slots__ = ("_rang", "_task", "_timer")

    def __init__(self, left_ms: float | None) -> None:
        self._rang = False
        self._task = asyncio.current_task()
        self._timer = None if left_ms is None else asyncio.get_running_loop().call_later(left_ms / 1000, self._ring)

    def rang(self) -> bool:
        """Whether the cancellation was this alarm's, and nobody else's."""
        if not self._rang or self._task is None:
            return False
        return sys.version_info < (3, 11) or self._task.uncancel() == 0

    def off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _ring(self) -> None:
        self._rang = True
        if self._task is not None:
            self._task.cancel()
