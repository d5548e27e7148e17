"""Keeps the lists of this run on disk, and takes over those of an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from miko._cache import Cache
from miko._errors import MikoError
from miko._runtime import Runtime
from miko._wire import WireList

_STORE_DELAY_MS = 500.0


class SavedLists:
    """`read` answers the lists of this moment; `restore` is given those of an earlier run, at once."""

    def __init__(
        self,
        cache: Cache | None,
        runtime: Runtime,
        *,
        restore: Callable[[Mapping[str, WireList]], None],
        read: Callable[[], Mapping[str, WireList]],
        on_failed: Callable[[MikoError], None],
    ) -> None:
        self._cache = cache
        self._runtime = runtime
        self._read = read
        self._on_failed = on_failed
        self._planned = False
        self._unreadable: MikoError | None = None
        #: When the lists taken over were written, Unix ms; None without any.
        self.saved_at_ms: float | None = None
        self._load(restore)

    def _load(self, restore: Callable[[Mapping[str, WireList]], None]) -> None:
        try:
            saved = None if self._cache is None else self._cache.load()
        except MikoError as error:
            self._unreadable = error
            return
        if saved is not None:
            restore(saved.lists)
            self.saved_at_ms = saved.saved_at_ms

    def report(self) -> None:
        """That they could not be read, once: not at the start, but when somebody could have said that they listen."""
        error, self._unreadable = self._unreadable, None
        if error is not None:
            self._on_failed(error)

    def changed(self) -> None:
        if self._cache is not None and not self._planned:
            self._planned = True
            self._runtime.after(_STORE_DELAY_MS, lambda: self._runtime.work(self._store))

    def close(self) -> None:
        """Writes what there is to write."""
        if self._planned:
            self._store()

    def _store(self) -> None:
        self._planned = False
        try:
            if self._cache is not None:
                self._cache.store(self._read(), self._runtime.wall())
        except MikoError as error:
            self._on_failed(error)
