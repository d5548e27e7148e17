"""A Miko that says what a test wants: lists, frames and refusals, over real HTTP on a free port."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Longer than anything here takes; what does not come by then is a failure.
BOUND_S = 10.0


def eventually(found: Callable[[], Any]) -> Any:
    """What `found` answers, once that is true."""
    until = time.monotonic() + BOUND_S
    while not (value := found()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)
    return value


def endpoint(instance: str, **more: Any) -> dict[str, Any]:
    plain = {"host": "127.0.0.1", "port": 1, "protocol": "http", "public_url": None, "zone": None, "weight": 100, "tags": [], "labels": {}}
    return {"id": f"ep_{instance}", "instance": instance, **plain, "health": "passing", "state": "active", "revision": 1, **more}


def known(*endpoints: dict[str, Any], revision: int = 1) -> dict[str, Any]:
    return {"state": "known", "cause": None, "revision": revision, "endpoints": list(endpoints)}


def empty(cause: str | None) -> dict[str, Any]:
    return {"state": "empty", "cause": cause, "revision": 1, "endpoints": []}


@dataclass
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Refusal:
    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)


class ScriptedMiko:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        #: What the endpoint list and each new stream say.
        self.services: dict[str, Any] = {}
        #: By method and the end of the path: refusals to give first, in order.
        self.refusals: dict[tuple[str, str], list[Refusal]] = {}
        #: What a new stream begins with, in place of a snapshot; None: nothing, and then it ends.
        self.first_bytes: bytes | None = b""
        self.stream_type = "text/event-stream"
        #: A stream is accepted, and nothing at all comes on it.
        self.headless = False
        #: Departures are answered when it is set.
        self.lets_go = threading.Event()
        self.lets_go.set()
        self._streams: list[Callable[[bytes], None]] = []
        self._sessions = 0
        self._cursor = 0
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def requests(self, method: str, ending: str = "") -> list[Asked]:
        return [one for one in self.asked if one.method == method and one.path.endswith(ending)]

    def streams(self) -> list[Asked]:
        return self.requests("GET", "endpoints:watch")

    def say(self, event: str, data: Any) -> None:
        """A frame, to every stream that is open."""
        with self._lock:
            frame, streams = self._frame(event, data), list(self._streams)
        for send in streams:
            send(frame)

    def say_bytes(self, data: bytes) -> None:
        for send in list(self._streams):
            send(data)

    def delta(self, service: str, *, set: Any = (), gone: Any = (), state: str = "known", cause: str | None = None, revision: int = 2) -> None:
        change = {"state": state, "cause": cause, "revision": revision, "set": list(set), "gone": [{"instance": name, "id": id} for name, id in gone]}
        self.say("delta", {"revision": revision, "services": {service: change}})

    def cut(self) -> None:
        """Ends every stream."""
        streams, self._streams = self._streams, []
        for send in streams:
            send(b"")

    def list(self, wanted: str) -> dict[str, Any]:
        names = wanted.split(",")
        services = {name: self.services.get(name, {"state": "unknown", "endpoints": []}) for name in names}
        return {"revision": max((one.get("revision", 0) for one in services.values()), default=0), "services": services}

    def _frame(self, event: str, data: Any) -> bytes:
        self._cursor += 1
        return f"event: {event}\nid: c{self._cursor}\ndata: {json.dumps(data)}\n\n".encode()

    def answer(self, handler: _Handler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.asked.append(Asked(handler.command, parts.path, query, headers, json.loads(body) if body else None))
        for (method, ending), refusals in self.refusals.items():
            if handler.command == method and parts.path.endswith(ending) and refusals:
                refusal = refusals.pop(0)
                problem = {"status": refusal.status, "code": refusal.code, "detail": "so the test wants it", "errors": []}
                return handler.reply(refusal.status, problem, refusal.headers)
        if parts.path.endswith("endpoints:watch"):
            return self._stream(handler, query["service"])
        if parts.path.endswith("/endpoints"):
            return handler.reply(200, self.list(query["service"]), {"etag": '"e"'})
        if "/sessions" in parts.path:
            if handler.command == "POST":
                self._sessions += 1
            return handler.reply(200, {"id": f"ses_{self._sessions}", "renew_every_seconds": 3})
        if handler.command == "DELETE":
            self.lets_go.wait(BOUND_S)
            return handler.reply(204, None)
        return handler.reply(201, endpoint(parts.path.rsplit("/", 1)[-1]))

    def _stream(self, handler: _Handler, wanted: str) -> None:
        ended = threading.Event()
        if self.headless:
            self._streams.append(lambda _: ended.set())
            ended.wait(BOUND_S)
            handler.close_connection = True
            return
        handler.send_response(200)
        handler.send_header("content-type", self.stream_type)
        handler.send_header("connection", "close")
        handler.end_headers()
        if self.first_bytes is None:
            return

        def send(data: bytes) -> None:
            try:
                if not data:
                    raise OSError
                handler.wfile.write(data)
                handler.wfile.flush()
            except OSError:
                ended.set()

        with self._lock:
            first = self.first_bytes or self._frame("snapshot", self.list(wanted))
            self._streams.append(send)
        send(first)
        ended.wait(BOUND_S)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ScriptedMiko

    def reply(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        return

    def _answer(self) -> None:
        self.script.answer(self)

    do_GET = do_POST = do_PUT = do_DELETE = _answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the script."""


@contextmanager
def scripted_miko(**services: Any) -> Iterator[ScriptedMiko]:
    script = ScriptedMiko()
    script.services.update(services)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"script": script}))
    script._server = server
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield script
    finally:
        script.cut()
        server.shutdown()
        server.server_close()
