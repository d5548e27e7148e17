"""Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016; docs/protocol.md, 3.7): where the points of the endpoints lie.

A ring never changes, so it can be made outside any lock. Its points lie in buckets by the first bits of their hashes,
which are put in order when a key first comes that way; the ring of the next list shares those that stay as they are.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import chain

from miko._balance.murmur3 import murmur3
from miko._balance.points import RANK, hash_points

POINTS = 64
#: Points of a bucket, roughly, as a power of two. Smaller ones are slower to fill, for they do not fit the processor's cache.
_BUCKET_BITS = 8
#: The ring is made anew when one in so many instances is another, or when its buckets are much too large or too small (as a power of two).
_MANY = 20
_FAR_OFF_BITS = 2

#: Hashes in order, and their instances.
_Ordered = tuple["array[int]", list[str]]


class Ring:
    """64 points for each instance."""

    __slots__ = ("_bits", "_buckets", "_instances", "_names")

    def __init__(self, instances: Iterable[str]) -> None:
        self._instances = frozenset(instances)
        #: What the ranks in raw buckets stand for.
        self._names = sorted(self._instances)
        self._bits = _bits_for(len(self._names))
        #: In order, or as they came: each point a hash and the rank of its instance.
        self._buckets: list[array[int] | _Ordered] = [array("Q") for _ in range(1 << self._bits)]
        takes = [bucket.append for bucket in self._buckets if isinstance(bucket, array)]
        shift = 64 - self._bits
        for points in hash_points(self._names, POINTS):
            for point in points:
                takes[point >> shift](point)

    def of(self, instances: Collection[str]) -> Ring:
        """The ring of these instances; hashing costs only what is new or gone."""
        now = frozenset(instances)
        gone, new = self._instances - now, now - self._instances
        if not gone and not new:
            return self
        if (len(gone) + len(new)) * _MANY > len(now) or abs(_bits_for(len(now)) - self._bits) > _FAR_OFF_BITS:
            return Ring(now)
        return self._changed(now, gone, new)

    def clockwise(self, key: str) -> Iterator[str]:
        """The instances in the order in which the key prefers them, each as often as it has points."""
        point = murmur3(key)
        first = point >> (32 - self._bits)
        hashes, instances = self._ordered(first)
        start = bisect_left(hashes, point)
        yield from instances[start:]
        for at in chain(range(first + 1, len(self._buckets)), range(first)):
            yield from self._ordered(at)[1]
        yield from instances[:start]

    def _changed(self, now: frozenset[str], gone: Collection[str], new: Collection[str]) -> Ring:
        ring = Ring.__new__(Ring)
        ring._instances, ring._names, ring._bits, ring._buckets = now, self._names, self._bits, self._buckets.copy()
        touched: dict[int, _Ordered] = {}
        for point, instance in self._points(gone):
            hashes, instances = self._copied(touched, point)
            at = _place(hashes, instances, point, instance)
            del hashes[at], instances[at]
        for point, instance in self._points(new):
            hashes, instances = self._copied(touched, point)
            at = _place(hashes, instances, point, instance)
            hashes.insert(at, point)
            instances.insert(at, instance)
        for number, bucket in touched.items():
            ring._buckets[number] = bucket
        return ring

    def _copied(self, touched: dict[int, _Ordered], point: int) -> _Ordered:
        number = point >> (32 - self._bits)
        if number not in touched:
            hashes, instances = self._ordered(number)
            touched[number] = (hashes[:], instances[:])
        return touched[number]

    def _points(self, instances: Iterable[str]) -> Iterator[tuple[int, str]]:
        names = sorted(instances)
        for points in hash_points(names, POINTS):
            for point in points:
                yield point >> 32, names[point & RANK]

    def _ordered(self, at: int) -> _Ordered:
        bucket = self._buckets[at]
        if isinstance(bucket, array):
            points = sorted(bucket)
            bucket = self._buckets[at] = (array("I", [point >> 32 for point in points]), [self._names[point & RANK] for point in points])
        return bucket


def _place(hashes: array[int], instances: list[str], point: int, instance: str) -> int:
    at = bisect_left(hashes, point)
    while at < len(hashes) and hashes[at] == point and instances[at] < instance:
        at += 1
    return at


def _bits_for(instances: int) -> int:
    return max(0, (instances * POINTS).bit_length() - _BUCKET_BITS)
