"""A client does not outlive a fork: in the child its threads are gone, and its connections are the parent's.

There it is closed, for whatever is asked of it. Nothing in the child reads from a connection that both processes hold, or
waits for a lock whose holder is gone.
"""

from __future__ import annotations

import os
import time
import weakref
from typing import Protocol

MADE_BEFORE = "the client was made before a fork: connect in the child"


class Forked(Protocol):
    def forked(self) -> None:
        """In the child, before anything else runs there."""


_live: weakref.WeakSet[Forked] = weakref.WeakSet()
#: What the child has of the parent: never let go of, so that nothing is closed in good order over the parent's connections.
_kept: list[object] = []


class _Here:
    #: When this process began as a child; what is older is the parent's.
    since_s = 0.0


def hears_of_forks(one: Forked) -> None:
    """For as long as it lives."""
    _live.add(one)


def is_parents(made_s: float) -> bool:
    """Whether what was made then (`time.perf_counter`) is the parent's."""
    return made_s < _Here.since_s


def _in_child() -> None:
    _Here.since_s = time.perf_counter()
    here = list(_live)
    _kept.append(here)
    for one in here:
        one.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
