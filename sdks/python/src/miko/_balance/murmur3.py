"""MurmurHash3 x86, 32 bit, seed 0 (Austin Appleby, public domain), of the UTF-8 bytes of a text."""

from __future__ import annotations

_MASK = 0xFFFFFFFF


def murmur3(text: str) -> int:
    """An unsigned number of 32 bits."""
    data = text.encode()
    length = len(data)
    h = murmur3_blocks(data)
    if length & 3:
        h ^= _scrambled(int.from_bytes(data[length & ~3 :], "little"))
    h ^= length
    h ^= h >> 16
    h = (h * 0x85EBCA6B) & _MASK
    h ^= h >> 13
    h = (h * 0xC2B2AE35) & _MASK
    return h ^ (h >> 16)


def murmur3_blocks(data: bytes) -> int:
    """How far the hash has come after the last whole word of 4 bytes."""
    h = 0
    for at in range(0, len(data) & ~3, 4):
        h ^= _scrambled(int.from_bytes(data[at : at + 4], "little"))
        h = ((h << 13) | (h >> 19)) & _MASK
        h = (h * 5 + 0xE6546B64) & _MASK
    return h


def _scrambled(k: int) -> int:
    k = (k * 0xCC9E2D51) & _MASK
    k = ((k << 15) | (k >> 17)) & _MASK
    return (k * 0x1B873593) & _MASK
