"""Brings the endpoints of this process into the directory, and keeps them there (docs/protocol.md, section 2).

Each entry compares what is wanted with what is, and does the one call that brings them nearer; the same entry never
runs twice at once. At most 16 run together, departures apart, which are all sent at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from urllib.parse import quote

from miko._backoff import QUICK, wait_after
from miko._endpoint import Endpoint
from miko._errors import MikoError, as_miko_error, ends_session, is_refusal, shown
from miko._events import Events
from miko._http import CALL_TIMEOUT_MS, Http
from miko._refusals import Refusals
from miko._register import RegisterSpec
from miko._runtime import Runtime
from miko._session import Session
from miko._wire import read_endpoint

_AT_ONCE = 16
_MOST = 1_000
_READINESS_MS = 250.0
#: An answer that takes longer is a no.
_READINESS_BOUND_MS = 5_000.0


class Entry:
    """One endpoint of this process. Its fields belong to the registrar."""

    __slots__ = (
        "again",
        "asked",
        "busy",
        "cancel_timer",
        "drain_seconds",
        "failure",
        "failures",
        "gone",
        "is_ready",
        "last_try",
        "path",
        "ready",
        "spec",
        "tried",
        "under",
        "wanted",
    )

    def __init__(self, spec: RegisterSpec, project: str) -> None:
        self.spec = spec
        self.path = f"/v1/projects/{quote(project, safe='')}/services/{spec.service}/endpoints/{quote(spec.instance, safe='')}"
        #: Its endpoint, when it first stands in the directory, or why it cannot.
        self.ready: Future[Endpoint] = Future()
        #: Set when it is out of the directory, or given up.
        self.gone = threading.Event()
        self.is_ready = spec.readiness is None
        #: A thread asks for its readiness.
        self.asked = False
        self.wanted = True
        self.drain_seconds = 0
        #: The session under which it stands in the directory, and under which it may: a call was sent, whatever became of its answer.
        self.under: str | None = None
        self.tried: str | None = None
        #: The client closes: taking it out is tried once, and then left to the end of the session.
        self.last_try = False
        self.failures = 0
        #: Of the last attempt, or of its readiness function.
        self.failure: MikoError | None = None
        self.busy = False
        self.again = False
        self.cancel_timer: Callable[[], None] | None = None


class Registrar:
    """Thread-safe."""

    def __init__(self, http: Http, runtime: Runtime, project: str, events: Events, refusals: Refusals) -> None:
        self._http = http
        self._runtime = runtime
        self._project = project
        self._events = events
        self._refusals = refusals
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], Entry] = {}
        self._waiting: deque[Entry] = deque()
        self._running = 0
        self._session: Session | None = None
        #: Why there is none.
        self._session_failure: MikoError | None = None
        self._stopped = False

    def add(self, spec: RegisterSpec) -> Entry:
        """Raises `invalid_argument` or `too_many`."""
        key = (spec.service, spec.instance)
        with self._lock:
            if key in self._entries:
                raise MikoError("invalid_argument", f"instance {spec.service}/{spec.instance} is registered by this client already")
            if len(self._entries) >= _MOST:
                raise MikoError("too_many", f"one client registers at most {_MOST} endpoints")
            entry = self._entries[key] = Entry(spec, self._project)
        return entry

    def start(self, session: Session) -> None:
        """The session is there, or another one now."""
        self._session = session
        self._session_failure = None
        for entry in self.entries():
            self.poke(entry)

    def entries(self) -> list[Entry]:
        with self._lock:
            return list(self._entries.values())

    def session_failed(self, error: MikoError) -> None:
        """Refused for a reason that waiting does not mend, it is refused for each of them."""
        self._session_failure = error
        for entry in self.entries() if is_refusal(error) else ():
            _fail(entry, error)

    def failure(self, entry: Entry) -> MikoError | None:
        """Why it does not stand in the directory; None where nothing failed yet."""
        return entry.failure or self._session_failure

    def stands(self, entry: Entry) -> bool:
        """Whether it stands in the directory under the present session."""
        return entry.under is not None and self._session is not None and entry.under == self._session.current

    def remove(self, entry: Entry, drain_seconds: int) -> None:
        """Takes it out, in the background; `entry.gone` is set when that is done."""
        entry.drain_seconds = drain_seconds
        entry.wanted = False
        _fail(entry, MikoError("closed", f"the registration of {entry.spec.service}/{entry.spec.instance} was closed"))
        self.poke(entry)

    def report(self, entry: Entry, health: str, note: str) -> None:
        """Reports the health of an endpoint with a `ttl` check. Raises MikoError."""
        session = None if self._session is None else self._session.current
        if session is None:
            raise MikoError("not_ready", f"{entry.spec.service}/{entry.spec.instance} has no session at the moment")
        self._http.call("PUT", f"{entry.path}/health", {"session": session, "health": health, "note": note})

    def stop(self) -> None:
        """No more calls: what is left goes with its session."""
        self._stopped = True
        for entry in self.entries():
            self._forget(entry)

    def forked(self) -> None:
        """In the child: who held the lock is gone, and nothing is the child's."""
        self._lock = threading.Lock()
        self._session = None

    def poke(self, entry: Entry) -> None:
        """Something changed for it: it is looked at soon."""
        with self._lock:
            if entry.cancel_timer is not None:
                entry.cancel_timer()
                entry.cancel_timer = None
            leaves = not entry.wanted
            if leaves and entry in self._waiting:
                self._waiting.remove(entry)
            elif entry.busy:
                entry.again = True
                return
            entry.busy = True
            if not leaves:
                self._waiting.append(entry)
                if self._running >= _AT_ONCE:
                    return
                self._running += 1
        if leaves:
            self._runtime.spawn("departure", lambda: self._look_at(entry))
        else:
            self._runtime.work(self._work)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._running -= 1
                    return
                entry = self._waiting.popleft()
            self._look_at(entry)

    def _look_at(self, entry: Entry) -> None:
        with self._lock:
            entry.again = False
            seen = self._wanted(entry)
        wait_ms = None if self._stopped else self._converge(entry)
        with self._lock:
            entry.busy = False
            # Who pokes it without news does not cut its wait short.
            again = wait_ms == 0 or (entry.again and self._wanted(entry) != seen)
            if wait_ms and not again:
                entry.cancel_timer = self._runtime.after(wait_ms, lambda: self.poke(entry))
        if again:
            self.poke(entry)

    def _wanted(self, entry: Entry) -> tuple[bool, bool, str | None]:
        return entry.wanted, entry.is_ready, None if self._session is None else self._session.current

    def _converge(self, entry: Entry) -> float | None:
        """Answers after how long to look again; 0: at once, None: when something changes."""
        session = None if self._session is None else self._session.current
        try:
            if not entry.wanted:
                if session is not None and session == entry.tried:
                    self._delete(entry, session)
                # Nothing of it is left under this session; what an older one left lapses by itself.
                self._forget(entry)
                return None
            if not entry.is_ready:
                if not entry.asked:
                    entry.asked = True
                    # A thread of its own: one that hangs holds up no registration.
                    self._runtime.spawn("readiness", lambda: self._ask_until_ready(entry))
                return None
            if session is not None and session != entry.under:
                self._put(entry, session)
            entry.failures = 0
            return None
        except Exception as thrown:
            return self._failed(entry, session, thrown)

    def _failed(self, entry: Entry, session: str | None, thrown: Exception) -> float | None:
        error = as_miko_error(thrown, "bad_answer", f"Miko's answer about {entry.spec.service}/{entry.spec.instance} cannot be used")
        self._events.emit("error", service=entry.spec.service, instance=entry.spec.instance, during="registration", error=error)
        entry.failure = error
        if entry.wanted:
            self._refusals.failed(_named(entry), error)
        if entry.last_try and not entry.wanted:
            self._forget(entry)
            return None
        if ends_session(error) and self._session is not None and session is not None:
            self._session.lost(session, error)
            return None if entry.wanted else 0
        if is_refusal(error):
            _fail(entry, error)
        wait = wait_after(error, QUICK, entry.failures, self._runtime.random)
        entry.failures += 1
        return wait

    def _put(self, entry: Entry, session: str) -> None:
        entry.tried = session
        answer = self._http.call("PUT", entry.path, entry.spec.to_wire(session))
        endpoint = read_endpoint(entry.spec.service, answer.json())
        entry.under = session
        entry.failure = None
        self._refusals.works(_named(entry))
        with suppress(InvalidStateError):
            entry.ready.set_result(endpoint)
        self._events.emit("registered", service=entry.spec.service, instance=entry.spec.instance, id=endpoint.id)

    def _delete(self, entry: Entry, session: str) -> None:
        query = f"?session={quote(session, safe='')}&wait_seconds={entry.drain_seconds}"
        try:
            self._http.call("DELETE", entry.path + query, timeout_ms=entry.drain_seconds * 1000 + CALL_TIMEOUT_MS / 2)
        except MikoError as error:
            # Absent, or no longer this session's: either way it is not ours to take out.
            if error.status not in (404, 409):
                raise
        entry.under = entry.tried = None

    def _ask_until_ready(self, entry: Entry) -> None:
        while entry.wanted and not self._stopped:
            if self._ask_readiness(entry):
                entry.is_ready = True
                self.poke(entry)
                return
            entry.gone.wait(_READINESS_MS / 1000)

    def _ask_readiness(self, entry: Entry) -> bool:
        readiness = entry.spec.readiness
        name = f"the readiness function of {entry.spec.service}/{entry.spec.instance}"
        late = MikoError("timeout", f"{name} did not answer within {shown(_READINESS_BOUND_MS)} ms")
        began = self._runtime.now()
        cancel = self._runtime.after(_READINESS_BOUND_MS, lambda: self._runtime.work(lambda: self._not_ready(entry, late)))
        try:
            return (readiness is None or bool(readiness())) and self._runtime.now() - began < _READINESS_BOUND_MS
        except Exception as thrown:
            self._not_ready(entry, as_miko_error(thrown, "listener_failed", f"{name} raised"))
            return False
        finally:
            cancel()

    def _not_ready(self, entry: Entry, error: MikoError) -> None:
        entry.failure = error
        self._events.emit("error", service=entry.spec.service, instance=entry.spec.instance, during="readiness", error=error)

    def _forget(self, entry: Entry) -> None:
        with self._lock:
            self._entries.pop((entry.spec.service, entry.spec.instance), None)
        _fail(entry, MikoError("closed", f"the registration of {entry.spec.service}/{entry.spec.instance} was closed"))
        entry.gone.set()
        self._refusals.works(_named(entry))


def _named(entry: Entry) -> str:
    """As a warning calls it."""
    return f"the registration of {entry.spec.service}/{entry.spec.instance}"


def _fail(entry: Entry, error: MikoError) -> None:
    # Whichever thread comes first.
    with suppress(InvalidStateError):
        entry.ready.set_exception(error)
