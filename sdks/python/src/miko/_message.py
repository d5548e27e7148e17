"""An httpx request as attempts send it, and their answers as httpx responses; the same for threads and tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import timedelta
from time import perf_counter

import httpcore
import httpx

from miko._errors import MikoError, read_retry_after
from miko._fork import MADE_BEFORE, is_parents
from miko._outcome import Kind, Outcome, of_answer
from miko._target import Target
from miko._version import USER_AGENT

#: Bodies of answers that are not handed on are read, to keep the connection, when they are no longer than this.
SET_ASIDE_BYTES = 64 * 1024

_DEFAULTS = (
    (b"accept", (b"Accept", b"*/*")),
    (b"accept-encoding", (b"Accept-Encoding", b"gzip, deflate")),
    (b"user-agent", (b"User-Agent", USER_AGENT.encode())),
)


class Message:
    """One request, to be sent any number of times."""

    __slots__ = ("_began", "_headers", "_host", "_once", "_path", "names", "request")

    def __init__(self, request: httpx.Request, *, in_threads: bool = False) -> None:
        self.request = request
        raw = request.headers.raw
        #: Of the caller's headers, in lower case.
        self.names = {name.lower() for name, _ in raw}
        self._path = request.url.raw_path
        host = request.headers.get("host", "").encode("latin-1")
        #: The caller's own; what httpx made of the address is none.
        self._host = host if host and host != request.url.netloc else None
        self._headers = [pair for pair in raw if pair[0].lower() != b"host"]
        self._headers += [pair for name, pair in _DEFAULTS if name not in self.names]
        self._once = None if isinstance(request.stream, httpx.ByteStream) else _Once(request.stream, in_threads=in_threads)
        self._began = perf_counter()

    def replayable(self) -> bool:
        """Whether its body can be sent (again)."""
        return self._once is None or not self._once.began

    def to(self, target: Target, extra: Mapping[str, str], timeouts: Mapping[str, float | None]) -> httpcore.Request:
        headers = [(b"Host", self._host or target.authority), *self._headers]
        for name, value in extra.items():
            headers.append((name.encode("ascii"), value.encode("latin-1")))
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.origin.port, target=target.prefix + self._path)
        return httpcore.Request(self.request.method, url, headers=headers, content=self._once or self.request.stream, extensions={"timeout": timeouts})

    def outcome(self, answer: httpcore.Response, body: Body, wall_ms: float) -> Outcome[httpx.Response]:
        response = httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=dict(answer.extensions), request=self.request)
        body.began = self._began
        body.response = response
        retry_after = read_retry_after(response.headers.get("retry-after"), wall_ms) if answer.status in (429, 503) else None
        return of_answer(response, answer.status, retry_after)


class _Once(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that can be sent only once. `in_threads`: also one that blocks may be sent from an event loop."""

    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, *, in_threads: bool) -> None:
        self._stream = stream
        self._in_threads = in_threads
        self.began = False

    def __iter__(self) -> Iterator[bytes]:
        self.began = True
        if not isinstance(self._stream, httpx.SyncByteStream):
            raise MikoError("invalid_argument", "content must be bytes or an iterator that is not asynchronous")
        yield from self._stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.began = True
        if isinstance(self._stream, httpx.AsyncByteStream):
            async for piece in self._stream:
                yield piece
            return
        if not self._in_threads:
            raise MikoError("invalid_argument", "content must be bytes or an asynchronous iterator")
        pieces = iter(self._stream)
        while (next_piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield next_piece


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of an answer; when it is closed, the attempt is over."""

    __slots__ = ("_closed", "_leave", "_stream", "after", "began", "broke", "response")

    def __init__(self, stream: object, leave: Callable[[], None]) -> None:
        self._stream = stream
        self._leave = leave
        self._closed = False
        self.began = 0.0
        self.response: httpx.Response | None = None
        #: Called once, when it is closed.
        self.after: Callable[[], None] | None = None
        #: Called when it breaks off.
        self.broke: Callable[[], None] | None = None

    def __iter__(self) -> Iterator[bytes]:
        self._check()
        try:
            yield from self._stream  # type: ignore[misc]
        except Exception as error:
            raise self._broken(error) from error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._check()
        try:
            async for piece in self._stream:  # type: ignore[attr-defined]
                yield piece
        except Exception as error:
            raise self._broken(error) from error

    def close(self) -> None:
        if is_parents(self.began):
            return
        try:
            self._stream.close()  # type: ignore[attr-defined]
        finally:
            self._end()

    async def aclose(self) -> None:
        if is_parents(self.began):
            return
        try:
            await self._stream.aclose()  # type: ignore[attr-defined]
        finally:
            self._end()

    def _check(self) -> None:
        if is_parents(self.began):
            raise MikoError("closed", MADE_BEFORE)

    def _broken(self, error: Exception) -> Exception:
        if self.broke is not None and not self._closed:
            self.broke()
        return as_httpx(error)

    def _end(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self.response is not None:
            self.response.elapsed = timedelta(seconds=perf_counter() - self.began)
        self._leave()
        if self.after is not None:
            self.after()


def failure(error: Exception, *, in_time: bool) -> Outcome[httpx.Response]:
    """What an attempt came to that brought no answer. Raises `invalid_argument` for a request that cannot be sent at all, and what is no failure of HTTP."""
    for kinds, kind in _KINDS:
        if isinstance(error, kinds):
            # An address that did not answer at all, while the attempt itself still had time.
            refused = isinstance(error, httpcore.ConnectTimeout) and in_time
            return Outcome("refused" if refused else kind, error=error)
    if isinstance(error, (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol)):
        raise MikoError("invalid_argument", f"the request cannot be sent: {error}") from error
    raise error


def undecodable(error: httpx.DecodingError) -> MikoError:
    """A body came whole, but is not in the encoding that its head names."""
    return MikoError("bad_answer", f"the body of the answer cannot be decoded: {error}", cause=error)


def as_httpx(error: Exception) -> Exception:
    """The error of httpx that stands for one of httpcore; others stay as they are."""
    for base in type(error).__mro__:
        if base.__module__ == "httpcore":
            found = getattr(httpx, base.__name__, None)
            return error if found is None else found(str(error))
    return error


_KINDS: tuple[tuple[tuple[type[Exception], ...], Kind], ...] = (
    ((httpcore.ConnectError,), "refused"),
    ((httpcore.TimeoutException,), "timeout"),
    ((httpcore.NetworkError, httpcore.RemoteProtocolError), "broken"),
)


def short(response: httpx.Response) -> bool:
    """Whether its body is known to be short."""
    length = response.headers.get("content-length", "")
    return length.isdigit() and int(length) <= SET_ASIDE_BYTES
