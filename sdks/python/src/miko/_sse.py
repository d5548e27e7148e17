"""Decodes `text/event-stream` (WHATWG HTML, section 9.2.6) from pieces cut anywhere."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from miko._errors import MikoError


@dataclass(frozen=True, slots=True)
class SseEvent:
    event: str
    data: str
    #: The last id seen so far, as the standard has it; None before the first.
    id: str | None


class SseDecoder:
    """An event counts only when its blank line has come: what a cut stream leaves half told is dropped, and its id with it."""

    def __init__(self, max_chars: int) -> None:
        #: The last `retry:` in milliseconds; None when none came.
        self.retry_ms: float | None = None
        self._max = max_chars
        self._utf8 = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._parts: list[str] = []
        self._held = 0
        self._after_cr = False
        self._name = ""
        self._data: list[str] = []
        self._pending_id: str | None = None
        self._id: str | None = None

    def push(self, piece: bytes) -> list[SseEvent]:
        """The events that the next piece completed. Raises `bad_answer` when one event is longer than the bound."""
        events: list[SseEvent] = []
        text = self._utf8.decode(piece)
        if self._after_cr and text:
            # A line feed right after a carriage return belongs to it, even when the two came in different pieces.
            self._after_cr = False
            text = text.removeprefix("\n")
        lines = _LINE_END.split(text)
        for line in lines[:-1]:
            self._keep(line)
            self._line("".join(self._parts), events)
            self._parts.clear()
        self._keep(lines[-1])
        self._after_cr = text.endswith("\r") or (self._after_cr and not text)
        return events

    def _keep(self, piece: str) -> None:
        self._held += len(piece)
        if self._held > self._max:
            raise MikoError("bad_answer", f"an event of the stream is longer than {self._max} characters")
        if piece:
            self._parts.append(piece)

    def _line(self, line: str, events: list[SseEvent]) -> None:
        if line == "":
            self._dispatch(events)
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._pending_id = value
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) <= 9:
            self.retry_ms = float(value)

    def _dispatch(self, events: list[SseEvent]) -> None:
        if self._pending_id is not None:
            self._id = self._pending_id
        if self._data:
            events.append(SseEvent(self._name or "message", "\n".join(self._data), self._id))
        self._name = ""
        self._data.clear()
        self._held = 0


_LINE_END = re.compile(r"\r\n|\n|\r")
