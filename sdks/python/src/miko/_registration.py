"""One endpoint of this process in the directory: put there, and put there again under each new session, for ever."""

from __future__ import annotations

import asyncio
from concurrent import futures
from types import TracebackType
from typing import Literal

from miko._core import Core
from miko._endpoint import Endpoint
from miko._errors import MikoError, shown
from miko._policy import DAY_MS, check_number
from miko._registrar import Entry

Health = Literal["passing", "warning", "critical"]


class _Base:
    def __init__(self, core: Core, entry: Entry) -> None:
        self._core = core
        self._entry = entry

    @property
    def service(self) -> str:
        return self._entry.spec.service

    @property
    def instance(self) -> str:
        return self._entry.spec.instance

    @property
    def registered(self) -> bool:
        """Whether it stands in the directory under the present session."""
        return self._core.stands(self._entry)

    def _seconds(self, timeout_ms: float | None) -> float | None:
        """The time to wait, checked. Raises `closed` in a child of the process that registered."""
        if self._core.is_parents:
            self._core.check()
        if timeout_ms is None:
            return None
        check_number(timeout_ms, "timeout_ms", 0, DAY_MS)
        return timeout_ms / 1000

    def _late(self, timeout_ms: float | None) -> MikoError:
        failure = self._core.failure(self._entry)
        waits = "Miko has not answered yet" if self._entry.is_ready else "its readiness function has not answered true yet"
        why = waits if failure is None else str(failure)
        return MikoError("timeout", f"{self.service}/{self.instance} is not registered after {shown(timeout_ms or 0)} ms: {why}", cause=failure)


class Registration(_Base):
    def ready(self, timeout_ms: float | None = 30_000) -> Endpoint:
        """The endpoint, once it stands in the directory; with a check, it gets calls when that has risen. None: waits for ever.

        Raises what Miko refuses it for, when waiting does not mend that; `closed`; or `timeout`, which says what failed last.
        The attempts go on in the background nevertheless.
        """
        futures.wait((self._entry.ready,), self._seconds(timeout_ms))
        if not self._entry.ready.done():
            raise self._late(timeout_ms)
        return self._entry.ready.result()

    def report(self, health: Health, note: str = "") -> None:
        """Reports the health of an endpoint with a `ttl` check; `note`, at most 256 characters, is for people."""
        self._core.report(self._entry, health, note)

    def close(self) -> None:
        """Takes it out: returns when every watcher has let go, or after `drain_seconds`. Never raises."""
        if self._core.is_parents:
            return
        self._core.deregister(self._entry)
        self._entry.gone.wait(self._core.close_bound_s())

    def __enter__(self) -> Registration:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncRegistration(_Base):
    async def ready(self, timeout_ms: float | None = 30_000) -> Endpoint:
        """As `Registration.ready`."""
        seconds = self._seconds(timeout_ms)
        if self._entry.ready.done():
            return self._entry.ready.result()
        ready = asyncio.wrap_future(self._entry.ready)
        # Who gave up waiting has no use for its end.
        ready.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            return await asyncio.wait_for(asyncio.shield(ready), seconds)
        except asyncio.TimeoutError:
            raise self._late(timeout_ms) from None

    async def report(self, health: Health, note: str = "") -> None:
        """As `Registration.report`."""
        await asyncio.to_thread(self._core.report, self._entry, health, note)

    async def close(self) -> None:
        """As `Registration.close`."""
        if self._core.is_parents:
            return
        self._core.deregister(self._entry)
        await asyncio.to_thread(self._entry.gone.wait, self._core.close_bound_s())

    async def __aenter__(self) -> AsyncRegistration:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()
