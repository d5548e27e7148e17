"""The one session of a client: opened, renewed, and opened again for ever when Miko no longer knows it (docs/protocol.md, section 2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from miko._backoff import PATIENT, QUICK, backoff_ms, wait_after
from miko._errors import MikoError, as_miko_error, ends_session
from miko._http import CALL_TIMEOUT_MS, Http
from miko._refusals import Refusals
from miko._runtime import Runtime, log
from miko._wire import WireSession, read_session

#: A session that lived so long was not part of a fight between two processes.
_CALM_MS = 60_000.0
_CLOSE_TIMEOUT_MS = 2_000.0
#: What Miko may refuse.
_SESSION = "the session"


@dataclass(slots=True)
class SessionHooks:
    #: The revision that this client has applied; None before the first frame.
    applied: Callable[[], int | None]
    on_open: Callable[[str], None]
    on_error: Callable[[MikoError], None]


class Session:
    """Its registrations live as long as it does. One thread, from the start to `close`."""

    def __init__(self, http: Http, runtime: Runtime, project: str, owner: str, name: str, ttl_seconds: int, hooks: SessionHooks, refusals: Refusals) -> None:
        self._http = http
        self._refusals = refusals
        self._runtime = runtime
        self._path = f"/v1/projects/{quote(project, safe='')}/sessions"
        self._owner = owner
        self._name = name
        self._ttl_seconds = ttl_seconds
        self._hooks = hooks
        self._changed = threading.Condition(threading.Lock())
        self._tried = threading.Event()
        #: The id of the open session; None while there is none.
        self.current: str | None = None
        self._fenced = False
        self._acknowledge_now = False
        self._closed = False
        self._thread = runtime.spawn("session", self._run)

    def after_first_attempt(self, timeout_ms: float) -> str | None:
        """The session, once the first attempt to open it has ended, well or not; waits so long at most."""
        self._tried.wait(timeout_ms / 1000)
        return self.current

    def lost(self, id: str, error: MikoError) -> None:
        """Some call was told that session `id` is over."""
        with self._changed:
            if id != self.current:
                return
            self.current = None
            self._fenced = error.code == "fenced"
            self._changed.notify_all()
        if self._fenced:
            log.warning('another process holds a session as owner "%s"; two processes must never share one', self._owner)

    def acknowledge(self) -> None:
        """Tells Miko at once what was applied, instead of with the next renewal."""
        with self._changed:
            self._acknowledge_now = True
            self._changed.notify_all()

    def close(self) -> None:
        """Deliberate departure: what is still registered goes at once. Never raises; takes some seconds at most."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(1)
        leaving, self.current = self.current, None
        if leaving is None:
            return
        try:
            self._http.call("DELETE", f"{self._path}/{leaving}", timeout_ms=_CLOSE_TIMEOUT_MS)
        except MikoError as error:
            self._hooks.on_error(error)

    def _run(self) -> None:
        failures = 0
        fences = 0
        while not self._closed:
            opened = self._open()
            self._tried.set()
            if isinstance(opened, MikoError):
                self._pause(wait_after(opened, QUICK, failures, self._runtime.random))
                failures += 1
                continue
            failures = 0
            opened_at = self._runtime.now()
            if not self._closed:
                self._hooks.on_open(opened.id)
            self._hold(opened)
            if self._closed:
                return
            if self._runtime.now() - opened_at > _CALM_MS:
                fences = 0
            if self._fenced:
                self._pause(backoff_ms(PATIENT, fences, self._runtime.random))
                fences += 1
            else:
                self._pause(backoff_ms(QUICK, 0, self._runtime.random))

    def _open(self) -> WireSession | MikoError:
        body = {"name": self._name, "owner": self._owner, "ttl_seconds": self._ttl_seconds}
        try:
            opened = read_session(self._http.call("POST", self._path, body).json())
        except Exception as thrown:
            return self._report(thrown)
        with self._changed:
            self.current = opened.id
            self._fenced = False
        self._refusals.works(_SESSION)
        return opened

    def _hold(self, opened: WireSession) -> None:
        """Renews until the session is lost or the client closes."""
        every_ms = self._renewal_ms(opened)
        next_at = self._runtime.now() + every_ms
        failures = 0
        #: Miko asked for quiet until then: not even an acknowledgement goes before.
        quiet_until = 0.0
        while self._wait_until(next_at, quiet_until, opened.id):
            self._acknowledge_now = False
            try:
                every_ms = self._renewal_ms(self._renew(opened.id, every_ms))
                next_at = self._runtime.now() + every_ms
                failures = 0
                self._refusals.works(_SESSION)
            except Exception as thrown:
                error = self._report(thrown)
                if ends_session(error):
                    self.lost(opened.id, error)
                wait = wait_after(error, QUICK, failures, self._runtime.random)
                next_at = self._runtime.now() + (min(every_ms, wait) if error.retry_after_ms is None else wait)
                quiet_until = self._runtime.now() + (error.retry_after_ms or 0.0)
                failures += 1

    def _wait_until(self, next_at: float, quiet_until: float, id: str) -> bool:
        """Until a renewal is due, or somebody waits for an acknowledgement; false when the session is over."""
        with self._changed:
            while not self._closed and self.current == id:
                now = self._runtime.now()
                left = (quiet_until if self._acknowledge_now else next_at) - now
                if left <= 0:
                    return True
                self._changed.wait(left / 1000)
        return False

    def _renew(self, id: str, every_ms: float) -> WireSession:
        answer = self._http.call("PUT", f"{self._path}/{id}", {"applied": self._hooks.applied()}, timeout_ms=min(CALL_TIMEOUT_MS, every_ms))
        return read_session(answer.json())

    def _renewal_ms(self, session: WireSession) -> float:
        """A little early each time, and not together with the sessions that were opened at the same moment."""
        return max(1, session.renew_every_seconds) * 1000 * (0.8 + 0.2 * self._runtime.random())

    def _pause(self, ms: float) -> None:
        until = self._runtime.now() + ms
        with self._changed:
            while not self._closed and (left := until - self._runtime.now()) > 0:
                self._changed.wait(left / 1000)

    def _report(self, thrown: BaseException) -> MikoError:
        error = as_miko_error(thrown, "bad_answer", "Miko's answer about the session cannot be used")
        if not self._closed:
            self._refusals.failed(_SESSION, error)
            self._hooks.on_error(error)
        return error
