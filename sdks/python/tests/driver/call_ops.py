"""Calling services by name: once, many times, or at a fixed rate."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from functools import partial
from typing import Any

import httpx

import miko
from held import Held
from words import given, words_of

Args = Mapping[str, Any]

_OPTIONS = ("timeout_ms", "hedge_after_ms", "hash_key", "idempotent")
_MOST_ERRORS = 10


def call_ops(held: Held) -> dict[str, Callable[[Args], Any]]:
    loads: list[_Load] = []

    def calls(args: Args) -> Any:
        tally = _Tally()
        with ThreadPoolExecutor(args.get("concurrency") or 1) as threads:
            for _ in range(args["count"]):
                threads.submit(tally.count, held, args)
        return tally.words()

    def load_stop(args: Args) -> Any:
        return loads.pop().stop()

    return {"call": lambda args: _call(held, args), "calls": calls, "load_start": lambda args: loads.append(_Load(held, args)), "load_stop": load_stop}


def _call(held: Held, args: Args) -> dict[str, Any]:
    began = time.monotonic()
    via = args.get("via") or held.vias[0]
    if via not in held.vias:
        raise miko.MikoError("invalid_argument", f"via must be one of {', '.join(held.vias)}")
    status, headers, body = {"sync": _sync, "async": _async, "httpx": _httpx, "requests": _requests}[via](held, args)
    return {
        "status": status,
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": body[:1000],
        "ms": round((time.monotonic() - began) * 1000),
    }


def _sync(held: Held, args: Args) -> Any:
    how = {**_request(args), **given(args, *_OPTIONS)}
    if args.get("read_body") is not False:
        return _read(held.client.request(_method(args), _url(args), **how))
    opened = held.client.stream(_method(args), _url(args), **how)
    response = opened.__enter__()
    held.at_end(partial(_leave, opened))
    return response.status_code, response.headers, ""


def _async(held: Held, args: Args) -> Any:
    how = {**_request(args), **given(args, *_OPTIONS)}
    if args.get("stream_body") and args.get("body") is not None:
        how["content"] = _pieces_async(args["body"])
    if args.get("read_body") is not False:
        return _read(held.wait_for(held.asynchronous.request(_method(args), _url(args), **how)))
    opened = held.asynchronous.stream(_method(args), _url(args), **how)
    response = held.wait_for(opened.__aenter__())
    held.at_end(partial(_leave_async, held, opened))
    return response.status_code, response.headers, ""


def _leave(opened: AbstractContextManager[Any]) -> None:
    opened.__exit__(None, None, None)


def _leave_async(held: Held, opened: AbstractAsyncContextManager[Any]) -> None:
    held.wait_for(opened.__aexit__(None, None, None))


def _httpx(held: Held, args: Args) -> Any:
    http = held.http
    request = http.build_request(
        _method(args), f"http://{args['service']}{args.get('path') or '/'}", extensions={"miko": miko.CallOptions(**given(args, *_OPTIONS))}, **_request(args)
    )
    whole = args.get("read_body") is not False
    response = http.send(request, stream=not whole)
    if whole:
        return _read(response)
    held.at_end(response.close)
    return response.status_code, response.headers, ""


def _requests(held: Held, args: Args) -> Any:
    import requests

    from miko.integrations.requests import MikoAdapter

    session = requests.Session()
    session.mount("miko://", MikoAdapter(held.client, **given(args, "hedge_after_ms", "idempotent")))
    how = _request(args)
    timeout = args["timeout_ms"] / 1000 if args.get("timeout_ms") else None
    whole = args.get("read_body") is not False
    url = f"miko://{args['service']}{args.get('path') or '/'}"
    response = session.request(
        _method(args), url, headers=how.get("headers"), data=how.get("content"), timeout=timeout, stream=not whole, allow_redirects=False
    )
    if whole:
        return response.status_code, response.headers, response.text
    held.at_end(response.close)
    return response.status_code, response.headers, ""


def _read(response: httpx.Response) -> Any:
    return response.status_code, response.headers, response.text


def _method(args: Args) -> str:
    return args.get("method") or "GET"


def _url(args: Args) -> str:
    return f"{args['service']}://{(args.get('path') or '/').removeprefix('/')}"


def _request(args: Args) -> dict[str, Any]:
    body = args.get("body")
    content = {} if body is None else {"content": _pieces(body) if args.get("stream_body") else body}
    return {"headers": args.get("headers") or {}, **content}


def _pieces(body: str) -> Iterator[bytes]:
    yield body.encode()


async def _pieces_async(body: str) -> Any:
    yield body.encode()


class _Tally:
    """What became of many calls: `ok` were answered, by whatever status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ok = 0
        self._statuses: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._instances: Counter[str] = Counter()
        self._errors: list[Any] = []

    def count(self, held: Held, args: Args) -> None:
        try:
            called = _call(held, args)
        except Exception as error:
            words = words_of(error)
            with self._lock:
                self._codes[words["code"]] += 1
                if len(self._errors) < _MOST_ERRORS:
                    self._errors.append(words)
            return
        with self._lock:
            self._ok += 1
            self._statuses[str(called["status"])] += 1
            if "x-instance" in called["headers"]:
                self._instances[called["headers"]["x-instance"]] += 1

    def words(self) -> dict[str, Any]:
        return {
            "ok": self._ok,
            "failed": sum(self._codes.values()),
            "statuses": dict(self._statuses),
            "codes": dict(self._codes),
            "by_instance": dict(self._instances),
            "first_errors": self._errors,
        }


class _Load:
    """Calls at a fixed rate, until they are stopped; what cannot be made now, because so many are under way, is made later."""

    def __init__(self, held: Held, args: Args) -> None:
        self._held = held
        self._args = args
        self._tally = _Tally()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._made = 0
        self._began = time.monotonic()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(int(args["concurrency"]))]
        for thread in self._threads:
            thread.start()

    def stop(self) -> Any:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        return self._tally.words()

    def _run(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                due_in = self._began + self._made / self._args["per_second"] - time.monotonic()
                if due_in <= 0:
                    self._made += 1
            if due_in > 0:
                self._stopped.wait(min(due_in, 0.05))
            else:
                self._tally.count(self._held, self._args)
