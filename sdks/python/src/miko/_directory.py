"""This process's copy of the directory: what was asked for once is watched until the client closes (docs/protocol.md, section 1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial

from miko._cache import Cache
from miko._confirm_empty import ConfirmEmpty
from miko._contact import Contact
from miko._endpoint import Answer
from miko._errors import MikoError, as_miko_error, ends_waiting
from miko._events import Events
from miko._fixed import Fixed
from miko._http import Http
from miko._lists import Applied, Lists
from miko._options import MAX_NAMES_CHARS, Settings, check_service
from miko._polling import Polling
from miko._refusals import Refusals
from miko._runtime import Runtime
from miko._saved_lists import SavedLists
from miko._stream import Stream, StreamHooks
from miko._watchers import Asked, Watcher
from miko._wire import Bookmark, Delta, Frame, Snapshot, WireList

#: What Miko may refuse as a whole: the stream, and the list that is polled in its place.
_WATCH = "the watch of services"
#: So long a first question that is over waits until what is fixed was told. A listener that is told meanwhile may be who asks.
_TELL_FIRST_S = 0.25


class Directory:
    """Thread-safe. Watchers and events are told without a lock held, in order, by one thread at a time."""

    def __init__(
        self,
        http: Http,
        runtime: Runtime,
        settings: Settings,
        events: Events,
        refusals: Refusals,
        *,
        session: Callable[[], str | None],
        on_failed: Callable[[MikoError, str | None], None],
        on_released: Callable[[], None],
        on_answer: Callable[[Answer], None],
    ) -> None:
        self._runtime = runtime
        self._settings = settings
        self._events = events
        self._refusals = refusals
        self._on_stream_failed = on_failed
        self._on_released = on_released
        #: Hears each new answer before anybody else.
        self._on_answer = on_answer
        self.fixed = Fixed(settings.fixed, runtime.wall)
        self._lists = Lists()
        self._lock = threading.Lock()
        self._saved = SavedLists(
            None if settings.cache_dir is None else Cache(settings.cache_dir, settings.url, settings.project),
            runtime,
            restore=self._lists.restore,
            read=self._to_save,
            on_failed=partial(self._report, "cache"),
        )
        #: Held while answers are told, so that they are told in order. Re-entrant: a listener may ask for another service.
        self._telling = threading.RLock()
        self._asked: dict[str, Asked] = {}
        self._names_chars = 0
        self._closed = False
        #: The revision up to which everything was applied; None before the first frame.
        self.applied: int | None = None
        self.contact = Contact(self._saved.saved_at_ms, runtime.wall)
        self._confirm_empty = ConfirmEmpty(http, runtime, settings, holding=self._is_held, told=self._confirmed, on_failed=partial(self._report, "stream"))
        self._polling = Polling(
            http, runtime, settings.project, settings.poll_ms, services=self._services, on_list=self._on_polled, on_failed=self._on_poll_failed
        )
        hooks = StreamHooks(self._services, session, self._on_frame, self._on_connected, self.contact.lost, self._on_failed, self._on_cut)
        self._stream = Stream(http, runtime, settings.project, settings.first_frame_ms, hooks)

    def subscribe(self, services: tuple[str, ...]) -> None:
        """Watches them from now on. Raises `invalid_argument`, `too_many` or `closed`."""
        with self._lock:
            new = [service for service in dict.fromkeys(services) if service not in self._asked]
            if not new:
                return
            if self._closed:
                raise MikoError("closed", "the client is closed")
            chars = self._names_chars + sum(len(check_service(service)) + 1 for service in new)
            if chars > MAX_NAMES_CHARS:
                raise MikoError("too_many", f"the names of all services that one client watches have at most {MAX_NAMES_CHARS} characters")
            self._names_chars = chars
            for service in new:
                self._asked[service] = Asked(fallen_back=self.contact.failure is not None)
        for service in new:
            self._publish(service)
            if self.fixed.has(service):
                self._runtime.after(self._settings.first_answer_ms, lambda service=service: self._runtime.work(lambda: self._fall_back([service])))  # type: ignore[misc]
        self._stream.reopen()

    def current(self, service: str) -> Answer | None:
        """The answer held at this moment; None when there is none. What is fixed holds only once Miko spoke, or could not."""
        held = self._lists.answer(service)
        asked = self._asked.get(service)
        spoken = asked is not None and (asked.fallen_back or asked.waited or self._lists.heard(service))
        return self.fixed.over(service, held) if spoken else held

    def answer(self, service: str) -> Answer | Future[Answer]:
        """The answer held; the first time, the future of one that comes after a bounded time. A future that is cancelled is forgotten."""
        self._saved.report()
        self.subscribe((service,))
        with self._lock:
            settled = self._settled(service)
            if settled is not None:
                return settled
            waiting: Future[Answer] = Future()
            asked = self._asked[service]
            asked.waiting.append(waiting)
            first = len(asked.waiting) == 1
        if first:
            self._runtime.after(self._settings.first_answer_ms, lambda: self._runtime.work(lambda: self._give_up_waiting(service)))
        return waiting

    def watch(self, service: str, watcher: Watcher) -> Callable[[], None]:
        """Gives it the answer held, when there is one, and each new one; answers what ends that. Raises as `subscribe`."""
        self.subscribe((service,))
        with self._telling:
            if self._closed:
                raise MikoError("closed", "the client is closed")
            self._asked[service].watchers.append(watcher)
            held = self.current(service)
            if held is not None:
                self._tell(watcher, held)

        def stop() -> None:
            with self._telling:
                if watcher in self._asked[service].watchers:
                    self._asked[service].watchers.remove(watcher)

        return stop

    def introduce(self, service: str, take: Callable[[Answer | None], None]) -> None:
        """Gives `take` the answer held, and no later one is told before it has returned."""
        with self._telling:
            take(self.current(service))

    def session_changed(self) -> None:
        """The stream must say so to Miko."""
        if self._asked:
            self._stream.reopen()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self.contact.failure = MikoError("closed", "the client is closed")
            services = list(self._asked)
        self._polling.stop()
        self._stream.close()
        for service in services:
            self._give_up_waiting(service)
        self._each_watcher(lambda watcher: watcher.end())
        self._saved.close()

    def forked(self) -> None:
        """In the child. Watches hear of it by themselves."""
        self._lock, self._telling = threading.Lock(), threading.RLock()
        self._closed = True
        self.contact.connected = False
        self.fixed.forked()

    def _services(self) -> list[str]:
        return list(self._asked)

    def _settled(self, service: str) -> Answer | None:
        """An answer that waiting would not better; None while Miko may still give one."""
        held = self.fixed.over(service, self._lists.answer(service))
        if self._lists.heard(service) or self._asked[service].waited:
            return held or Answer("not_ready", service, error=self.contact.failure)
        if self.contact.failure is None:
            return None
        hopeless = self._closed or self.contact.refusal is not None
        return held or (Answer("not_ready", service, error=self.contact.failure) if hopeless else None)

    def _give_up_waiting(self, service: str) -> None:
        # Before the waits end: who waited picks from it.
        self._fall_back([service], _TELL_FIRST_S)
        with self._lock:
            self._asked[service].waited = True
        self._look_again()
        self._fall_back([service])

    def _fall_back(self, services: Sequence[str], within_s: float = -1) -> None:
        """From now on what is fixed holds for those of which Miko has not spoken. Left out where others are told for longer than `within_s`."""
        for service in services:
            if self._closed or not self.fixed.has(service) or not self._telling.acquire(timeout=within_s):
                continue
            try:
                asked = self._asked[service]
                if not asked.fallen_back and not self._closed:
                    asked.fallen_back = True
                    self._publish(service)
            finally:
                self._telling.release()

    def _look_again(self) -> None:
        """Ends the waits of first questions that have their answer now."""
        done: list[tuple[Future[Answer], Answer]] = []
        with self._lock:
            for service, asked in self._asked.items():
                settled = self._settled(service) if asked.waiting else None
                if settled is not None:
                    done.extend((waiting, settled) for waiting in asked.waiting)
                    asked.waiting = []
        for waiting, answer in done:
            if waiting.set_running_or_notify_cancel():
                waiting.set_result(answer)

    def _each_watcher(self, tell: Callable[[Watcher], object]) -> None:
        with self._telling:
            for asked in tuple(self._asked.values()):
                for watcher in tuple(asked.watchers):
                    try:
                        tell(watcher)
                    except Exception as thrown:
                        self._report("listener", as_miko_error(thrown, "listener_failed", "a watcher raised"))

    def _on_frame(self, frame: Frame) -> None:
        self._refusals.works(_WATCH)
        if isinstance(frame, (Snapshot, Delta)):
            self._apply(frame)
        elif isinstance(frame, Bookmark):
            self.applied = frame.revision
            self._look_again()

    def _apply(self, frame: Snapshot | Delta) -> None:
        with self._telling:
            with self._lock:
                done = self._lists.apply_snapshot(frame) if isinstance(frame, Snapshot) else self._lists.apply_delta(frame)
            self.applied = frame.revision
            self._tell_applied(done)

    def _tell_applied(self, done: Applied) -> None:
        for service in done.changed:
            self._publish(service)
        if done.changed:
            self._saved.changed()
        for service in done.held_empty:
            self._events.emit("held_empty", service=service, answer=self.current(service))
            self._confirm_empty.begin(service)
        self._look_again()
        if done.released:
            self._on_released()

    def _is_held(self, service: str) -> bool:
        return not self._closed and self._lists.holding(service)

    def _confirmed(self, service: str, told: WireList) -> None:
        with self._telling:
            with self._lock:
                done = self._lists.confirm(service, told)
            self._tell_applied(done)

    def _publish(self, service: str) -> None:
        with self._telling:
            asked = self._asked.get(service)
            held = self.current(service)
            if asked is None or held is None or held is asked.answer:
                return
            asked.answer = held
            self._on_answer(held)
            for watcher in tuple(asked.watchers):
                self._tell(watcher, held)
            self._events.emit("changed", service=service, answer=held)

    def _tell(self, watcher: Watcher, held: Answer) -> None:
        try:
            watcher.take(held)
        except Exception as thrown:
            self._report("listener", as_miko_error(thrown, "listener_failed", f"a listener of {held.service} raised"))

    def _on_connected(self) -> None:
        self.contact.made()
        self._events.emit("connected")

    def _on_failed(self, error: MikoError, session: str | None) -> None:
        # Also when it was given up for a new one on purpose, and that could not be opened.
        self.contact.lost()
        self._failed("stream", error)
        self._on_stream_failed(error, session)

    def _failed(self, during: str, error: MikoError) -> None:
        if not self._closed:
            # Before a question is answered by it, and then for those that came meanwhile.
            self._fall_back(self._services())
            self.contact.failure = error
            self._fall_back(self._services())
            self._refusals.failed(_WATCH, error)
            if ends_waiting(error):
                self._each_watcher(lambda watcher: watcher.refused(error))
        self._report(during, error)
        if self.contact.newly_stale():
            self._events.emit("stale", since=self.contact.stale_since, error=error)
        self._look_again()

    def _on_cut(self, cut: bool) -> None:
        if not cut:
            self._polling.stop()
        elif not self._closed:
            self._events.emit("polling")
            self._polling.start()

    def _on_polled(self, snapshot: Snapshot | None) -> None:
        self.contact.made()
        self._refusals.works(_WATCH)
        if snapshot is not None:
            self._apply(snapshot)

    def _on_poll_failed(self, error: MikoError) -> None:
        self.contact.lost()
        self._failed("poll", error)

    def _to_save(self) -> Mapping[str, WireList]:
        with self._lock:
            return self._lists.save()

    def _report(self, during: str, error: MikoError) -> None:
        self._events.emit("error", during=during, error=error)
