"""What is registered: an endpoint of this process, and how Miko finds out whether it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from miko._errors import MikoError
from miko._options import check_service
from miko._policy import check_number

Protocol = Literal["http", "https", "grpc", "tcp", "udp"]


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """Miko asks for `path`, and any status below 400, or `expect_status`, is good."""

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


Check = HttpCheck | TcpCheck | GrpcCheck | TtlCheck | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    """An endpoint to register. Miko checks the bounds; waiting for the registration raises with the fields it objects to."""

    service: str
    #: Unique in the service and the same after a restart of this process, as `web-1`.
    instance: str
    port: int
    #: Where clients reach it.
    host: str = "127.0.0.1"
    protocol: Protocol = "http"
    #: For callers that may not see internal addresses.
    public_url: str | None = None
    zone: str | None = None
    #: 0 to 1000; 0 is chosen only when nothing else is there.
    weight: int = 100
    tags: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    #: None: listed at once. With a check it is listed when the check has risen; a mapping is sent as it is.
    check: Check | None = None
    #: Asked every 250 ms, and the endpoint is registered when it first answers true. It must return soon.
    readiness: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        check_service(self.service)
        if not isinstance(self.instance, str) or not 1 <= len(self.instance) <= 128:
            raise MikoError("invalid_argument", "instance must be a text of 1 to 128 characters")
        check_number(self.port, "port", 1, 65_535, whole=True)
        check_number(self.weight, "weight", 0, 1_000, whole=True)
        if self.readiness is not None and not callable(self.readiness):
            raise MikoError("invalid_argument", "readiness must be a function")

    def to_wire(self, session: str) -> dict[str, object]:
        return {
            "session": session,
            "host": self.host,
            "port": self.port,
            "protocol": self.protocol,
            "public_url": self.public_url,
            "zone": self.zone,
            "weight": self.weight,
            "tags": list(self.tags),
            "labels": dict(self.labels),
            "check": None if self.check is None else _check_to_wire(self.check),
        }


def _check_to_wire(check: Check) -> Mapping[str, object]:
    match check:
        case HttpCheck():
            status = {} if check.expect_status is None else {"expect_status": check.expect_status}
            return {"type": "http", "path": check.path, **status, **_probe(check)}
        case TcpCheck():
            return {"type": "tcp", **_probe(check)}
        case GrpcCheck():
            return {"type": "grpc", **({} if check.service is None else {"service": check.service}), **_probe(check)}
        case TtlCheck():
            return {"type": "ttl", "ttl_ms": check.ttl_ms}
        case _:
            return dict(check)


def _probe(check: HttpCheck | TcpCheck | GrpcCheck) -> dict[str, object]:
    return {"interval_ms": check.interval_ms, "timeout_ms": check.timeout_ms, "rise": check.rise, "fall": check.fall}
