"""The lists that a client holds: frames applied in order, over what the disk remembered (docs/protocol.md, 1.5 to 1.7).

A good list is replaced only by better knowledge. Not thread-safe: the directory calls it under its lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from miko._endpoint import Answer, Endpoint, Source
from miko._wire import Delta, ListState, Snapshot, WireChange, WireList

#: Causes of an empty list that somebody meant.
_DELIBERATE = frozenset({"departed", "deregistered", "draining", "denied"})


@dataclass(frozen=True, slots=True)
class Applied:
    """What one frame did."""

    #: Services whose answer is another one now.
    changed: tuple[str, ...] = ()
    #: Services whose sudden empty list is held back from now on, until it is confirmed.
    held_empty: tuple[str, ...] = ()
    #: Something was taken away, replaced or drained: who waits for that should hear at once that it was applied.
    released: bool = False


class _Held:
    __slots__ = ("answer", "by_instance", "cause", "heard", "holding", "revision", "source", "state")

    def __init__(self, told: WireList, source: Source) -> None:
        self.state: ListState = told.state
        self.cause = told.cause
        self.revision = told.revision
        self.by_instance = {endpoint.instance: endpoint for endpoint in told.endpoints}
        self.source: Source = source
        #: Miko itself has spoken of the service in this run.
        self.heard = source == "miko"
        #: Miko said empty, and is to be asked once more.
        self.holding = False
        self.answer: Answer | None = None

    def usable(self) -> bool:
        return any(endpoint.usable for endpoint in self.by_instance.values())

    def fingerprint(self) -> object:
        """The same endpoints in the same revisions are the same list: every field that is shown moves the revision."""
        return self.state, self.cause, self.source, {(one.id, one.revision) for one in self.by_instance.values()}


class Lists:
    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def answer(self, service: str) -> Answer | None:
        """The answer held; None when nobody said anything yet."""
        held = self._held.get(service)
        if held is None:
            return None
        if held.answer is None:
            held.answer = _answer(service, held)
        return held.answer

    def heard(self, service: str) -> bool:
        held = self._held.get(service)
        return held is not None and held.heard

    def holding(self, service: str) -> bool:
        held = self._held.get(service)
        return held is not None and held.holding

    def apply_snapshot(self, frame: Snapshot) -> Applied:
        changed, held_empty = [], []
        for service, told in frame.services.items():
            before = self._held.get(service)
            if before is not None and _is_sudden(before, told):
                before.heard = True
                if not before.holding:
                    before.holding = True
                    held_empty.append(service)
            elif self._take(service, told):
                changed.append(service)
        return Applied(tuple(changed), tuple(held_empty), released=True)

    def apply_delta(self, frame: Delta) -> Applied:
        for service, change in frame.services.items():
            self._change(service, change)
        return Applied(tuple(frame.services), (), released=any(map(_releases, frame.services.values())))

    def confirm(self, service: str, told: WireList) -> Applied:
        """What the endpoint list says of a service whose empty list is held back: it is believed."""
        held = self._held.get(service)
        if held is None or not held.holding:
            return Applied()
        held.holding = False
        return Applied((service,) if self._take(service, told) else (), (), released=True)

    def restore(self, saved: Mapping[str, WireList]) -> None:
        self._held.update({service: _Held(told, "disk") for service, told in saved.items()})

    def save(self) -> dict[str, WireList]:
        """What is worth keeping over a restart: the known and empty lists that Miko told in this run."""
        worth = {service: held for service, held in self._held.items() if held.source == "miko" and held.state != "unknown"}
        return {service: WireList(held.state, held.cause, held.revision, tuple(held.by_instance.values())) for service, held in worth.items()}

    def _take(self, service: str, told: WireList) -> bool:
        """Takes a whole list; whether it says anything new."""
        before = self._held.get(service)
        if before is not None and told.state == "unknown" and before.usable():
            # "No such service" never wipes a good list: it is what a Miko says that lost its data.
            before.heard = True
            before.holding = False
            return False
        after = self._held[service] = _Held(told, "miko")
        return before is None or before.fingerprint() != after.fingerprint()

    def _change(self, service: str, change: WireChange) -> None:
        held = self._held.get(service)
        if held is None:
            held = self._held[service] = _Held(WireList("unknown"), "miko")
        if held.holding:
            # It goes over what Miko holds, which is empty.
            held.by_instance.clear()
        for instance, id in change.gone:
            # The id decides: a late "gone" of an older registration must not take away the one that followed it.
            there = held.by_instance.get(instance)
            if there is not None and there.id == id:
                del held.by_instance[instance]
        held.by_instance.update({endpoint.instance: endpoint for endpoint in change.set})
        held.source = "miko"
        held.heard = True
        held.holding = False
        held.answer = None
        if change.state == "unknown" and held.usable():
            return
        if change.state == "empty":
            held.by_instance.clear()
        held.state = change.state
        held.cause = change.cause
        held.revision = change.revision


def _is_sudden(before: _Held, told: WireList) -> bool:
    return told.state == "empty" and not told.endpoints and told.cause not in _DELIBERATE and before.usable()


def _releases(change: WireChange) -> bool:
    return bool(change.gone) or change.state != "known" or any(endpoint.state != "active" for endpoint in change.set)


def _answer(service: str, held: _Held) -> Answer:
    if held.state == "unknown" and not held.by_instance:
        return Answer("unknown", service)
    every = sorted(held.by_instance.values(), key=lambda endpoint: endpoint.instance)
    usable = tuple(endpoint for endpoint in every if endpoint.usable)
    unusable = tuple(endpoint for endpoint in every if not endpoint.usable)
    if usable:
        return Answer("known", service, usable, unusable, None, held.revision, held.source)
    return Answer("empty", service, (), unusable, _latest_cause(unusable) or held.cause, held.revision, held.source)


def _latest_cause(unusable: Iterable[Endpoint]) -> str | None:
    """The stream counts every registered endpoint, so why none is usable is read from the one that changed last."""
    latest = max(unusable, key=lambda endpoint: endpoint.revision, default=None)
    if latest is None:
        return None
    return latest.health if latest.state == "active" else latest.state
