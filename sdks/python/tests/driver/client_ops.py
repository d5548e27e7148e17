"""From the first word to the last, looking up, watching and choosing."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from typing import Any

import miko
from held import Held
from words import answer_words, given, plain

Args = Mapping[str, Any]


def client_ops(held: Held) -> dict[str, Callable[[Args], Any]]:
    watches: dict[int, miko.Watch] = {}
    picks: list[miko.Picked] = []
    numbers = itertools.count(1)

    def watch(args: Args) -> Any:
        number = next(numbers)

        def tell(answer: miko.Answer) -> None:
            held.say({"event": "answer", "watch": number, "service": answer.service, **answer_words(answer)})

        watches[number] = held.client.watch(args["service"], tell)
        return {"watch": number}

    def unwatch(args: Args) -> None:
        watches.pop(args["watch"]).close()

    def pick(args: Args) -> Any:
        instances = []
        for _ in range(args.get("times") or 1):
            picked = held.client.pick(args["service"], **given(args, "hash_key"))
            instances.append(picked.endpoint.instance)
            if args.get("hold"):
                picks.append(picked)
            else:
                picked.release()
        return {"instances": instances}

    def release_all(args: Args) -> None:
        while picks:
            picks.pop().release()

    def status(args: Args) -> Any:
        now = held.client.status()
        return {
            "connected": now.connected,
            "stale": now.stale_since is not None,
            "revision": now.revision,
            "session": now.session,
            "registered": now.registered,
        }

    def api(args: Args) -> Any:
        operation = getattr(held.client.api, _snake(args["operation"]), None)
        if operation is None:
            raise miko.MikoError("invalid_argument", f"there is no operation {args['operation']}")
        asked = dict(args.get("params") or {})
        asked.update({name: args[name] for name in ("body", "if_match", "idempotency_key") if args.get(name) is not None})
        answer = operation(**asked)
        return {"status": answer.status, "body": answer.body, "etag": answer.etag, "revision": answer.revision}

    return {
        "connect": held.connect,
        "ready": lambda args: held.client.ready(args["timeout_ms"]),
        "endpoints": lambda args: answer_words(held.client.endpoints(args["service"])),
        "watch": watch,
        "unwatch": unwatch,
        "pick": pick,
        "release_all": release_all,
        "status": status,
        "fixed_report": lambda args: {"services": [plain(use) for use in held.client.fixed_report()]},
        "api": api,
        "wall_clock": _jump,
        "close": lambda args: held.close(),
    }


_time = time.time


def _jump(args: Args) -> None:
    """The clock of this whole process, so that whatever asks it by mistake is found as well."""
    offset_s = args["offset_ms"] / 1000
    time.time = lambda: _time() + offset_s


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
