"""How Miko finds out whether an endpoint answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from miko._errors import MikoError
from miko._policy import DAY_MS, check_number


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """Miko asks for `path`, and any status from 200 to 299, or `expect_status` alone, is good."""

    #: Begins with a slash.
    path: str
    expect_status: int | None = None
    interval_ms: int = 1_000
    timeout_ms: int = 500
    #: Good probes in a row until it is passing.
    rise: int = 2
    #: Bad probes in a row until it is critical.
    fall: int = 3


@dataclass(frozen=True, slots=True)
class TcpCheck:
    """Miko opens a connection."""

    interval_ms: int = 1_000
    timeout_ms: int = 500
    rise: int = 2
    fall: int = 3


@dataclass(frozen=True, slots=True)
class GrpcCheck:
    """Miko asks the gRPC health service."""

    service: str | None = None
    interval_ms: int = 1_000
    timeout_ms: int = 500
    rise: int = 2
    fall: int = 3


@dataclass(frozen=True, slots=True)
class TtlCheck:
    """The process says itself that it is well, by `registration.report`, at least each `ttl_ms`."""

    ttl_ms: int


AnyCheck = HttpCheck | TcpCheck | GrpcCheck | TtlCheck
#: Or a mapping of the same names, with its `type`: `{"type": "http", "path": "/healthz"}`.
Check = AnyCheck | Mapping[str, object]

_TYPES: Mapping[str, type[AnyCheck]] = {"http": HttpCheck, "tcp": TcpCheck, "grpc": GrpcCheck, "ttl": TtlCheck}
_BOUNDS = {
    "interval_ms": (100, 3_600_000),
    "timeout_ms": (10, 60_000),
    "rise": (1, 100),
    "fall": (1, 100),
    "expect_status": (100, 599),
    "ttl_ms": (1_000, DAY_MS),
}


def read_check(given: Check) -> AnyCheck:
    """Raises `invalid_argument`, which names the field."""
    check = _of_mapping(given) if isinstance(given, Mapping) else given
    if not isinstance(check, tuple(_TYPES.values())):
        raise _invalid("check", "must be an HttpCheck, TcpCheck, GrpcCheck or TtlCheck, or a mapping with a type")
    for field in dataclasses.fields(check):
        value, at = getattr(check, field.name), f"check.{field.name}"
        if field.name == "path" and not (isinstance(value, str) and value.startswith("/")):
            raise _invalid(at, "must begin with a slash, as /healthz")
        if field.name == "service" and not (value is None or isinstance(value, str)):
            raise _invalid(at, "must be a text")
        if field.name in _BOUNDS and not (value is None and field.default is None):
            check_number(value, at, *_BOUNDS[field.name], whole=True)
    return check


def check_to_wire(check: AnyCheck) -> dict[str, object]:
    fields = {field.name: getattr(check, field.name) for field in dataclasses.fields(check)}
    return {
        "type": next(name for name, kind in _TYPES.items() if isinstance(check, kind)),
        **{name: value for name, value in fields.items() if value is not None},
    }


def _of_mapping(given: Mapping[str, object]) -> AnyCheck:
    kind = _TYPES.get(str(given.get("type")))
    if kind is None:
        raise _invalid("check.type", f"must be one of {', '.join(_TYPES)}")
    fields = {field.name: field.default for field in dataclasses.fields(kind)}
    settings = {name: value for name, value in given.items() if name != "type"}
    for name in settings:
        if name not in fields:
            raise _invalid(f"check.{str(name)[:100]}", f"is no option of a check of type {given['type']}")
    for name, default in fields.items():
        if default is dataclasses.MISSING and name not in settings:
            raise _invalid(f"check.{name}", "is missing")
    return kind(**settings)  # type: ignore[arg-type]


def _invalid(option: str, message: str) -> MikoError:
    return MikoError("invalid_argument", f"{option} {message}")
