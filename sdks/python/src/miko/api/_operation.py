"""How an operation looks on the wire, and how a call is put into its places."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote, urlencode

from miko._errors import MikoError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What Miko answered. `body` is as on the wire: names in snake_case, times as RFC 3339 text."""

    status: int
    body: T
    #: Goes back as `if_match` to change just this; None where the operation shows none.
    etag: str | None = None
    #: The revision that this answer shows or made.
    revision: int | None = None
    #: The path of what was made.
    location: str | None = None
    #: Where to watch from without a gap.
    cursor: str | None = None
    #: Names the call in Miko's log and audit.
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What the generated code tells of each operation."""

    method: str
    #: With the names of parameters in braces.
    path: str
    #: The project around it is the client's own where none is given.
    own_project: bool = False
    query: Sequence[str] = ()
    #: Lists of the query whose values come as a pair each; others are joined by commas.
    repeated: Sequence[str] = ()
    #: By the parameter's name, the header's.
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Literal["json", "form", "patch", "lines"] | None = None
    #: Statuses of 400 and more that are an answer, not a refusal.
    also_answers: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One call as HTTP has it; `wait_ms` is how long its head may take."""

    method: str
    target: str
    headers: dict[str, str]
    content: bytes | None
    wait_ms: float


#: Miko gives a call up by itself after this long, unless the call says otherwise.
_USUAL_MS = 30_000
#: What Miko's own word on a deadline may take to arrive.
_GRACE_MS = 2_000


def request_of(operation: Operation, given: Mapping[str, object], body: object, project: str) -> Request:
    """Puts a call into the operation's places; None is what was not given. Raises `invalid_argument`, which names the parameter."""
    values = {name: value for name, value in given.items() if value is not None}
    if operation.own_project:
        values.setdefault("project", project)
    headers = _headers(operation, values)
    content = None
    if operation.body is not None:
        headers["content-type"], content = _content(operation.body, body)
    return Request(operation.method, _path(operation.path, values) + _query(operation, values), headers, content, _wait_ms(values))


def _path(template: str, values: Mapping[str, object]) -> str:
    def place(match: re.Match[str]) -> str:
        value = values.get(match[1])
        # A path that ends early, or climbs, would be another operation's.
        if not isinstance(value, str) or value in ("", ".", ".."):
            raise MikoError("invalid_argument", f"{match[1]} must be a name")
        return quote(value, safe="")

    return re.sub(r"\{(\w+)\}", place, template)


def _query(operation: Operation, values: Mapping[str, object]) -> str:
    pairs: list[tuple[str, str]] = []
    for name in operation.query:
        value = values.get(name)
        if value is None:
            continue
        texts = [_text(name, one) for one in value] if isinstance(value, Sequence) and not isinstance(value, str) else [_text(name, value)]
        pairs += [(name, text) for text in (texts if name in operation.repeated else [",".join(texts)])]
    return "?" + urlencode(pairs, safe=",*", quote_via=quote) if pairs else ""


def _headers(operation: Operation, values: Mapping[str, object]) -> dict[str, str]:
    sent: dict[str, str] = {}
    for name, header in operation.headers.items():
        if name not in values:
            continue
        text = _text(name, values[name])
        if not re.fullmatch(r"[\x21-\x7e][\x20-\x7e]*", text):
            raise MikoError("invalid_argument", f"{name} must be printable characters")
        sent[header.lower()] = text
    return sent


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    raise MikoError("invalid_argument", f"{name} must be text, a number or a boolean")


def _content(kind: str, body: object) -> tuple[str, bytes]:
    is_list = isinstance(body, Sequence) and not isinstance(body, (str, bytes))
    if not is_list and not isinstance(body, Mapping):
        raise MikoError("invalid_argument", "body must be a mapping or a list")
    if kind == "form" and isinstance(body, Mapping):
        return "application/x-www-form-urlencoded", urlencode({name: str(value) for name, value in body.items()}).encode()
    if kind == "lines" and isinstance(body, Sequence):
        return "application/x-ndjson", b"".join(_json(line) + b"\n" for line in body)
    if kind == "patch":
        return ("application/json-patch+json" if is_list else "application/merge-patch+json"), _json(body)
    return "application/json", _json(body)


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_plain).encode()
    except (TypeError, ValueError) as error:
        raise MikoError("invalid_argument", f"body cannot be written as JSON: {error}", cause=error) from error


def _plain(value: object) -> object:
    """A mapping that is no dict, a sequence that is no list."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _wait_ms(values: Mapping[str, object]) -> float:
    """The deadline of the call; without one, Miko's own, which begins after what it is asked to wait for."""
    asked, wait = values.get("timeout_ms"), values.get("wait_seconds")
    return (asked if isinstance(asked, int) else _USUAL_MS + (wait * 1000 if isinstance(wait, int) else 0)) + _GRACE_MS
