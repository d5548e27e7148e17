"""Calls of the typed API on an event loop: one attempt each. Everything raised is a MikoError."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from miko._errors import MikoError, as_miko_error, error_from_answer
from miko._version import USER_AGENT
from miko.api._answers import MAX_ANSWER_BYTES, SILENCE_S, Frames, Lines, answer_of, is_answer, parsed
from miko.api._operation import Answer, Operation, request_of
from miko.api.generated.operations import API_DATE


class AsyncSender:
    """The few ways to make a call, which the generated operations are built on."""

    def __init__(
        self, url: str, token: str, project: str, *, check: Callable[[], None], wall_ms: Callable[[], float], ssl_context: ssl.SSLContext | None = None
    ) -> None:
        self._http = httpx.AsyncClient(verify=True if ssl_context is None else ssl_context, trust_env=False)
        self._url = url
        self._token = token
        self._project = project
        self._wall_ms = wall_ms
        #: Raises `closed` when the client is.
        self._check = check

    async def close(self) -> None:
        await self._http.aclose()

    async def json(self, operation: Operation, given: Mapping[str, object], body: object = None) -> Answer[Any]:
        async with self._opened(operation, "application/json", given, body, streams=False) as (response, end):
            content = await _whole(response, end)
            return answer_of(response.status_code, response.headers, parsed(content, operation) if content else None)

    async def nothing(self, operation: Operation, given: Mapping[str, object], body: object = None) -> Answer[None]:
        return await self.json(operation, given, body)

    async def text(self, operation: Operation, given: Mapping[str, object], body: object = None) -> Answer[str]:
        async with self._opened(operation, "text/html, */*", given, body, streams=False) as (response, end):
            return answer_of(response.status_code, response.headers, (await _whole(response, end)).decode(errors="replace"))

    async def lines(self, operation: Operation, given: Mapping[str, object], body: object = None) -> AsyncGenerator[Any, None]:
        async for line in self.raw_lines(operation, given, body):
            yield parsed(line, operation)

    async def raw_lines(self, operation: Operation, given: Mapping[str, object], body: object = None) -> AsyncGenerator[str, None]:
        lines = Lines()
        async with self._opened(operation, "application/x-ndjson", given, body, streams=True) as (response, _):
            async for piece in response.aiter_bytes():
                for line in lines.push(piece):
                    yield line
            for line in lines.end():
                yield line

    async def frames(self, operation: Operation, given: Mapping[str, object], body: object = None, *, events: Sequence[str]) -> AsyncGenerator[Any, None]:
        frames = Frames(operation, events)
        async with self._opened(operation, "text/event-stream", given, body, streams=True) as (response, _):
            async for piece in response.aiter_bytes():
                for frame in frames.push(piece):
                    yield frame

    @asynccontextmanager
    async def _opened(
        self, operation: Operation, accept: str, given: Mapping[str, object], body: object, *, streams: bool
    ) -> AsyncIterator[tuple[httpx.Response, float]]:
        """The answer with its head read, and until when, on the monotonic clock, its body should have come."""
        self._check()
        asked = request_of(operation, given, body, self._project)
        headers = {"authorization": f"Bearer {self._token}", "user-agent": USER_AGENT, "miko-version": API_DATE, "accept": accept, **asked.headers}
        wait_s = asked.wait_ms / 1000
        timeout = httpx.Timeout(min(wait_s, 10.0), read=SILENCE_S if streams else wait_s)
        end = time.monotonic() + wait_s
        try:
            async with self._http.stream(
                asked.method, self._url + asked.target, headers=headers, content=asked.content, timeout=timeout, follow_redirects=False
            ) as response:
                if not is_answer(operation, response.status_code):
                    raise error_from_answer(response.status_code, response.headers, await _whole(response, end), self._wall_ms())
                yield response, end
        except httpx.TimeoutException as error:
            raise MikoError("timeout", f"Miko at {self._url} did not answer in time", cause=error) from error
        except httpx.HTTPError as error:
            raise as_miko_error(error, "unreachable", f"Miko at {self._url} cannot be reached") from error


async def _whole(response: httpx.Response, end: float) -> bytes:
    pieces: list[bytes] = []
    held = 0
    async for piece in response.aiter_bytes():
        pieces.append(piece)
        held += len(piece)
        if held > MAX_ANSWER_BYTES:
            raise MikoError("bad_answer", f"Miko's answer is longer than {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > end:
            raise MikoError("timeout", "Miko's answer did not come to its end in time")
    return b"".join(pieces)
