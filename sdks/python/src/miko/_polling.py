"""Asks for the endpoint list again and again, where streams are cut (docs/protocol.md, 1.4)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from urllib.parse import quote

from miko._backoff import QUICK, wait_after
from miko._errors import MikoError, as_miko_error
from miko._http import Http
from miko._runtime import Runtime
from miko._wire import Snapshot, WireList, read_snapshot

#: Miko answers a long poll after 5 s at the latest.
_POLL_TIMEOUT_MS = 15_000.0


def ask_list(http: Http, project: str, service: str) -> WireList | None:
    """One service of the endpoint list, all its endpoints; None when the answer leaves it out. Raises MikoError."""
    answer = http.call("GET", list_path(project, [service]))
    return read_snapshot(answer.json()).services.get(service)


def list_path(project: str, services: Sequence[str]) -> str:
    return f"/v1/projects/{quote(project, safe='')}/endpoints?service={','.join(sorted(services))}&health=any"


class Polling:
    def __init__(
        self,
        http: Http,
        runtime: Runtime,
        project: str,
        poll_ms: float,
        *,
        services: Callable[[], Sequence[str]],
        on_list: Callable[[Snapshot | None], None],
        on_failed: Callable[[MikoError], None],
    ) -> None:
        self._http = http
        self._runtime = runtime
        self._project = project
        self._poll_ms = poll_ms
        self._services = services
        #: Given each list, or None when Miko has nothing new.
        self._on_list = on_list
        self._on_failed = on_failed
        self._changed = threading.Condition(threading.Lock())
        #: Of the run that is on; another number ends the thread of an older one.
        self._run_number = 0
        self._on = False

    def start(self) -> None:
        with self._changed:
            if self._on:
                return
            self._on = True
            self._run_number += 1
            number = self._run_number
        self._runtime.spawn("poll", lambda: self._run(number))

    def stop(self) -> None:
        with self._changed:
            self._on = False
            self._changed.notify_all()

    def _run(self, number: int) -> None:
        failures = 0
        asked = ""
        etag: str | None = None
        revision: int | None = None
        while self._goes_on(number):
            began = self._runtime.now()
            path = list_path(self._project, self._services())
            if path != asked:
                # For another set of services, what was answered says nothing.
                asked, etag, revision = path, None, None
            try:
                etag, revision = self._ask(number, path, etag, revision)
                failures = 0
                wait = self._poll_ms * (1 + self._runtime.random() / 5) - (self._runtime.now() - began)
            except Exception as thrown:
                error = as_miko_error(thrown, "bad_answer", "Miko's list cannot be used")
                wait = max(self._poll_ms, wait_after(error, QUICK, failures, self._runtime.random))
                failures += 1
                if self._goes_on(number):
                    self._on_failed(error)
            self._pause(number, wait)

    def _ask(self, number: int, path: str, etag: str | None, revision: int | None) -> tuple[str | None, int | None]:
        headers = {} if etag is None else {"if-none-match": etag}
        at_least = "" if revision is None else f"&at_least={revision + 1}"
        try:
            answer = self._http.call("GET", path + at_least, timeout_ms=_POLL_TIMEOUT_MS, headers=headers, accept=(304,))
        except MikoError as error:
            if revision is None or error.status != 503 or error.code != "not_ready":
                raise
            answer = None
        if not self._goes_on(number):
            return etag, revision
        if answer is None or answer.status == 304:
            self._on_list(None)
            return etag, revision
        snapshot = read_snapshot(answer.json())
        self._on_list(snapshot)
        return answer.headers.get("etag"), snapshot.revision

    def _goes_on(self, number: int) -> bool:
        return self._on and self._run_number == number

    def _pause(self, number: int, ms: float) -> None:
        until = self._runtime.now() + ms
        with self._changed:
            while self._goes_on(number) and (left := until - self._runtime.now()) > 0:
                self._changed.wait(left / 1000)
