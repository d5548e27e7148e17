"""What an HTTP answer says, for both clients: as an `Answer`, as lines, as frames; or as the error it stands for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from miko._errors import MikoError, error_from_problem
from miko._sse import SseDecoder
from miko.api._operation import Answer, Operation

#: The longest answer that is held as a whole: a list of all endpoints of a large fleet.
MAX_ANSWER_BYTES = 64 * 1024 * 1024
_MAX_LINE_BYTES = 16 * 1024 * 1024
#: Bookmarks come at least each 10 s: two and a half of them missed is a dead connection.
SILENCE_S = 25.0


def is_answer(operation: Operation, status: int) -> bool:
    """Whether it is what the caller asked for, and no refusal."""
    return 200 <= status < 300 or status == 304 or status in operation.also_answers


def answer_of(status: int, headers: Mapping[str, str], body: Any) -> Answer[Any]:
    revision = headers.get("miko-revision", "")
    return Answer(
        status=status,
        body=body,
        etag=headers.get("etag"),
        revision=int(revision) if revision.isascii() and revision.isdigit() else None,
        location=headers.get("location"),
        cursor=headers.get("miko-cursor"),
        request_id=headers.get("miko-request-id"),
    )


def parsed(text: str | bytes, operation: Operation) -> Any:
    """JSON; raises `bad_answer`."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise MikoError("bad_answer", f"Miko's answer to {operation.method} {operation.path} is not JSON", cause=error) from error


class Lines:
    """Bytes cut anywhere, as lines of text."""

    def __init__(self) -> None:
        self._rest = b""

    def push(self, piece: bytes) -> list[str]:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _MAX_LINE_BYTES:
            raise MikoError("bad_answer", f"a line of Miko's answer is longer than {_MAX_LINE_BYTES} bytes")
        return [line.decode(errors="replace") for line in lines]

    def end(self) -> list[str]:
        """The last line may lack its end."""
        return [self._rest.decode(errors="replace")] if self._rest else []


class Frames:
    """Bytes cut anywhere, as the frames of a stream. Raises what its `error` frame says."""

    def __init__(self, operation: Operation, events: Sequence[str]) -> None:
        self._operation = operation
        self._events = events
        self._decoder = SseDecoder(MAX_ANSWER_BYTES)

    def push(self, piece: bytes) -> Iterator[dict[str, Any]]:
        for event in self._decoder.push(piece):
            if event.event == "error":
                problem = parsed(event.data, self._operation)
                raise error_from_problem(problem if isinstance(problem, dict) else {})
            # Events that a newer Miko has added are passed over.
            if event.event in self._events:
                yield {"event": event.event, "data": parsed(event.data, self._operation), "cursor": event.id or None}
