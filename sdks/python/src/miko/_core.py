"""What the synchronous and the asynchronous client share: the directory, the session, the registrations, the services."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from functools import partial

from miko._call import IDEMPOTENT_METHODS, Call, CallSpec
from miko._directory import Directory
from miko._endpoint import Answer, Endpoint
from miko._errors import MikoError, ends_session
from miko._events import Events
from miko._fork import MADE_BEFORE, Forked, hears_of_forks
from miko._http import Http
from miko._options import CallOptions, Settings, Unset, check_service, owner_of
from miko._outcome import A
from miko._policy import DAY_MS, Pool, ServicePolicy, check_number
from miko._ready import until_known
from miko._refusals import Refusals
from miko._register import RegisterSpec
from miko._registrar import Entry, Registrar
from miko._runtime import Runtime
from miko._service import Service, nothing_to_pick
from miko._session import Session, SessionHooks
from miko._status import RegistrationStatus, Status
from miko._watchers import Watcher

#: What is spoken by endpoints that HTTP requests may go to.
HTTP = frozenset({"http", "https"})
#: How long the stream waits for the session that should speak for it.
_SESSION_FIRST_MS = 1_000.0
#: What closing takes beyond the time for draining.
_CLOSE_S = 2.0
#: And what ends after that: the session, the stream.
_END_S = 3.0

#: The list of a called service is another one: its name, its usable endpoints, its pool, whether anything was called.
OnList = Callable[[str, Sequence[Endpoint], Pool, bool], None]


class Core:
    """Thread-safe."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        self.settings = settings
        self.runtime = runtime
        self.events = Events()
        self._pools: tuple[OnList, ...] = ()
        self._random_owner = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._services: dict[str, Service] = {}
        self._settled: set[str] = set()
        self._session: Session | None = None
        #: Why nothing can be asked any more.
        self._over: str | None = None
        #: It departs: nothing more is registered.
        self._closing = False
        #: The thread that closes, and whether it is done.
        self._closer: int | None = None
        self._closed = threading.Event()
        self._refusals = Refusals(settings.url)
        self._http = Http(settings.url, settings.token, runtime, settings.ssl_context)
        self._registrar = Registrar(self._http, runtime, settings.project, self.events, self._refusals)
        self.directory = Directory(
            self._http,
            runtime,
            settings,
            self.events,
            self._refusals,
            session=self._session_for_stream,
            on_failed=self._stream_failed,
            on_released=self._released,
            on_answer=self._answered,
        )
        if settings.owner is not None:
            self._open_session(settings.owner)
        if settings.required or settings.optional:
            self.directory.subscribe((*settings.required, *settings.optional))
        hears_of_forks(self)

    def check(self) -> None:
        """Raises `closed`."""
        if self._over is not None:
            raise MikoError("closed", self._over)

    @property
    def is_parents(self) -> bool:
        """Whether this process is a child of the one that it was made in."""
        return self._over is MADE_BEFORE

    def feed(self, on_list: OnList) -> Callable[[], None]:
        """Connections are kept by those who hear of each list; answers what ends that."""
        with self._lock:
            self._pools = (*self._pools, on_list)
        for service in tuple(self._services.values()):
            self.directory.introduce(service.name, partial(self._feed, on_list, service))
        return partial(self._starve, on_list)

    def _starve(self, on_list: OnList) -> None:
        with self._lock:
            self._pools = tuple(one for one in self._pools if one != on_list)

    def service(self, name: str) -> Service:
        """Watched from now on. Raises `invalid_argument`, `too_many` or `closed`."""
        service = self._services.get(name)
        if self._over is not None:
            raise MikoError("closed", self._over)
        if service is None:
            self.directory.subscribe((check_service(name),))
            self.directory.introduce(name, lambda answer: self._add(name, answer))
            service = self._services[name]
        return service

    def first_answer(self, name: str) -> Future[Answer] | None:
        """The first time, the future of the answer that a call has to wait for; None when it need not."""
        if name in self._settled:
            return None
        self.service(name)
        answer = self.directory.answer(name)
        if isinstance(answer, Future):
            return answer
        self._settled.add(name)
        return None

    def timeout_ms(self, name: str, options: CallOptions) -> float | None:
        """The time of a call to the head of its answer; None: no bound."""
        return self.settings.policy_of(name).timeout_ms if isinstance(options.timeout_ms, Unset) else options.timeout_ms

    def answered(self, name: str, answer: Answer) -> None:
        """The first answer has come, or did not in time. Raises `not_ready`."""
        self._settled.add(name)
        if answer.state == "not_ready":
            raise nothing_to_pick(name, answer)

    def answer(self, name: str) -> Answer | Future[Answer]:
        self.check()
        return self.directory.answer(name)

    def watch(self, name: str, watcher: Watcher) -> Callable[[], None]:
        """Answers what ends that."""
        self.check()
        return self.directory.watch(name, watcher)

    def call(
        self,
        name: str,
        method: str,
        header_names: Collection[bytes],
        options: CallOptions,
        protocols: frozenset[str] | None,
        replayable: Callable[[], bool],
        cls: type[Call[A]],
        began_ms: float | None = None,
    ) -> Call[A]:
        """A call to be run; `header_names` in lower case. `began_ms`: from when its time counts, by default now."""
        service = self.service(name)
        policy: ServicePolicy = service.policy
        repeatable = options.idempotent
        if repeatable is None:
            repeatable = method.upper() in IDEMPOTENT_METHODS or b"idempotency-key" in header_names
        spec = CallSpec(
            repeatable=repeatable,
            timeout_ms=self.timeout_ms(name, options),
            hedge_after_ms=policy.hedge_after_ms if isinstance(options.hedge_after_ms, Unset) else options.hedge_after_ms,
            hash_key=options.hash_key,
            protocols=protocols,
            keeps_timeout_header=b"miko-timeout-ms" in header_names,
        )
        self.count(name)
        return cls(service, spec, self.runtime, self.settings.propagate, replayable, began_ms)

    def count(self, name: str) -> None:
        """For the report on fixed connections."""
        if self.directory.fixed.has(name):
            self.directory.fixed.count(name, self.directory.current(name))

    def register(self, spec: RegisterSpec) -> Entry:
        self.check()
        if self._closing:
            raise MikoError("closed", "the client is closed")
        entry = self._registrar.add(spec)
        if self._session is None:
            self._open_session(owner_of(spec.service, spec.instance))
        self._registrar.poke(entry)
        return entry

    def stands(self, entry: Entry) -> bool:
        return self._registrar.stands(entry)

    def failure(self, entry: Entry) -> MikoError | None:
        """Why it does not stand in the directory; None where nothing failed yet."""
        return self._registrar.failure(entry)

    def report(self, entry: Entry, health: str, note: str) -> None:
        self.check()
        self._registrar.report(entry, health, note)

    def deregister(self, entry: Entry) -> None:
        """In the background; `entry.gone` tells of the end."""
        self._registrar.remove(entry, self.settings.drain_seconds)

    def close_bound_s(self) -> float:
        """How long taking an endpoint out may last."""
        return self.settings.drain_seconds + _CLOSE_S

    def ready(self, timeout_ms: float) -> Future[None]:
        """Done when each required service is `known`; fails with `not_ready`, which names those that are not, and why."""
        self.check()
        check_number(timeout_ms, "timeout_ms", 0, DAY_MS)
        return until_known(self.directory, self.runtime, self.settings.required, timeout_ms)

    def status(self) -> Status:
        registrations = tuple(RegistrationStatus(entry.spec.service, entry.spec.instance, self.stands(entry)) for entry in self._registrar.entries())
        return Status(
            connected=self.directory.contact.connected,
            stale_since=self.directory.contact.stale_since,
            revision=self.directory.applied,
            session=None if self._session is None else self._session.current,
            registered=bool(registrations) and all(one.registered for one in registrations),
            registrations=registrations,
        )

    def close(self) -> None:
        """Leaves deliberately. Never raises; takes at most the time for draining and 5 s.

        Until it has departed the process serves, and so what is asked and called goes on. Who closes it too waits for that.
        """
        me = threading.get_ident()
        with self._lock:
            first = not self._closing
            if first:
                self._closing, self._closer = True, me
        if not first:
            # A listener, or the handler of a signal, may close it within the closing itself.
            if self._closer != me:
                self._closed.wait(self.close_bound_s() + _END_S)
            return
        try:
            self._depart()
        finally:
            # Also when the waiting was interrupted: nobody else would end it.
            try:
                self._end()
            finally:
                self._closed.set()

    def _depart(self) -> None:
        until = self.runtime.now() + self.close_bound_s() * 1000
        entries = self._registrar.entries()
        for entry in entries:
            entry.last_try = True
            self.deregister(entry)
        for entry in entries:
            # The stream and the session go on meanwhile: Miko waits for this client too.
            entry.gone.wait(max(0.0, until - self.runtime.now()) / 1000)

    def _end(self) -> None:
        self._registrar.stop()
        if self._session is not None:
            self._session.close()
        self._over = "the client is closed"
        self.directory.close()
        self.runtime.close()
        self._http.close()

    def forked(self) -> None:
        """In the child: all that may be asked there is whether it is over, and what is let go of."""
        self._over = MADE_BEFORE
        self._lock = threading.Lock()
        self._session = None
        parts: tuple[Forked, ...] = (self.events, self.directory, self._registrar, *self._services.values())
        for part in parts:
            part.forked()

    def _feed(self, on_list: OnList, service: Service, answer: Answer | None) -> None:
        if answer is not None:
            on_list(service.name, answer.endpoints, service.policy.pool, service.called)

    def _add(self, name: str, answer: Answer | None) -> None:
        """The directory lets nobody else tell of answers meanwhile."""
        if name not in self._services:
            service = self._new_service(name)
            service.update(answer)
            self._services[name] = service
            self._answered(answer)

    def _new_service(self, name: str) -> Service:
        settings = self.settings
        owner = settings.owner or self._random_owner
        return Service(name, settings.policy_of(name), own_zone=settings.zone, owner=owner, runtime=self.runtime, events=self.events)

    def _answered(self, answer: Answer | None) -> None:
        service = None if answer is None else self._services.get(answer.service)
        if answer is not None and service is not None:
            service.update(answer)
            for on_list in self._pools:
                self._feed(on_list, service, answer)

    def _open_session(self, owner: str) -> Session:
        settings = self.settings
        hooks = SessionHooks(applied=lambda: self.directory.applied, on_open=self._session_opened, on_error=self._session_failed)
        with self._lock:
            if self._session is None:
                self._session = Session(self._http, self.runtime, settings.project, owner, settings.name, settings.ttl_seconds, hooks, self._refusals)
            return self._session

    def _session_opened(self, id: str) -> None:
        with self._lock:
            session = self._session
        if session is not None:
            self.events.emit("session", id=id)
            self._registrar.start(session)
            self.directory.session_changed()

    def _session_failed(self, error: MikoError) -> None:
        self.events.emit("error", during="session", error=error)
        self._registrar.session_failed(error)

    def _session_for_stream(self) -> str | None:
        session = self._session
        return None if session is None else session.after_first_attempt(_SESSION_FIRST_MS)

    def _stream_failed(self, error: MikoError, under: str | None) -> None:
        if under is not None and ends_session(error) and self._session is not None:
            self._session.lost(under, error)

    def _released(self) -> None:
        if self._session is not None:
            self._session.acknowledge()
