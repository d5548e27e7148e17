"""Waits until services are known, and says why they are not (docs/protocol.md, 1.11)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from miko._directory import Directory
from miko._endpoint import Answer
from miko._errors import MikoError, shown
from miko._runtime import Runtime
from miko._watchers import Watcher


def until_known(directory: Directory, runtime: Runtime, services: Sequence[str], timeout_ms: float) -> Future[None]:
    """Done when each of them is `known`; fails with `not_ready`, which names those that are not, and why, or with `closed`."""
    done: Future[None] = Future()
    missing = set(services)
    stops: list[Callable[[], None]] = []
    lock = threading.Lock()
    ended = False

    def end(error: MikoError | None) -> None:
        nonlocal ended
        with lock:
            if ended:
                return
            ended = True
        # Who waits may have given up.
        if not done.set_running_or_notify_cancel():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def release() -> None:
        for stop in stops:
            stop()

    def take(answer: Answer) -> None:
        if answer.state == "known":
            missing.discard(answer.service)
            if not missing:
                end(None)

    def give_up(said: str, failure: MikoError | None) -> None:
        why = "" if failure is None else f"; {failure}"
        names = ", ".join(_state_of(directory, service) for service in sorted(missing.copy()))
        end(MikoError("not_ready", f"{said}: {names}{why}", cause=failure))

    if not missing:
        done.set_result(None)
        return done
    watcher = Watcher(take, lambda: end(MikoError("closed", "the client is closed")), lambda error: give_up("not known", error))
    for service in services:
        stops.append(directory.watch(service, watcher))
    if directory.contact.refusal is not None:
        give_up("not known", directory.contact.refusal)
    # Last: what is known already is known, however short the time.
    stops.append(runtime.after(timeout_ms, lambda: give_up(f"not known after {shown(timeout_ms)} ms", directory.contact.failure)))
    # However it ends, also by being cancelled. In a thread that may wait for listeners, which neither a timer nor an event loop may.
    done.add_done_callback(lambda _: runtime.work(release))
    return done


def _state_of(directory: Directory, service: str) -> str:
    answer = directory.current(service)
    if answer is None:
        return f"{service} (no answer yet)"
    return f"{service} (empty: {answer.cause or 'no cause given'})" if answer.state == "empty" else f"{service} ({answer.state})"
