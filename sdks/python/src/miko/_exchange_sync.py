"""An attempt over httpcore, in a thread."""

from __future__ import annotations

import httpx

from miko._call import Attempt
from miko._deadline import CONNECT_S, Scope, enter
from miko._exchange_http2 import Http2Exchange
from miko._message import Body, Message, failure, short, undecodable
from miko._outcome import Outcome
from miko._policy import Pool
from miko._pool_sync import SyncPool
from miko._runtime import Runtime
from miko._target import target_of


class SyncHttpExchange:
    def __init__(self, message: Message, pool: SyncPool, policy: Pool, runtime: Runtime, *, whole: bool) -> None:
        self._message = message
        self._pool = pool
        self._policy = policy
        self._runtime = runtime
        #: Whether the caller wants the body read.
        self._whole = whole
        self._scopes: dict[Attempt, Scope] = {}
        self._http2: Http2Exchange | None = None

    def attempt(self, attempt: Attempt) -> Outcome[httpx.Response]:
        target = target_of(attempt.endpoint)
        if target.origin.http2:
            if self._http2 is None:
                self._http2 = Http2Exchange(self._message, self._pool.http2, self._policy, self._runtime)
            return self._http2.attempt_here(attempt)
        lane = self._pool.lane(target.origin, self._policy)
        left_ms = attempt.left_ms()
        left = None if left_ms is None else left_ms / 1000
        scope = self._scopes[attempt] = Scope(left_ms)
        enter(scope)
        try:
            request = self._message.to(target, attempt.headers, {"connect": CONNECT_S if left is None else min(left, CONNECT_S), "pool": left})
            answer = lane.connections.handle_request(request)
        except BaseException as error:
            lane.leave()
            if not isinstance(error, Exception):
                raise
            return failure(error, in_time=left is None or (scope.left_s() or 0) > 0)
        finally:
            enter(None)
        return self._message.outcome(answer, Body(answer.stream, lane.leave), self._runtime.wall())

    def complete(self, answer: httpx.Response) -> BaseException | None:
        if not self._whole:
            return None
        try:
            answer.read()
        except httpx.TransportError as error:
            answer.close()
            return error
        except BaseException as error:
            answer.close()
            if isinstance(error, httpx.DecodingError):
                raise undecodable(error) from error
            raise
        return None

    def set_aside(self, answer: httpx.Response) -> None:
        try:
            # To keep the connection.
            if short(answer):
                answer.read()
        except (httpx.TransportError, httpx.DecodingError):
            pass
        finally:
            answer.close()

    def cancel(self, attempt: Attempt) -> None:
        if self._http2 is not None:
            self._http2.cancel(attempt)
        scope = self._scopes.get(attempt)
        if scope is not None:
            scope.cancel()
