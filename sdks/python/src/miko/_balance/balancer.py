"""The balancer of one service: picks endpoints and learns from what became of the attempts (docs/protocol.md, sections 3 and 4).

Not thread-safe: its service calls it under its lock. It knows no clock and no dice but those it is given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from math import ceil, inf

from miko._balance.draw import Table
from miko._balance.host import Host
from miko._balance.peak_ewma import PENALTY_MS
from miko._balance.ring import Ring
from miko._balance.subset import subset
from miko._balance.view import View
from miko._endpoint import Endpoint
from miko._outcome import FAILURES
from miko._policy import ServicePolicy
from miko._survive.outlier import OutlierDetector, Record

#: What happened, for the events: its name, the endpoint, and more fields.
Tell = Callable[..., None]

_MAX_PAUSE_MS = 300_000.0
#: How much dearer the first drawn must be. Between endpoints of much the same speed the draw decides, and so the weights do.
_CLEARLY = 1.5


class Ticket:
    """One attempt in flight: `Balancer.report` once, at the head of its answer, and `Balancer.release` once, at its end."""

    __slots__ = ("endpoint", "host", "probe", "protocols", "released", "reported")

    def __init__(self, host: Host, probe: bool, protocols: frozenset[str] | None) -> None:
        self.host = host
        self.endpoint = host.endpoint
        #: The attempt by which a half-open breaker finds out.
        self.probe = probe
        self.protocols = protocols
        self.reported = False
        self.released = False


class Balancer:
    def __init__(self, policy: ServicePolicy, *, own_zone: str | None, owner: str, random: Callable[[], float], tell: Tell) -> None:
        self._policy = policy
        self._own_zone = own_zone
        self._owner = owner
        self._random = random
        self._tell = tell
        self._hosts: dict[str, Host] = {}
        self._usable: Sequence[Endpoint] = ()
        self._unusable: Sequence[Endpoint] = ()
        self._views: dict[frozenset[str] | None, View] = {}
        self._started = False
        #: Moves with the availability of an endpoint.
        self._epoch = 0
        self._detector: OutlierDetector | None = None
        self._ejected: list[Host] = []
        #: For `round_robin`: the instance that was picked last.
        self._last: str | None = None
        self._choose = {
            "p2c": self._p2c,
            "least_request": self._p2c,
            "round_robin": self._round_robin,
            "weighted": self._weighted,
            "consistent_hash": self._consistent_hash,
        }[policy.balance]
        self._by_requests = policy.balance == "least_request"
        #: For `consistent_hash`: of all usable endpoints; and those with attempts in flight.
        self._ring = Ring(()) if policy.balance == "consistent_hash" else None
        self._busy: set[Host] = set()

    def ring_of(self, usable: Sequence[Endpoint]) -> Ring | None:
        """What the policy needs of a list before `set` takes it. Takes its time with many endpoints, so it needs no lock: only `set` must not run meanwhile."""
        return None if self._ring is None else self._ring.of([endpoint.instance for endpoint in usable])

    def set(self, usable: Sequence[Endpoint], unusable: Sequence[Endpoint], ring: Ring | None, now: float) -> None:
        """Takes another list, and what `ring_of` made of it; what is known of endpoints that stay is kept."""
        hosts = {endpoint.id: self._host(endpoint) for endpoint in (*usable, *unusable)}
        for endpoint in usable:
            host = hosts[endpoint.id]
            if host.born_ms == inf:
                host.born_ms = now if self._started else -inf
        self._started = self._started or len(usable) > 0
        self._hosts = hosts
        self._usable = usable
        self._unusable = unusable
        self._ring = ring
        self._views = {}
        self._epoch += 1
        if self._detector is None and self._policy.outlier is not None:
            self._detector = OutlierDetector(self._policy.outlier, now)

    def pick(self, exclude: Collection[str], hash_key: str | None, protocols: frozenset[str] | None, now: float) -> Ticket | None:
        """An endpoint other than those excluded by instance; None when there is none."""
        self._judge(now)
        view = self._view(protocols)
        if not view.hosts:
            return None
        choice = view.choice_without(exclude, now) if exclude else view.choice(self._epoch, now)
        if choice is None:
            return None
        table = choice.own
        if choice.other is not None and self._random() >= choice.own_share:
            table = choice.other
        host = table.hosts[self._choose(table, hash_key, now)]
        self._last = host.endpoint.instance
        host.in_flight += 1
        if self._ring is not None:
            self._busy.add(host)
        probe = host.breaker is not None and host.breaker.state != "closed" and self._probes(host, now)
        return Ticket(host, probe, protocols)

    def report(self, ticket: Ticket, kind: str, rtt_ms: float, retry_after_ms: float | None, now: float) -> None:
        """What became of the attempt; `rtt_ms` to the head of its answer. Only the first report counts."""
        if ticket.reported:
            return
        ticket.reported = True
        host = ticket.host
        failed = kind in FAILURES
        if kind != "cancelled":
            host.ewma.record(rtt_ms if kind == "ok" else max(rtt_ms, PENALTY_MS), now)
        self._learn(ticket, kind, failed, now)
        if retry_after_ms and kind in ("limited", "overloaded"):
            pause = min(retry_after_ms, _MAX_PAUSE_MS)
            host.paused_until = max(host.paused_until, now + pause)
            self._epoch += 1
            self._tell("paused", ticket.endpoint, for_ms=pause)

    def broke(self, ticket: Ticket, now: float) -> None:
        """The body of an answer broke off, whose head was reported: one more failure."""
        ticket.probe = False
        ticket.host.ewma.record(PENALTY_MS, now)
        self._learn(ticket, "broken", True, now)

    def release(self, ticket: Ticket) -> None:
        """The attempt is over: its body was read or let go of."""
        if not ticket.released:
            ticket.released = True
            ticket.host.in_flight -= 1
            if ticket.host.in_flight == 0:
                self._busy.discard(ticket.host)

    def has_other(self, exclude: Collection[str], protocols: frozenset[str] | None) -> bool:
        return any(host.endpoint.instance not in exclude for host in self._view(protocols).hosts)

    def all_paused_ms(self, exclude: Collection[str], protocols: frozenset[str] | None, now: float) -> float:
        """How long until the first of those left may be asked again; 0 unless all of them are paused."""
        first = inf
        for host in self._view(protocols).hosts:
            if host.endpoint.instance not in exclude:
                if host.paused_until <= now:
                    return 0.0
                first = min(first, host.paused_until)
        return 0.0 if first == inf else first - now

    def _host(self, endpoint: Endpoint) -> Host:
        host = self._hosts.get(endpoint.id)
        if host is None:
            return Host(endpoint, self._policy)
        host.endpoint = endpoint
        return host

    def _view(self, protocols: frozenset[str] | None) -> View:
        view = self._views.get(protocols)
        if view is None:
            speaking = [one for one in self._usable if protocols is None or one.protocol in protocols]
            chosen = subset(speaking, self._policy.subset_size, self._owner)
            sick = [one for one in self._unusable if one.state == "active" and (protocols is None or one.protocol in protocols)]
            # Those that are sick belong to no subset.
            registered = chosen if len(chosen) < len(speaking) else (*speaking, *sick)
            zone_weight = float(sum(one.weight for one in registered if one.zone == self._own_zone))
            view = self._views[protocols] = View([self._hosts[one.id] for one in chosen], self._policy, self._own_zone, zone_weight)
        return view

    def _p2c(self, table: Table, hash_key: str | None, now: float) -> int:
        first = table.draw(self._random())
        if len(table.hosts) == 1:
            return first
        second = table.draw_other(first, self._random())
        a, b = table.hosts[first], table.hosts[second]
        weight_a, weight_b = table.weights[first], table.weights[second]
        if self._by_requests:
            return second if b.in_flight / weight_b < a.in_flight / weight_a else first
        heavier = max(weight_a, weight_b)
        cost_a = a.ewma.latency(a.in_flight, now) * (1 + a.in_flight * heavier / weight_a)
        cost_b = b.ewma.latency(b.in_flight, now) * (1 + b.in_flight * heavier / weight_b)
        return second if cost_b * _CLEARLY < cost_a else first

    def _round_robin(self, table: Table, hash_key: str | None, now: float) -> int:
        if self._last is None:
            return int(self._random() * len(table.hosts))
        return bisect_right(table.names(), self._last) % len(table.hosts)

    def _weighted(self, table: Table, hash_key: str | None, now: float) -> int:
        return table.draw(self._random())

    def _consistent_hash(self, table: Table, hash_key: str | None, now: float) -> int:
        if hash_key is None or self._ring is None:
            return table.draw(self._random())
        places = table.places()
        in_flight = 1 + sum(host.in_flight for host in self._busy if table.holds(host))
        preferred: int | None = None
        for instance in self._ring.clockwise(hash_key):
            at = places.get(instance)
            if at is None:
                continue
            preferred = at if preferred is None else preferred
            if table.hosts[at].in_flight + 1 <= ceil(self._policy.hash_load_factor * in_flight * table.weights[at] / table.total):
                return at
        return preferred or 0

    def _probes(self, host: Host, now: float) -> bool:
        breaker = host.breaker
        if breaker is None or not breaker.picked(now):
            return False
        self._epoch += 1
        self._tell("half_opened", host.endpoint)
        return True

    def _learn(self, ticket: Ticket, kind: str, failed: bool, now: float) -> None:
        host = ticket.host
        if host.breaker is not None:
            change = host.breaker.record(kind, failed, ticket.probe, now, self._random)
            if change is not None or ticket.probe:
                self._epoch += 1
            if change is not None:
                self._tell(change, ticket.endpoint)
        self._judge(now)
        if self._detector is not None and kind != "cancelled" and self._detector.record(host.record, failed):
            self._eject(host, "consecutive_failures", self._view(ticket.protocols).hosts, now)

    def _judge(self, now: float) -> None:
        """Ends ejections and intervals whose time has come."""
        if self._ejected and any(host.record.ejected_until <= now for host in self._ejected):
            for host in self._ejected:
                if host.record.ejected_until <= now:
                    self._tell("returned", host.endpoint)
            self._ejected = [host for host in self._ejected if host.record.ejected_until > now]
            self._epoch += 1
        if self._detector is None or (ended := self._detector.ended(now)) is None:
            return
        hosts = {id(host.record): host for host in self._hosts.values()}
        records: list[Record] = [host.record for host in hosts.values()]
        while ended is not None:
            for record in self._detector.outliers(records):
                self._eject(hosts[id(record)], "success_rate", self._view(None).hosts, ended)
            self._detector.next_interval(records)
            ended = self._detector.ended(now)

    def _eject(self, host: Host, reason: str, among: Sequence[Host], now: float) -> None:
        if self._detector is None:
            return
        others_available = any(other is not host and other.available(now) for other in among)
        for_ms = self._detector.eject(host.record, [one.record for one in among], others_available, now)
        if for_ms is not None:
            self._ejected.append(host)
            self._epoch += 1
            self._tell("ejected", host.endpoint, reason=reason, for_ms=for_ms)
