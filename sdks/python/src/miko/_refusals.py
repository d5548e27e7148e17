"""What waiting does not mend is warned about, whether anybody listens or not (docs/protocol.md, 1.13)."""

from __future__ import annotations

import threading

from miko._errors import MikoError, is_refusal
from miko._runtime import log


class Refusals:
    """Warns of each thing once, until it works again. Thread-safe."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        #: At most one for each registration, the session and the watch.
        self._told: set[str] = set()

    def failed(self, what: str, error: MikoError) -> None:
        if not is_refusal(error):
            return
        with self._lock:
            if what in self._told:
                return
            self._told.add(what)
        hint = "; check the token: MIKO_TOKEN, or the one given to connect" if error.status == 401 else ""
        log.warning("Miko at %s refuses %s: %s%s", self._url, what, error, hint)

    def works(self, what: str) -> None:
        """Or is wanted no more."""
        if self._told:
            with self._lock:
                self._told.discard(what)
