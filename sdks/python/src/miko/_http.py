"""Calls to Miko itself: blocking, from background threads, each with a bound on its time and on its answer."""

from __future__ import annotations

import http.client
import json
import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from miko._errors import MikoError, describe, error_from_answer, shown
from miko._runtime import Runtime
from miko._version import API_DATE, USER_AGENT

CALL_TIMEOUT_MS = 5_000.0
_STREAM_CONNECT_TIMEOUT_MS = 10_000.0
#: The endpoint list of a large fleet, polled.
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
#: Connections kept for the next call, and how long; less than servers keep them.
_MAX_IDLE = 4
_IDLE_MS = 4_000.0
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body; None when it is empty. Raises `bad_answer`."""
        if not self.body:
            return None
        try:
            parsed: object = json.loads(self.body)
        except ValueError as error:
            raise MikoError("bad_answer", "Miko's answer is not JSON") from error
        return parsed


class NoHead(MikoError):
    """A connection for a stream was accepted, and no head came on it in time."""


class Http:
    """Thread-safe."""

    def __init__(self, url: str, token: str, runtime: Runtime, ssl_context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self.url = url
        self._host = parts.hostname or ""
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")
        self._tls = None if parts.scheme == "http" else ssl_context or ssl.create_default_context()
        self._headers = {"authorization": f"Bearer {token}", "user-agent": USER_AGENT, "miko-version": API_DATE}
        self._runtime = runtime
        self._lock = threading.Lock()
        self._idle: list[tuple[http.client.HTTPConnection, float]] = []
        self._closed = False

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        timeout_ms: float = CALL_TIMEOUT_MS,
        headers: Mapping[str, str] | None = None,
        accept: tuple[int, ...] = (),
    ) -> HttpAnswer:
        """One call. Raises `unreachable`, `timeout`, `bad_answer`, or what Miko refused it by; an answer of a status in `accept` is none."""
        sent = {**self._headers, "accept": "application/json", **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body, separators=(",", ":")).encode()
            sent["content-type"] = "application/json"
        with _Bound(self._runtime, timeout_ms, self.url) as bound:
            answer = self._exchange(method, path, data, sent, bound)
        if 200 <= answer.status < 300 or answer.status in accept:
            return answer
        raise error_from_answer(answer.status, answer.headers, answer.body, self._runtime.wall())

    def open_stream(self, path: str, headers: Mapping[str, str], head_ms: float) -> EventStream:
        """Opens an event stream; returns when its head has come. Raises `NoHead` when that takes longer than `head_ms`."""
        connection = self._connection(_STREAM_CONNECT_TIMEOUT_MS)
        response: http.client.HTTPResponse | None = None
        connected = False
        try:
            with _Bound(self._runtime, _STREAM_CONNECT_TIMEOUT_MS, self.url):
                connection.connect()
            connected, accepted_at = True, self._runtime.now()
            with _Bound(self._runtime, head_ms, self.url) as bound:
                bound.holds(connection)
                connection.sock.settimeout(head_ms / 1000)
                connection.request("GET", self._prefix + path, headers={**self._headers, "accept": "text/event-stream", **headers})
                response = connection.getresponse()
                if response.status != 200:
                    answer = HttpAnswer(response.status, _lower(response), _read_bounded(response))
                    raise error_from_answer(answer.status, answer.headers, answer.body, self._runtime.wall())
                return EventStream(connection, response, accepted_at)
        except BaseException as error:
            connection.close()
            if response is None and isinstance(error, MikoError) and error.code == "timeout" and connected:
                raise NoHead("timeout", str(error)) from error
            raise

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    def _exchange(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str], bound: _Bound) -> HttpAnswer:
        return self._send(self._kept() or self._connection(bound.timeout_ms), method, path, data, headers, bound)

    def _send(
        self, connection: http.client.HTTPConnection, method: str, path: str, data: bytes | None, headers: Mapping[str, str], bound: _Bound
    ) -> HttpAnswer:
        bound.holds(connection)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(bound.timeout_ms / 1000)
            connection.request(method, self._prefix + path, body=data, headers=dict(headers))
            response = connection.getresponse()
            answer = HttpAnswer(response.status, _lower(response), _read_bounded(response))
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._keep(connection)
        return answer

    def _connection(self, timeout_ms: float) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout_ms / 1000)
        return http.client.HTTPSConnection(self._host, self._port, timeout=timeout_ms / 1000, context=self._tls)

    def _kept(self) -> http.client.HTTPConnection | None:
        now = self._runtime.now()
        with self._lock:
            while self._idle:
                connection, since = self._idle.pop()
                if now - since < _IDLE_MS and not _is_readable(connection):
                    return connection
                connection.close()
        return None

    def _keep(self, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _MAX_IDLE:
                self._idle.append((connection, self._runtime.now()))
                return
        connection.close()


class EventStream:
    """The body of an event stream, read by one thread; `abort` ends it from any."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, accepted_at: float) -> None:
        #: When the connection was there, on the monotonic clock.
        self.accepted_at = accepted_at
        self.content_type = (response.getheader("content-type") or "").partition(";")[0].strip().lower()
        self._connection = connection
        # A connection that is not kept is the response's own: http.client has let go of the socket then.
        self._socket = connection.sock or getattr(getattr(response.fp, "raw", None), "_sock", None)
        self._response = response
        self._aborted = False

    def read(self, timeout_ms: float) -> bytes:
        """The next piece; empty at the end. Raises TimeoutError after so long without a byte."""
        if self._aborted:
            return b""
        if self._socket is not None:
            self._socket.settimeout(max(0.001, timeout_ms / 1000))
        return self._response.read1(_PIECE)

    def abort(self) -> None:
        self._aborted = True
        _shut(self._socket)

    def close(self) -> None:
        self._response.close()
        self._connection.close()


class _Bound:
    """Ends a call that takes too long, also one whose answer drips; turns what breaks into a MikoError."""

    def __init__(self, runtime: Runtime, timeout_ms: float, url: str) -> None:
        self.timeout_ms = timeout_ms
        self.over = False
        self._runtime = runtime
        self._url = url
        self._connection: http.client.HTTPConnection | None = None
        self._cancel: Callable[[], None] | None = None

    def holds(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def __enter__(self) -> _Bound:
        self._cancel = self._runtime.after(self.timeout_ms, self._end)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._cancel is not None:
            self._cancel()
        if error is None or isinstance(error, MikoError) or not isinstance(error, Exception):
            return
        if self.over or isinstance(error, TimeoutError):
            raise MikoError("timeout", f"Miko at {self._url} did not answer within {shown(self.timeout_ms)} ms") from error
        raise MikoError("unreachable", f"Miko at {self._url} cannot be reached: {describe(error)}") from error

    def _end(self) -> None:
        self.over = True
        _shut(None if self._connection is None else self._connection.sock)


def _is_readable(connection: http.client.HTTPConnection) -> bool:
    """Before anything was asked, only the other side's end can be there to be read."""
    return connection.sock is None or bool(select.select((connection.sock,), (), (), 0)[0])


def _shut(sock: socket.socket | None) -> None:
    """Wakes the thread that reads from it."""
    try:
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def _read_bounded(response: http.client.HTTPResponse) -> bytes:
    body = response.read(_MAX_ANSWER_BYTES + 1)
    if len(body) > _MAX_ANSWER_BYTES:
        raise MikoError("bad_answer", f"Miko's answer is longer than {_MAX_ANSWER_BYTES} bytes")
    return body


def _lower(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
