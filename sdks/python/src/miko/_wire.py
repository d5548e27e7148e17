"""Reads the shapes of the HTTP contract. Unknown fields and words pass; a wrong shape raises `bad_answer`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn, TypeVar

from miko._endpoint import Endpoint
from miko._errors import MikoError

ListState = Literal["known", "empty", "unknown"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WireList:
    """One service of a snapshot, of the endpoint list, or of the disk's file."""

    state: ListState
    cause: str | None = None
    revision: int = 0
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class WireChange:
    """One service of a delta; `gone` are pairs of instance and id."""

    state: ListState
    cause: str | None
    revision: int
    set: tuple[Endpoint, ...]
    gone: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    revision: int
    services: Mapping[str, WireList]


@dataclass(frozen=True, slots=True)
class Delta:
    revision: int
    services: Mapping[str, WireChange]


@dataclass(frozen=True, slots=True)
class Bookmark:
    revision: int


@dataclass(frozen=True, slots=True)
class ErrorFrame:
    problem: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class OtherFrame:
    """An event of a later Miko that this version does not know, and passes over."""


Frame = Snapshot | Delta | Bookmark | ErrorFrame | OtherFrame


@dataclass(frozen=True, slots=True)
class WireSession:
    id: str
    renew_every_seconds: int
    fields: Mapping[str, object] = field(default_factory=dict)


def read_frame(event: str, data: str) -> Frame:
    """One event of the stream."""
    if event not in ("snapshot", "delta", "bookmark", "error"):
        return OtherFrame()
    body = _object(_parse(data), event)
    if event == "error":
        return ErrorFrame(body)
    revision = _integer(body.get("revision"), f"{event}.revision")
    if event == "bookmark":
        return Bookmark(revision)
    if event == "snapshot":
        return Snapshot(revision, _each_service(body.get("services"), read_list))
    return Delta(revision, _each_service(body.get("services"), _read_change))


def read_snapshot(body: object) -> Snapshot:
    """The answer of the endpoint list."""
    answer = _object(body, "list")
    return Snapshot(_integer(answer.get("revision"), "list.revision"), _each_service(answer.get("services"), read_list))


def read_list(name: str, value: object) -> WireList:
    body = _object(value, name)
    state, cause, revision = _read_state(body, name)
    endpoints = tuple(read_endpoint(name, item) for item in _array(body.get("endpoints"), f"{name}.endpoints"))
    return WireList(state, cause, revision, endpoints)


def read_session(value: object) -> WireSession:
    body = _object(value, "session")
    return WireSession(_string(body.get("id"), "session.id"), _integer(body.get("renew_every_seconds"), "session.renew_every_seconds"), body)


def read_endpoint(service: str, value: object) -> Endpoint:
    """Takes the known fields only, so that nothing else reaches the user or the disk; lenient where a default is safe."""
    it = _object(value, service)
    port = it.get("port")
    return Endpoint(
        id=_string(it.get("id"), f"{service}.id"),
        service=service,
        instance=_string(it.get("instance"), f"{service}.instance"),
        host=_text(it.get("host")),
        port=port if isinstance(port, int) and not isinstance(port, bool) else None,
        protocol=_string(it.get("protocol"), f"{service}.protocol"),
        public_url=_text(it.get("public_url")),
        zone=_text(it.get("zone")),
        weight=_integer(it.get("weight"), f"{service}.weight"),
        tags=tuple(tag for tag in _array(it.get("tags") or [], f"{service}.tags") if isinstance(tag, str)),
        labels={key: value for key, value in _object(it.get("labels") or {}, f"{service}.labels").items() if isinstance(value, str)},
        health=_string(it.get("health"), f"{service}.health"),
        state=_string(it.get("state"), f"{service}.state"),
        revision=_integer(it.get("revision"), f"{service}.revision"),
        held=it.get("held") is True,
    )


def endpoint_to_wire(endpoint: Endpoint) -> dict[str, object]:
    """As the contract shows it."""
    return {
        "id": endpoint.id,
        "instance": endpoint.instance,
        "host": endpoint.host,
        "port": endpoint.port,
        "protocol": endpoint.protocol,
        "public_url": endpoint.public_url,
        "zone": endpoint.zone,
        "weight": endpoint.weight,
        "tags": list(endpoint.tags),
        "labels": dict(endpoint.labels),
        "health": endpoint.health,
        "state": endpoint.state,
        "revision": endpoint.revision,
        "held": endpoint.held,
    }


def list_to_wire(held: WireList) -> dict[str, object]:
    return {"state": held.state, "cause": held.cause, "revision": held.revision, "endpoints": [endpoint_to_wire(one) for one in held.endpoints]}


def _read_change(name: str, value: object) -> WireChange:
    body = _object(value, name)
    gone = []
    for item in _array(body.get("gone") or [], f"{name}.gone"):
        one = _object(item, f"{name}.gone")
        gone.append((_string(one.get("instance"), f"{name}.gone.instance"), _string(one.get("id"), f"{name}.gone.id")))
    endpoints = tuple(read_endpoint(name, item) for item in _array(body.get("set") or [], f"{name}.set"))
    return WireChange(*_read_state(body, name), endpoints, tuple(gone))


def _read_state(body: Mapping[str, object], at: str) -> tuple[ListState, str | None, int]:
    revision = body.get("revision")
    number = revision if isinstance(revision, int) and not isinstance(revision, bool) else 0
    cause = _text(body.get("cause"))
    state = _STATES.get(_string(body.get("state"), f"{at}.state"))
    if state is None:
        _bad(f"{at}.state", "known, empty or unknown")
    return state, cause, number


_STATES: Mapping[str, ListState] = {"known": "known", "empty": "empty", "unknown": "unknown"}


def _each_service(value: object, read: Callable[[str, object], T]) -> dict[str, T]:
    return {name: read(name, item) for name, item in _object(value, "services").items()}


def _parse(data: str) -> object:
    try:
        return json.loads(data)
    except ValueError as cause:
        raise MikoError("bad_answer", "a frame of the stream is not JSON") from cause


def _object(value: object, at: str) -> Mapping[str, object]:
    return value if isinstance(value, dict) else _bad(at, "an object")


def _array(value: object, at: str) -> list[object]:
    return value if isinstance(value, list) else _bad(at, "a list")


def _string(value: object, at: str) -> str:
    return value if isinstance(value, str) else _bad(at, "a string")


def _integer(value: object, at: str) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else _bad(at, "a whole number")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _bad(at: str, wanted: str) -> NoReturn:
    raise MikoError("bad_answer", f"Miko's answer: {at} should be {wanted}")
