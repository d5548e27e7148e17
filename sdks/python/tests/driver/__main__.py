"""The conformance driver of the Python SDK: JSON lines on stdin and stdout, one operation each (docs of the testkit).

Operations run side by side, each in a thread; answers may come out of order. stderr is for people.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import miko
from call_ops import call_ops
from client_ops import client_ops
from held import Held
from register_ops import register_ops
from vectors import run_vector
from words import words_of

Op = Callable[[Mapping[str, Any]], Any]


def main() -> None:
    held = Held(say)
    ops: dict[str, Op] = {
        "hello": lambda args: {"sdk": "python", "version": miko.__version__, "vias": held.vias},
        "vector": lambda args: run_vector(args["name"], args["input"]),
        **client_ops(held),
        **register_ops(held),
        **call_ops(held),
    }
    # A thread for each operation costs more than it takes to answer most of them, but none waits for another.
    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        if request.get("op") == "exit":
            say({"id": request["id"], "ok": {}})
            break
        threading.Thread(target=serve, args=(ops, request), daemon=True).start()
    sys.stdout.flush()
    # Threads of calls that hang would hold an orderly end up.
    os._exit(0)


def serve(ops: Mapping[str, Op], request: dict[str, Any]) -> None:
    number, name = request.pop("id"), request.pop("op")
    try:
        if name not in ops:
            raise miko.MikoError("invalid_argument", f"there is no operation {name}")
        say({"id": number, "ok": ops[name](request) or {}})
    except Exception as error:
        say({"id": number, "error": words_of(error)})


_writing = threading.Lock()


def say(line: Mapping[str, Any]) -> None:
    text = json.dumps(line, default=str)
    with _writing:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
