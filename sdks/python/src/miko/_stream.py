"""The one event stream of a client, for all its subscriptions (docs/protocol.md, 1.1 to 1.4).

It reconnects for ever, with jitter; it resumes by the cursor of the last frame that was applied; where the cursor no
longer serves, Miko sends a snapshot in its place. Where streams are cut it says so, and then tries once a minute.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from miko._backoff import QUICK, backoff_ms, wait_after
from miko._errors import MAX_RETRY_AFTER_MS, MikoError, as_miko_error, error_from_problem
from miko._http import EventStream, Http, NoHead
from miko._runtime import Runtime
from miko._sse import SseDecoder
from miko._wire import ErrorFrame, Frame, read_frame

#: Bookmarks come at least each 10 s: two and a half of them missed is a dead connection.
_SILENCE_MS = 25_000.0
#: A stream that lived so long was a good one: the next attempt starts with the shortest wait.
_SETTLED_MS = 10_000.0
_MAX_EVENT_CHARS = 64 * 1024 * 1024
#: Subscriptions that come together open one stream.
_JOIN_MS = 10.0
#: So many in a row without a frame, and streams count as cut.
_CUT_AFTER = 2
_TRY_WHILE_CUT_MS = 60_000.0


@dataclass(slots=True)
class StreamHooks:
    services: Callable[[], Sequence[str]]
    #: The session whose acknowledgements speak for this stream; may block for a moment.
    session: Callable[[], str | None]
    on_frame: Callable[[Frame], None]
    on_connected: Callable[[], None]
    #: The stream ended; it is not yet known whether it can be had again.
    on_lost: Callable[[], None]
    #: An attempt to open or read the stream, under that session, failed.
    on_failed: Callable[[MikoError, str | None], None]
    #: Streams are cut, or no longer are.
    on_cut: Callable[[bool], None]


@dataclass(slots=True)
class _Ending:
    session: str | None
    error: MikoError | None = None
    retry_ms: float = 0.0
    #: None when the stream could not be opened.
    lived_ms: float | None = None
    frames: int = 0


class Stream:
    def __init__(self, http: Http, runtime: Runtime, project: str, first_frame_ms: float, hooks: StreamHooks) -> None:
        self._http = http
        self._runtime = runtime
        self._project = project
        self._first_frame_ms = first_frame_ms
        self._hooks = hooks
        self._changed = threading.Condition(threading.Lock())
        self._reopening = False
        self._closed = False
        self._reading: EventStream | None = None
        self._cursor: tuple[str, str] | None = None
        self._cut_in_a_row = 0
        self._cut = False
        self._thread: threading.Thread | None = None

    def reopen(self) -> None:
        """The subscriptions or the session are others now: the stream is opened anew, at once when it runs."""
        with self._changed:
            if self._closed:
                return
            self._reopening = True
            if self._thread is None:
                self._thread = self._runtime.spawn("stream", self._run)
            self._interrupt()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._interrupt()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(2)

    def _interrupt(self) -> None:
        if self._reading is not None:
            self._reading.abort()
        self._changed.notify_all()

    def _run(self) -> None:
        failures = 0
        short_lived = 0
        while self._next():
            ending = self._read_one()
            if self._closed:
                return
            self._judge(ending)
            # Both count: a Miko that cannot be reached, and one whose streams end as soon as they are opened.
            if ending.lived_ms is not None:
                failures = 0
            elif ending.error is not None:
                failures += 1
            if self._reopening and ending.error is None:
                continue
            if ending.error is not None and not self._cut:
                self._hooks.on_failed(ending.error, ending.session)
            if ending.lived_ms is not None:
                short_lived = 0 if ending.lived_ms >= _SETTLED_MS else short_lived + 1
            self._pause(_TRY_WHILE_CUT_MS if self._cut else self._wait(ending, max(failures, short_lived, 1) - 1))

    def _next(self) -> bool:
        """Waits until there is something to watch, and a moment for more of it; false when closed."""
        with self._changed:
            while not self._closed and not self._hooks.services():
                self._changed.wait()
        if self._reopening and not self._closed:
            threading.Event().wait(_JOIN_MS / 1000)
        return not self._closed

    def _wait(self, ending: _Ending, attempt: int) -> float:
        random = self._runtime.random
        own = backoff_ms(QUICK, attempt, random) if ending.error is None else wait_after(ending.error, QUICK, attempt, random)
        return max(own, ending.retry_ms * (1 + random() / 5))

    def _pause(self, ms: float) -> None:
        until = self._runtime.now() + ms
        with self._changed:
            while not self._closed and (left := until - self._runtime.now()) > 0:
                # A new subscription does not undercut the wait: it is part of the next attempt.
                self._changed.wait(left / 1000)

    def _judge(self, ending: _Ending) -> None:
        """Counts streams that Miko's side accepted and that brought nothing."""
        if ending.frames > 0:
            self._cut_in_a_row = 0
            self._set_cut(False)
        elif ending.lived_ms is not None and not self._reopening:
            self._cut_in_a_row += 1
            if self._cut_in_a_row >= _CUT_AFTER:
                self._set_cut(True)

    def _set_cut(self, cut: bool) -> None:
        if cut != self._cut:
            self._cut = cut
            self._hooks.on_cut(cut)

    def _read_one(self) -> _Ending:
        """Opens the stream and applies its frames until it ends; never raises."""
        ending = _Ending(self._hooks.session())
        self._reopening = False
        wanted = ",".join(sorted(self._hooks.services()))
        decoder = SseDecoder(_MAX_EVENT_CHARS)
        opened_at: float | None = None
        stream: EventStream | None = None
        try:
            stream = self._http.open_stream(self._path(wanted, ending.session), self._headers(wanted), self._first_frame_ms)
            opened_at = stream.accepted_at
            with self._changed:
                self._reading = stream
                if self._reopening or self._closed:
                    stream.abort()
            self._read(stream, decoder, wanted, ending, opened_at)
        except Exception as error:
            if isinstance(error, NoHead):
                # Accepted, and cut on the way before anything came.
                ending.lived_ms = 0.0
            if not (self._reopening or self._closed):
                ending.error = as_miko_error(error, "unreachable", "the stream from Miko broke off")
        finally:
            with self._changed:
                self._reading = None
            if stream is not None:
                stream.close()
            if opened_at is not None:
                ending.lived_ms = self._runtime.now() - opened_at
                if ending.frames > 0 and not self._reopening:
                    self._hooks.on_lost()
            ending.retry_ms = min(decoder.retry_ms or 0.0, MAX_RETRY_AFTER_MS)
        return ending

    def _read(self, stream: EventStream, decoder: SseDecoder, wanted: str, ending: _Ending, opened_at: float) -> None:
        if stream.content_type != "text/event-stream":
            raise MikoError("bad_answer", f"Miko's stream is of type {stream.content_type[:50]!r}: something stands between")
        while True:
            waited = self._runtime.now() - opened_at
            left = _SILENCE_MS if ending.frames > 0 else min(_SILENCE_MS, self._first_frame_ms - waited)
            piece = self._piece(stream, left)
            if not piece:
                return
            for event in decoder.push(piece):
                frame = read_frame(event.event, event.data)
                ending.frames += 1
                if ending.frames == 1:
                    # Only now it is known to be no cut one.
                    self._set_cut(False)
                    self._hooks.on_connected()
                if isinstance(frame, ErrorFrame):
                    raise error_from_problem(frame.problem)
                self._hooks.on_frame(frame)
                if event.id:
                    self._cursor = (event.id, wanted)

    def _piece(self, stream: EventStream, left_ms: float) -> bytes:
        try:
            if left_ms <= 0:
                raise TimeoutError
            return stream.read(left_ms)
        except TimeoutError:
            raise MikoError("timeout", "the stream from Miko was silent for too long") from None

    def _path(self, wanted: str, session: str | None) -> str:
        bound = "" if session is None else f"&session={quote(session, safe='')}"
        return f"/v1/projects/{quote(self._project, safe='')}/endpoints:watch?service={wanted}{bound}"

    def _headers(self, wanted: str) -> dict[str, str]:
        """A cursor holds its subscription: for other services it would only cost Miko the reading."""
        return {"last-event-id": self._cursor[0]} if self._cursor is not None and self._cursor[1] == wanted else {}
