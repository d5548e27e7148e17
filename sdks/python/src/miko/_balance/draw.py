"""Drawing by weight from a table made once (docs/protocol.md, 3.3)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from miko._balance.host import Host


class Table:
    """Hosts that may be picked, in the order of their names, each with its effective weight."""

    __slots__ = ("_names", "_places", "hosts", "sums", "total", "weights")

    def __init__(self, hosts: Sequence[Host], weights: Sequence[float]) -> None:
        self.hosts = hosts
        self.weights = weights
        self.sums = list(accumulate(weights))
        self.total = self.sums[-1] if self.sums else 0.0
        #: For the policies that go by name: in order, and where each stands. Made when first asked for.
        self._names: list[str] | None = None
        self._places: dict[str, int] | None = None

    def names(self) -> list[str]:
        if self._names is None:
            self._names = [host.endpoint.instance for host in self.hosts]
        return self._names

    def places(self) -> dict[str, int]:
        if self._places is None:
            self._places = {name: at for at, name in enumerate(self.names())}
        return self._places

    def holds(self, host: Host) -> bool:
        at = self.places().get(host.endpoint.instance)
        return at is not None and self.hosts[at] is host

    def draw(self, random: float) -> int:
        """The first index whose running sum exceeds the drawn part of the whole."""
        return min(bisect_right(self.sums, random * self.total), len(self.hosts) - 1)

    def draw_other(self, first: int, random: float) -> int:
        """As `draw`, among all but `first`: its stretch is skipped."""
        weight = self.weights[first]
        before = self.sums[first] - weight
        x = random * (self.total - weight)
        if x >= before:
            x += weight
        at = min(bisect_right(self.sums, x), len(self.hosts) - 1)
        if at != first:
            return at
        # Rounding put it on the edge of the stretch that is skipped.
        return first + 1 if first + 1 < len(self.hosts) else first - 1
