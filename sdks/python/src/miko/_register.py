"""What is registered: an endpoint of this process."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from miko._check import AnyCheck, Check, check_to_wire, read_check
from miko._errors import MikoError
from miko._options import check_service
from miko._policy import check_number

Protocol = Literal["http", "https", "grpc", "tcp", "udp"]

_INSTANCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
#: What looks like an IPv4 address is none that could be read.
_HOST_NAME = re.compile(rf"(?![0-9.]+$){_LABEL}(?:[.]{_LABEL})*[.]?")
_MAX_HOST = 253


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    """An endpoint to register. What can never be right raises `invalid_argument` at once; the rest is Miko's to judge (docs/protocol.md, section 9)."""

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
    #: None: listed at once. With a check it is listed when the check has risen.
    check: Check | None = None
    #: Asked every 250 ms, and the endpoint is registered when it first answers true. It must return soon.
    readiness: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        check_service(self.service)
        if not isinstance(self.instance, str) or _INSTANCE.fullmatch(self.instance) is None:
            raise _invalid("instance", f"{str(self.instance)[:100]!r} must match ^{_INSTANCE.pattern}$")
        check_number(self.port, "port", 1, 65_535, whole=True)
        _check_host(self.host)
        if self.protocol not in get_args(Protocol):
            raise _invalid("protocol", f"{str(self.protocol)[:100]!r} must be one of {', '.join(get_args(Protocol))}")
        check_number(self.weight, "weight", 0, 1_000, whole=True)
        if isinstance(self.tags, (str, bytes, Mapping)) or not isinstance(self.tags, Iterable):
            raise _invalid("tags", "must be a list of texts")
        if not isinstance(self.labels, Mapping):
            raise _invalid("labels", "must be a mapping of texts")
        if self.readiness is not None and not callable(self.readiness):
            raise _invalid("readiness", "must be a function")
        # As they are now: it is sent again with each new session.
        object.__setattr__(self, "tags", tuple(self.tags))
        object.__setattr__(self, "labels", dict(self.labels))
        object.__setattr__(self, "check", None if self.check is None else read_check(self.check))

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
            "check": check_to_wire(self.check) if isinstance(self.check, AnyCheck) else None,
        }


def _check_host(host: object) -> None:
    if not isinstance(host, str) or not 1 <= len(host) <= _MAX_HOST:
        raise _invalid("host", f"must be a name or an IP address of 1 to {_MAX_HOST} characters")
    try:
        nowhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        if _HOST_NAME.fullmatch(host) is None:
            raise _invalid("host", f"{host!r} must be a name or an IP address, without scheme, port or path") from None
        return
    if nowhere:
        raise _invalid("host", f"{host} is where a server listens, not where it is called: give the address that callers reach")


def _invalid(option: str, message: str) -> MikoError:
    return MikoError("invalid_argument", f"{option} {message}")
