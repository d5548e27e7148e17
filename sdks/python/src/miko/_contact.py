"""Whether Miko can be reached: since when not, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from miko._errors import MikoError, ends_waiting


class Contact:
    """Written by the threads of the stream and of polling, of which one speaks at a time."""

    def __init__(self, saved_at_ms: float | None, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._stale_since_ms = saved_at_ms
        self._told_stale = False
        self.connected = False
        #: Why Miko says nothing at the moment; None while it does, and before anything failed.
        self.failure: MikoError | None = None

    @property
    def refusal(self) -> MikoError | None:
        """The failure, where waiting does not mend it."""
        failure = self.failure
        return failure if failure is not None and ends_waiting(failure) else None

    @property
    def stale_since(self) -> datetime | None:
        """Since when the lists may be old: when the stream was lost, or, of those of the disk, when they were written. None while
        they are current, and while there are none.
        """
        since = self._stale_since_ms
        return None if since is None else datetime.fromtimestamp(since / 1000, timezone.utc)

    def made(self) -> None:
        self.connected = True
        self.failure = None
        self._stale_since_ms = None
        self._told_stale = False

    def lost(self) -> None:
        if self.connected:
            self._stale_since_ms = self._wall()
        self.connected = False

    def newly_stale(self) -> bool:
        """True once in each outage."""
        first, self._told_stale = not self._told_stale, True
        return first
