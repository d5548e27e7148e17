"""Connections that are still hard-coded, as endpoints, and which of them are still used (docs/protocol.md, section 7)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import urlsplit

from miko._endpoint import Answer, Endpoint

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class FixedUse:
    """One service of the report. An entry whose `calls_by_fixed` stays 0 can be deleted."""

    service: str
    urls: tuple[str, ...]
    calls_by_miko: int
    calls_by_fixed: int
    last_fixed_at: datetime | None


class Fixed:
    """Thread-safe."""

    def __init__(self, fixed: Mapping[str, Sequence[str]], wall: Callable[[], float]) -> None:
        self._wall = wall
        self._answers = {service: Answer("known", service, _endpoints(service, urls), source="fixed") for service, urls in fixed.items()}
        self._urls = {service: tuple(urls) for service, urls in fixed.items()}
        self._lock = threading.Lock()
        self._by_miko = dict.fromkeys(fixed, 0)
        self._by_fixed = dict.fromkeys(fixed, 0)
        self._last_ms: dict[str, float] = {}
        #: Those that Miko, or the disk, knew once.
        self._moved: set[str] = set()

    def over(self, service: str, held: Answer | None) -> Answer | None:
        """The answer that holds: Miko's wherever it knows the service, else the fixed list, else what there is."""
        fixed = self._answers.get(service)
        if fixed is None:
            return held
        if held is not None and held.state == "known":
            self._moved.add(service)
        return held if held is not None and _knows(held, service in self._moved) else fixed

    def count(self, service: str, answer: Answer | None) -> None:
        """One call or pick was answered from that."""
        if service not in self._answers or answer is None or answer.state != "known":
            return
        with self._lock:
            if answer.source == "fixed":
                self._by_fixed[service] += 1
                self._last_ms[service] = self._wall()
            else:
                self._by_miko[service] += 1

    def forked(self) -> None:
        """In the child: who held the lock is gone."""
        self._lock = threading.Lock()

    def has(self, service: str) -> bool:
        return service in self._answers

    def report(self) -> list[FixedUse]:
        with self._lock:
            return [
                FixedUse(service, urls, self._by_miko[service], self._by_fixed[service], _date(self._last_ms.get(service)))
                for service, urls in self._urls.items()
            ]


def _knows(held: Answer, moved: bool) -> bool:
    """What nothing ever registered for, or was ready yet, is not known yet: its move is not done."""
    if held.state != "empty":
        return held.state == "known"
    return held.cause != "never_registered" and (held.cause != "starting" or moved)


def _endpoints(service: str, urls: Sequence[str]) -> tuple[Endpoint, ...]:
    endpoints = [_endpoint(service, number, url) for number, url in enumerate(urls, start=1)]
    return tuple(sorted(endpoints, key=lambda endpoint: endpoint.instance))


def _endpoint(service: str, number: int, url: str) -> Endpoint:
    parts = urlsplit(url)
    instance = f"fixed-{number}"
    return Endpoint(instance, service, instance, parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.scheme)


def _date(wall_ms: float | None) -> datetime | None:
    return None if wall_ms is None else datetime.fromtimestamp(wall_ms / 1000, timezone.utc)
