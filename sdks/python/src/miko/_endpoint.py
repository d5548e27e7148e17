"""What the directory says: endpoints, and the four answers about a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from miko._errors import MikoError

State = Literal["known", "empty", "unknown", "not_ready"]
Source = Literal["miko", "disk", "fixed"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One registered instance of a service. A change comes as a new object."""

    #: New for each registration by a new session.
    id: str
    service: str
    instance: str
    #: None when the caller may see public addresses only; `public_url` is set then.
    host: str | None
    port: int | None
    #: `http | https | grpc | tcp | udp`; later Mikos may add words.
    protocol: str
    public_url: str | None = None
    zone: str | None = None
    #: 0 to 1000; 0 is chosen only when nothing else is there.
    weight: int = 100
    tags: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    #: `starting | passing | warning | critical | unknown`
    health: str = "passing"
    #: `active | draining | denied`
    state: str = "active"
    revision: int = 0
    #: Miko holds it through a mass expiry: it may be dead.
    held: bool = False

    @property
    def address(self) -> str | None:
        """`host:port`, an IPv6 host in brackets; None without a host."""
        if self.host is None or self.port is None:
            return None
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str | None:
        """`protocol://host:port`, or the public URL without a host; None when it has neither. Never ends with a slash."""
        address = self.address
        if address is not None:
            return f"{self.protocol}://{address}"
        return None if self.public_url is None else self.public_url.rstrip("/")

    @property
    def usable(self) -> bool:
        """Whether requests may go there."""
        return self.state == "active" and self.health in _USABLE_HEALTH


_USABLE_HEALTH = frozenset({"passing", "warning", "unknown"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the directory says of a service: four answers that are never blurred.

    - `known`: `endpoints` (never empty, in the order of their names) may get requests
    - `empty`: the service exists and nothing may get requests; `cause` says why (`departed`, `expired`, `critical` …)
    - `unknown`: Miko has no such service
    - `not_ready`: nobody could say yet; `error` is why, where that is known
    """

    state: State
    service: str
    endpoints: tuple[Endpoint, ...] = ()
    #: Registered, but draining, denied, critical or starting.
    unusable: tuple[Endpoint, ...] = ()
    cause: str | None = None
    revision: int | None = None
    #: Who says so: Miko, the disk of an earlier run, or the fixed list.
    source: Source | None = None
    error: MikoError | None = None
