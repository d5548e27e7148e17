"""The one client of this process, from `connect` to `close`, and the ways to call through it."""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections.abc import Callable, Mapping
from typing import Any

import httpx

import miko
from words import event_words


class Held:
    def __init__(self, say: Callable[[Mapping[str, Any]], None]) -> None:
        self.say = say
        self.vias = ["sync", "async", "httpx"] + (["requests"] if importlib.util.find_spec("requests") else [])
        self._client: miko.Client | None = None
        self._asynchronous: miko.AsyncClient | None = None
        self._http: httpx.Client | None = None
        self._ends: list[Callable[[], None]] = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    @property
    def client(self) -> miko.Client:
        if self._client is None:
            raise miko.MikoError("invalid_argument", "there is no client: connect first")
        return self._client

    @property
    def asynchronous(self) -> miko.AsyncClient:
        if self._asynchronous is None:
            self._asynchronous = self.client.asynchronous()
        return self._asynchronous

    @property
    def http(self) -> httpx.Client:
        """httpx, through the transport."""
        if self._http is None:
            from miko.integrations.httpx import MikoTransport

            # By the policy's times, as the other ways.
            self._http = httpx.Client(transport=MikoTransport(self.client, options=miko.CallOptions()))
        return self._http

    def wait_for(self, act: Any) -> Any:
        """Runs a coroutine on the loop of this process."""
        return asyncio.run_coroutine_threadsafe(act, self._loop).result()

    def connect(self, args: Mapping[str, Any]) -> None:
        if self._client is not None:
            raise miko.MikoError("invalid_argument", "there is a client already: close it first")
        options = dict(args.get("options") or {})
        added = options.pop("propagate", None)
        if isinstance(added, dict):
            # Functions cannot be told over a line: the headers that it is to add are named.
            options["propagate"] = lambda headers: headers.update(added)
        client = miko.connect(args["url"], token=args["token"], **options)
        for event in miko.EVENTS:
            client.on(event, lambda told: self.say(event_words(told)))
        self._client = client

    def at_end(self, act: Callable[[], None]) -> None:
        self._ends.append(act)

    def close(self) -> None:
        client, asynchronous = self._client, self._asynchronous
        # It is called through until it has departed.
        if client is not None:
            client.close()
        self._client = self._asynchronous = self._http = None
        if asynchronous is not None:
            self.wait_for(asynchronous.close())
        ends, self._ends = self._ends, []
        for end in ends:
            end()
