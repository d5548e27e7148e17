"""Where a client stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RegistrationStatus:
    service: str
    instance: str
    registered: bool


@dataclass(frozen=True, slots=True)
class Status:
    #: The lists are current.
    connected: bool
    #: Since when the lists may be old: when the stream was lost; in a client that never reached Miko and works on what the disk
    #: remembers, when that was written. None while they are current, and while there are none.
    stale_since: datetime | None
    #: The revision up to which all is applied; None before Miko's first word.
    revision: int | None
    session: str | None
    #: There are registrations, and all of them stand in the directory.
    registered: bool
    registrations: tuple[RegistrationStatus, ...]
