"""Deterministic subsets by rendezvous hashing (gRPC A68; docs/protocol.md, 3.9)."""

from __future__ import annotations

from collections.abc import Sequence

from miko._balance.murmur3 import murmur3
from miko._endpoint import Endpoint


def subset(endpoints: Sequence[Endpoint], size: int, owner: str) -> Sequence[Endpoint]:
    """The `size` endpoints with the highest hashes for this owner, in the order they came in; all for size 0."""
    if size == 0 or len(endpoints) <= size:
        return endpoints
    ranked = sorted(endpoints, key=lambda endpoint: (-murmur3(f"{owner}/{endpoint.instance}"), endpoint.instance))
    chosen = {endpoint.instance for endpoint in ranked[:size]}
    return [endpoint for endpoint in endpoints if endpoint.instance in chosen]
