"""MurmurHash3 of many texts at once, for the points of a ring: `instance#0`, `instance#1` and so on.

Hashing 640,000 texts one by one takes Python seconds. All texts of an instance begin alike, so what comes before the
last few bytes is hashed once; the rest is done for all instances at a time, in integers of many lanes. A lane has 64
bits for a word of 32: a product by a word stays in its lane, and a mask takes away what was shifted out of the next.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence

from miko._balance.murmur3 import murmur3_blocks

_WORD = 0xFFFFFFFF
#: The part of a point that is the rank of its instance.
RANK = _WORD


def hash_points(names: Sequence[str], count: int) -> Iterator[array[int]]:
    """Points as numbers of 64 bits: the hash of `name#i`, then the rank of the name in `names`. Each array is of one `i` and some of the names."""
    by_rest: tuple[list[tuple[int, bytes]], ...] = ([], [], [], [])
    for rank, name in enumerate(names):
        data = name.encode()
        by_rest[len(data) & 3].append((rank, data))
    for rest, ranked in enumerate(by_rest):
        if ranked:
            lanes = _Lanes(ranked, rest)
            yield from (lanes.points(b"#%d" % at) for at in range(count))


class _Lanes:
    """Names that leave so many bytes over after the last whole word."""

    def __init__(self, ranked: Sequence[tuple[int, bytes]], rest: int) -> None:
        self._count = len(ranked)
        self._rest = rest
        self._ones = _packed([1] * self._count)
        self._words = self._ones * _WORD
        self._ranks = _packed([rank for rank, _ in ranked])
        self._begun = _packed([murmur3_blocks(data) for _, data in ranked])
        self._left = _packed([int.from_bytes(data[len(data) - rest :], "little") for _, data in ranked])
        self._lengths = _packed([len(data) for _, data in ranked])

    def points(self, suffix: bytes) -> array[int]:
        h = self._begun
        left = self._left | self._ones * (int.from_bytes(suffix, "little") << 8 * self._rest)
        if self._rest + len(suffix) >= 4:
            h ^= self._scrambled(left & self._words)
            h = (h << 13 | h >> 19) & self._words
            h = (h * 5 + self._ones * 0xE6546B64) & self._words
            left = left >> 32 & self._words
        # Nothing left over is 0, and stays 0.
        h ^= self._scrambled(left)
        h ^= self._lengths + self._ones * len(suffix)
        h ^= h >> 16 & self._words
        h = h * 0x85EBCA6B & self._words
        h ^= h >> 13 & self._words
        h = h * 0xC2B2AE35 & self._words
        h ^= h >> 16 & self._words
        return _unpacked(h << 32 | self._ranks, self._count)

    def _scrambled(self, k: int) -> int:
        k = k * 0xCC9E2D51 & self._words
        k = (k << 15 | k >> 17) & self._words
        return k * 0x1B873593 & self._words


def _packed(lanes: list[int]) -> int:
    return int.from_bytes(_little(array("Q", lanes)).tobytes(), "little")


def _unpacked(lanes: int, count: int) -> array[int]:
    read = array("Q")
    read.frombytes(lanes.to_bytes(8 * count, "little"))
    return _little(read)


def _little(lanes: array[int]) -> array[int]:
    if sys.byteorder == "big":
        lanes.byteswap()
    return lanes
