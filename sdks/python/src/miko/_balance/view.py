"""The endpoints of a service that one kind of caller may get, narrowed down to those that a pick is drawn from (docs/protocol.md, 3.1, 3.2 and 3.8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf

from miko._balance.draw import Table
from miko._balance.host import Host
from miko._balance.slow_start import slow_start_factor
from miko._policy import ServicePolicy

#: While something ramps up, weights are computed anew after so long.
_RAMP_MS = 100.0
#: Envoy's overprovisioning factor: a zone keeps its own requests while it has 1/1.4 of its weight.
_OVERPROVISIONING = 1.4


@dataclass(slots=True)
class Choice:
    """What a pick is drawn from: with `own_share`, that part of the picks from `own` and the rest from `other`; else from `own`."""

    own: Table
    other: Table | None
    own_share: float
    #: When the passing of time makes it another one.
    until: float


class View:
    """All of one protocol, after the subset. Made anew with each list; the choice of it when what is available changes."""

    __slots__ = ("_choice", "_epoch", "_own_zone", "_policy", "hosts", "zone_weight")

    def __init__(self, hosts: Sequence[Host], policy: ServicePolicy, own_zone: str | None, zone_weight: float) -> None:
        #: In the order of their names.
        self.hosts = hosts
        #: Of all registered active endpoints in the own zone.
        self.zone_weight = zone_weight
        self._policy = policy
        self._own_zone = own_zone
        self._choice: Choice | None = None
        self._epoch = -1

    def choice(self, epoch: int, now: float) -> Choice:
        """The choice among all; `epoch` moves when the availability of some endpoint changed."""
        choice = self._choice
        if choice is None or self._epoch != epoch or now >= choice.until:
            choice = self._choice = self._narrow(self.hosts, now)
            self._epoch = epoch
        return choice

    def choice_without(self, exclude: Collection[str], now: float) -> Choice | None:
        """The choice among those that were not tried yet; None when all were."""
        left = [host for host in self.hosts if host.endpoint.instance not in exclude]
        return self._narrow(left, now) if left else None

    def _narrow(self, left: Sequence[Host], now: float) -> Choice:
        available = [host for host in left if host.available(now)]
        in_all = len(available) if left is self.hosts else sum(host.available(now) for host in self.hosts)
        if not available or in_all < self._policy.panic_threshold * len(self.hosts):
            available = list(left)
        weighty = [host for host in available if host.endpoint.weight > 0] or available
        return self._by_zone(weighty, now)

    def _by_zone(self, hosts: list[Host], now: float) -> Choice:
        ramping = self._ramping(now)
        until = min(self._next_change(now), now + _RAMP_MS if ramping else inf)
        own = [host for host in hosts if host.endpoint.zone == self._own_zone] if self._own_zone is not None else []
        if not own or len(own) == len(hosts):
            return Choice(self._table(hosts, ramping, now), None, 1.0, until)
        weight = sum(host.endpoint.weight for host in own)
        share = min(1.0, _OVERPROVISIONING * weight / self.zone_weight) if self.zone_weight > 0 else 1.0
        other = [host for host in hosts if host.endpoint.zone != self._own_zone]
        return Choice(self._table(own, ramping, now), self._table(other, ramping, now) if share < 1 else None, share, until)

    def _table(self, hosts: Sequence[Host], ramping: bool, now: float) -> Table:
        weights = [float(host.endpoint.weight or 1) for host in hosts]
        if ramping:
            slow = self._policy.slow_start_ms
            weights = [weight * slow_start_factor(now - host.born_ms, slow) for weight, host in zip(weights, hosts, strict=True)]
        return Table(hosts, weights)

    def _ramping(self, now: float) -> bool:
        """Whether some are new and others are not; where all are new, none is."""
        since = now - self._policy.slow_start_ms
        new = sum(host.born_ms > since for host in self.hosts)
        return 0 < new < len(self.hosts)

    def _next_change(self, now: float) -> float:
        """When the first pause, ejection, open breaker or age of a new endpoint ends."""
        ends = inf
        slow = self._policy.slow_start_ms
        for host in self.hosts:
            opened = host.breaker.open_until if host.breaker is not None else 0.0
            for end in (host.paused_until, host.record.ejected_until, opened, host.born_ms + slow):
                if now < end < ends:
                    ends = end
        return ends
