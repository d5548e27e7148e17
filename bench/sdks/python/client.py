"""The client program of the Python SDK for `npm run bench -- sdks`: it measures what it is told to.

One JSON line for each request and answer, one request at a time; they are described in bench/src/sdks/program/protocol.ts.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from async_way import AsyncWay
from sync_way import SyncWay

Way = AsyncWay | SyncWay


def main() -> None:
    way: Way | None = None
    try:
        for line in sys.stdin:
            request: dict[str, Any] = json.loads(line)
            op = request.pop("op")
            answer: dict[str, Any]
            try:
                if op == "connect":
                    way = SyncWay(request) if request["way"] == "sync" else AsyncWay(request)
                    answer = {"ok": {"runtime": way.runtime}}
                elif way is None:
                    answer = {"error": "connect comes first"}
                else:
                    answer = {"ok": do(way, op, request)}
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        if way is not None:
            way.close()


def do(way: Way, op: str, request: dict[str, Any]) -> dict[str, Any]:
    if op == "run":
        return way.run(request["concurrency"], request["ms"])
    if op == "flow":
        return way.flow(request["concurrency"], request["ms"])
    if op == "picks":
        return {"ns_per_pick": way.ns_per_pick(request["count"])}
    if op == "load":
        return way.load(request["concurrency"], request["ms"], request["pause_ms"])
    if op == "attempts":
        return way.attempts.since(request["instance"], request["after_ms"])
    raise ValueError(f"no op {op!r}")


if __name__ == "__main__":
    main()
