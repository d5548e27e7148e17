"""Asks for the endpoint list again and again, where streams are cut (docs/protocol.md, 1.4)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from miko._backoff import QUICK, wait_after
from miko._errors import MikoError, as_miko_error
from miko._http import Http
from miko._runtime import Runtime
from miko._wire import Snapshot, WireList, read_snapshot

#: Miko answers a long poll after 5 s at the latest.
_POLL_TIMEOUT_MS = 15_000.0
#: After so many polls in a row without news the list is asked for as it is: a Miko whose revisions began anew would never reach the next one.
_QUIET_POLLS = 12


@dataclass(slots=True)
class _Known:
    """What was answered last to the question for these services."""

    path: str
    etag: str | None = None
    revision: int | None = None
    #: Polls in a row without news.
    quiet: int = 0


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
        known = _Known("")
        while self._goes_on(number):
            began = self._runtime.now()
            path = list_path(self._project, self._services())
            if path != known.path:
                # For another set of services, what was answered says nothing.
                known = _Known(path)
            try:
                retry_after_ms = self._ask(number, known)
                failures = 0
                own = self._poll_ms * (1 + self._runtime.random() / 5) - (self._runtime.now() - began)
                wait = max(own, retry_after_ms * (1 + self._runtime.random() / 5))
            except Exception as thrown:
                error = as_miko_error(thrown, "bad_answer", "Miko's list cannot be used")
                wait = max(self._poll_ms, wait_after(error, QUICK, failures, self._runtime.random))
                failures += 1
                if self._goes_on(number):
                    self._on_failed(error)
            self._pause(number, wait)

    def _ask(self, number: int, known: _Known) -> float:
        """Answers how long Miko asks to wait, 0 for no wait. Raises MikoError."""
        headers = {} if known.etag is None else {"if-none-match": known.etag}
        waits = known.revision is not None and known.quiet < _QUIET_POLLS
        at_least = f"&at_least={known.revision + 1}" if waits and known.revision is not None else ""
        retry_after_ms = 0.0
        answer = None
        try:
            answer = self._http.call("GET", known.path + at_least, timeout_ms=_POLL_TIMEOUT_MS, headers=headers, accept=(304,))
        except MikoError as error:
            if not waits or error.status != 503 or error.code != "not_ready":
                raise
            retry_after_ms = error.retry_after_ms or 0.0
        known.quiet = known.quiet + 1 if waits else 0
        if not self._goes_on(number):
            return retry_after_ms
        if answer is None or answer.status == 304:
            self._on_list(None)
            return retry_after_ms
        snapshot = read_snapshot(answer.json())
        self._on_list(snapshot)
        known.etag, known.revision, known.quiet = answer.headers.get("etag"), snapshot.revision, 0
        return retry_after_ms

    def _goes_on(self, number: int) -> bool:
        return self._on and self._run_number == number

    def _pause(self, number: int, ms: float) -> None:
        until = self._runtime.now() + ms
        with self._changed:
            while self._goes_on(number) and (left := until - self._runtime.now()) > 0:
                self._changed.wait(left / 1000)
