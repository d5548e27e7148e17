"""Services that are asked for, and who wants to hear of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from miko._endpoint import Answer
from miko._errors import MikoError


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, eq=False, slots=True)
class Watcher:
    """Told by one thread at a time, in order."""

    #: Each new answer.
    take: Callable[[Answer], object]
    #: The client is closed: nothing more will come.
    end: Callable[[], object] = _nothing
    #: Miko refuses to say anything, for a reason that waiting does not mend.
    refused: Callable[[MikoError], object] = _nothing


@dataclass(slots=True)
class Asked:
    """A service that is watched."""

    #: The answer that was told last, with what is fixed.
    answer: Answer | None = None
    watchers: list[Watcher] = field(default_factory=list)
    #: First questions that wait for Miko's answer.
    waiting: list[Future[Answer]] = field(default_factory=list)
    #: The first question has had its time.
    waited: bool = False
    #: Miko could not be reached, or did not answer in time: what is fixed holds where Miko has not spoken.
    fallen_back: bool = False
