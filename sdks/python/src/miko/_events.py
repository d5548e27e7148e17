"""What a client tells its observers (docs/protocol.md, section 6). Without a listener nothing is built."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from miko._endpoint import Answer
from miko._errors import MikoError, as_miko_error
from miko._runtime import log

EventName = Literal[
    "picked",
    "retried",
    "hedged",
    "ejected",
    "returned",
    "opened",
    "half_opened",
    "closed",
    "paused",
    "overloaded",
    "limit",
    "changed",
    "held_empty",
    "connected",
    "stale",
    "polling",
    "registered",
    "session",
    "error",
]
#: The names of all events.
EVENTS: tuple[EventName, ...] = get_args(EventName)


@dataclass(frozen=True, slots=True)
class Event:
    """One event; the fields that do not belong to it are None."""

    name: EventName
    service: str | None = None
    instance: str | None = None
    #: `retried`, `ejected`: why.
    reason: str | None = None
    #: `retried`: the number of the attempt that follows, from 2.
    attempt: int | None = None
    #: `ejected`, `paused`: for how long.
    for_ms: float | None = None
    #: `limit`: how many calls may run at once now.
    limit: int | None = None
    #: `changed`, `held_empty`: what the client holds.
    answer: Answer | None = None
    #: `stale`: since when the lists may be old; None: there are none yet.
    since: datetime | None = None
    #: `session`, `registered`: the id that Miko gave.
    id: str | None = None
    #: `error`: during what (`stream`, `poll`, `session`, `registration`, `cache`, `listener`, `pool`, `readiness`).
    during: str | None = None
    error: MikoError | None = None


Listener = Callable[[Event], object]


class Events:
    """Listeners run in whichever thread found out, one after the other; they must return soon."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[EventName, tuple[Listener, ...]] = {}

    def on(self, event: EventName, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with each event of that name; answers what ends that. Raises `invalid_argument`."""
        if event not in EVENTS:
            raise MikoError("invalid_argument", f"event {str(event)[:50]!r} must be one of {', '.join(EVENTS)}")
        if not callable(listener):
            raise MikoError("invalid_argument", "listener must be a function")
        with self._lock:
            self._listeners[event] = (*self._listeners.get(event, ()), listener)

        def off() -> None:
            with self._lock:
                kept = list(self._listeners.get(event, ()))
                if listener in kept:
                    kept.remove(listener)
                self._listeners[event] = tuple(kept)

        return off

    def forked(self) -> None:
        """In the child: who held the lock is gone."""
        self._lock = threading.Lock()

    def wants(self, event: EventName) -> bool:
        return bool(self._listeners.get(event))

    def emit(self, event: EventName, **fields: Any) -> None:
        listeners = self._listeners.get(event)
        if not listeners:
            return
        told = Event(event, **fields)
        for listener in listeners:
            try:
                listener(told)
            except Exception as error:
                self._threw(event, error)

    def _threw(self, event: EventName, thrown: Exception) -> None:
        error = as_miko_error(thrown, "listener_failed", f'a listener of "{event}" raised')
        if event == "error" or not self.wants("error"):
            log.warning("%s", error)
        else:
            self.emit("error", during="listener", error=error)
