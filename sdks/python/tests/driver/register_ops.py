"""Putting endpoints into the directory, and taking them out."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any

import miko
from held import Held

Args = Mapping[str, Any]


def register_ops(held: Held) -> dict[str, Callable[[Args], Any]]:
    registrations: dict[int, tuple[miko.Registration, threading.Event]] = {}
    numbers = itertools.count(1)

    def register(args: Args) -> Any:
        gate = threading.Event()
        spec = dict(args)
        if spec.pop("readiness", None) == "gate":
            spec["readiness"] = gate.is_set
        number = next(numbers)
        registrations[number] = (held.client.register(**spec), gate)
        return {"registration": number}

    def registered(args: Args) -> Any:
        return {"id": registrations[args["registration"]][0].ready(args.get("timeout_ms") or 30_000).id}

    return {
        "register": register,
        "open_gate": lambda args: registrations[args["registration"]][1].set(),
        "registered": registered,
        "deregister": lambda args: registrations[args["registration"]][0].close(),
    }
