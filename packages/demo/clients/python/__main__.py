"""The demo's client in Python: calls all services by name at a fixed rate, knows no address of its own, and says each second how that went.

Its one argument is JSON (`orders` in src/programs/told.ts), the line it prints each second as well (`Told` in the same file).
MIKO_URL, MIKO_TOKEN and MIKO_CACHE_DIR say where Miko is. SIGTERM ends it in good order, the end of its stdin at once.
"""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import miko
from calls import Calls
from counts import Counts
from schedule import Schedule, spread


def main(orders: dict[str, Any]) -> None:
    # Before any thread is started, for all of them: only the one that waits for it takes it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    threading.Thread(target=end_with_stdin, daemon=True).start()
    stop = threading.Event()
    threading.Thread(target=stop_by_signal, args=(stop,), daemon=True).start()

    services = orders["services"]
    rates = {one["service"]: one["calls_per_second"] for one in services}
    counts = Counts(rates, orders["most_reasons"])
    with miko.connect(owner=orders["owner"], name=orders["owner"], required=rates) as client:
        client.on("error", complain)
        with suppress(miko.MikoError):
            client.ready(orders["ready_limit_ms"])
        calls = Calls(client, {one["service"]: one["speech"] for one in services}, orders["call_limit_ms"])
        try:
            schedule = Schedule(spread(rates), sum(rates.values()), orders["most_underway"], counts, calls.call)
            # Each once beforehand: what a first connection costs is in nobody's p99.
            schedule.try_each(rates)
            calling = threading.Thread(target=schedule.run, args=(stop,))
            calling.start()
            tell(client, counts, stop)
            calling.join()
        finally:
            calls.close()


def tell(client: miko.Client, counts: Counts, stop: threading.Event) -> None:
    began = time.monotonic()
    while not stop.wait(1):
        now = time.monotonic()
        told = {"took_ms": (now - began) * 1000, **counts.take(), **standing(client)}
        began = now
        print(json.dumps(told), flush=True)


def standing(client: miko.Client) -> dict[str, Any]:
    status = client.status()
    since = status.stale_since
    stale_ms = None if since is None else max(0.0, (datetime.now(since.tzinfo) - since).total_seconds() * 1000)
    return {"connected": status.connected, "stale_ms": stale_ms}


def complain(event: miko.Event) -> None:
    print(f"{datetime.now(timezone.utc).isoformat()} client: {event.during}: {event.error}", file=sys.stderr, flush=True)


def stop_by_signal(stop: threading.Event) -> None:
    signal.sigwait({signal.SIGTERM})
    stop.set()


def end_with_stdin() -> None:
    """Whatever ended the process that started this one, kill -9 included, closes it."""
    while os.read(0, 4_096):
        pass
    os._exit(0)


main(json.loads(sys.argv[1]))
