"""Which connections a pool has to open ahead or to give up when a list changes (docs/protocol.md, 5.1 and 5.2); the same for threads and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from miko._endpoint import Endpoint
from miko._errors import MikoError
from miko._target import Origin, target_of


@dataclass(frozen=True, slots=True)
class Change:
    #: New in a list that was there before.
    added: tuple[Origin, ...]
    #: In no service's list any more.
    gone: tuple[Origin, ...]


class Users:
    """Which services use which origins. Not thread-safe."""

    def __init__(self) -> None:
        self._by_service: dict[str, frozenset[Origin]] = {}

    def set(self, service: str, endpoints: Sequence[Endpoint]) -> Change:
        before = self._by_service.get(service)
        now = self._by_service[service] = frozenset(filter(None, map(_origin, endpoints)))
        if not before:
            return Change((), ())
        used = frozenset[Origin]().union(*self._by_service.values())
        return Change(tuple(now - before), tuple(before - used))


def _origin(endpoint: Endpoint) -> Origin | None:
    try:
        return target_of(endpoint).origin
    except (MikoError, ValueError):
        return None
