"""Sockets that keep to the time of the attempt which uses them, however slowly its bytes drip, and that another thread can end."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore

from miko._fork import MADE_BEFORE, is_parents

#: Once the head is there, the deadline has been met: a body may pause for so long.
BODY_SILENCE_S = 300.0
#: An address that does not answer at all is given up after so long.
CONNECT_S = 5.0


class Scope:
    """The attempt that runs in this thread."""

    __slots__ = ("_cancelled", "_deadline_s", "_socket")

    def __init__(self, left_ms: float | None) -> None:
        self._deadline_s = None if left_ms is None else time.monotonic() + left_ms / 1000
        self._socket: socket.socket | None = None
        self._cancelled = False

    def left_s(self) -> float | None:
        if self._cancelled:
            return 0.0
        return None if self._deadline_s is None else self._deadline_s - time.monotonic()

    def uses(self, sock: socket.socket) -> None:
        self._socket = sock

    def cancel(self) -> None:
        """From another thread: the attempt ends soon."""
        self._cancelled = True
        sock = self._socket
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


_here = threading.local()


def enter(scope: Scope | None) -> None:
    """From here on, what this thread reads and writes keeps to that scope."""
    _here.scope = scope


class DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._socket = stream.get_extra_info("socket")
        self._made_s = time.perf_counter()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, self._left(httpcore.ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, late: type[Exception]) -> float | None:
        if is_parents(self._made_s):
            raise httpcore.ReadError(MADE_BEFORE)
        scope: Scope | None = getattr(_here, "scope", None)
        if scope is None:
            return BODY_SILENCE_S
        scope.uses(self._socket)
        left = scope.left_s()
        if left is not None and left <= 0:
            raise late("the time of the attempt is over")
        return left


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects; first by a connection that was opened ahead, where there is one."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()
        self._lock = threading.Lock()
        self._ahead: list[tuple[httpcore.NetworkStream, float]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        while True:
            with self._lock:
                stream = self._ahead.pop()[0] if self._ahead else None
            if stream is None:
                return DeadlineStream(self._backend.connect_tcp(host, port, timeout))
            if not stream.get_extra_info("is_readable"):
                return DeadlineStream(stream)
            # Readable before anything was asked: the other side has closed it.
            stream.close()

    def open_ahead(self, host: str, port: int) -> None:
        try:
            stream = self._backend.connect_tcp(host, port, CONNECT_S)
        except (httpcore.NetworkError, httpcore.TimeoutException):
            return
        with self._lock:
            self._ahead.append((stream, time.monotonic()))

    def close_older(self, seconds: float) -> None:
        """Closes connections that were opened ahead and not used for so long."""
        with self._lock:
            old = [entry for entry in self._ahead if time.monotonic() - entry[1] >= seconds]
            self._ahead = [entry for entry in self._ahead if entry not in old]
        for stream, _ in old:
            stream.close()
