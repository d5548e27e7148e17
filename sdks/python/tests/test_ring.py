"""Hashing many points at once, and rings that are made of the one before, come to what the formula says."""

from __future__ import annotations

import random
from bisect import bisect_left

from miko._balance.murmur3 import murmur3
from miko._balance.points import RANK, hash_points
from miko._balance.ring import POINTS, Ring

#: Of all lengths, and of letters of several bytes.
NAMES = [f"web-{at}" for at in range(300)] + ["ä" * at + "x" for at in range(1, 20)] + ["", "a", "ab", "abc", "日本", "10.0.0.1:8080"]


def in_order(instances: list[str], key: str) -> list[str]:
    points = sorted((murmur3(f"{instance}#{at}"), instance) for instance in instances for at in range(POINTS))
    start = bisect_left(points, (murmur3(key),))
    return [instance for _, instance in points[start:] + points[:start]]


def test_many_texts_at_once_hash_as_one_by_one() -> None:
    got = sorted(point for points in hash_points(NAMES, 101) for point in points)
    assert got == sorted(murmur3(f"{name}#{at}") << 32 | rank for rank, name in enumerate(NAMES) for at in range(101))
    assert all(point & RANK < len(NAMES) for point in got)


def test_a_ring_is_the_same_however_it_came_about() -> None:
    dice = random.Random(1)
    ring = Ring(())
    assert list(ring.clockwise("key")) == []
    listed: list[str] = []
    for size in (1, 2, 200, 201, 199, 199, 200, 20, 0, 300, 300, 300):
        stay = [name for name in listed if name in NAMES][: max(0, size - 1)]
        listed = stay + dice.sample([name for name in NAMES if name not in stay], size - len(stay))
        before, ring = ring, ring.of(listed)
        assert list(ring.clockwise(f"key {size}")) == in_order(listed, f"key {size}")
        assert ring.of(list(reversed(listed))) is ring
        assert before is not ring


def test_a_ring_that_another_was_made_of_stays_as_it_was() -> None:
    ring = Ring(NAMES)
    ring.of(NAMES[1:])
    assert list(ring.clockwise("key")) == in_order(NAMES, "key")
