"""One endpoint for one request of the caller's own."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from miko._balance.balancer import Ticket
from miko._endpoint import Endpoint
from miko._errors import MikoError
from miko._options import check_hash_key
from miko._outcome import KINDS, Kind
from miko._runtime import Runtime
from miko._service import Service


class Picked:
    """Counts as in flight until it is released; use it as a context manager. What became of the request is told by `report`."""

    __slots__ = ("_runtime", "_service", "_started_ms", "_ticket", "endpoint")

    def __init__(self, service: Service, ticket: Ticket, runtime: Runtime) -> None:
        self.endpoint: Endpoint = ticket.endpoint
        self._service = service
        self._ticket = ticket
        self._runtime = runtime
        self._started_ms = runtime.now()

    def report(self, kind: Kind, rtt_ms: float | None = None, retry_after_ms: float | None = None) -> None:
        """What became of it, once; `rtt_ms` to the head of the answer: by default, since it was picked. Balancing learns from it."""
        if kind not in KINDS:
            raise MikoError("invalid_argument", f"kind {str(kind)[:50]!r} must be one of {', '.join(KINDS)}")
        now = self._runtime.now()
        self._service.report(self._ticket, kind, now - self._started_ms if rtt_ms is None else rtt_ms, retry_after_ms, now)

    def release(self) -> None:
        """The request is over. Not reported: says nothing of the endpoint."""
        self._service.report(self._ticket, "cancelled", 0.0, None, self._runtime.now())
        self._service.release(self._ticket)

    def __enter__(self) -> Picked:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def pick(service: Service, runtime: Runtime, exclude: Iterable[str], hash_key: str | None, protocol: str | None) -> Picked:
    """Raises `invalid_argument`, or `no_endpoint`, `unknown_service` or `not_ready`."""
    if isinstance(exclude, str):
        raise MikoError("invalid_argument", "exclude must be a list of instances")
    if hash_key is not None:
        check_hash_key(hash_key)
    protocols = None if protocol is None else frozenset({protocol})
    return Picked(service, service.pick(tuple(exclude), hash_key, protocols, runtime.now()), runtime)
