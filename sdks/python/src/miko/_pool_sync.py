"""Connections of the synchronous client: a pool for each endpoint (docs/protocol.md, section 5)."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Sequence

import httpcore

from miko._deadline import DeadlineBackend
from miko._endpoint import Endpoint
from miko._http2_loop import Http2Loop
from miko._policy import Pool
from miko._runtime import Runtime
from miko._target import Origin, wants_http2
from miko._tls import context_for
from miko._warm import Users

_SWEEP_MS = 1_000.0


class SyncLane:
    """The connections to one origin."""

    def __init__(self, origin: Origin, policy: Pool, ssl_context: ssl.SSLContext | None) -> None:
        self.policy = policy
        self._origin = origin
        self._backend = DeadlineBackend()
        self._lock = threading.Lock()
        #: Attempts that are in flight, until the end of their bodies.
        self._in_use = 0
        self._retired = False
        self.connections = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=policy.max_connections,
            max_keepalive_connections=policy.max_connections,
            keepalive_expiry=policy.idle_ms / 1000,
            network_backend=self._backend,
        )

    def enter(self) -> None:
        with self._lock:
            self._in_use += 1

    def leave(self) -> None:
        with self._lock:
            self._in_use -= 1
            if self._retired:
                self._close_idle()

    def warm(self) -> None:
        """Opens connections ahead; blocks."""
        for _ in range(self.policy.warm):
            self._backend.open_ahead(self._origin.host, self._origin.port)

    def retire(self) -> None:
        """Nothing new comes: closes what is idle now, and the rest when the attempts on it have ended."""
        with self._lock:
            self._retired = True
            self._close_idle()
        self._backend.close_older(0)

    def sweep(self) -> None:
        """Closes what was not used for too long. While attempts run, httpcore does it with each of them."""
        self._backend.close_older(self.policy.idle_ms / 1000)
        with self._lock:
            if self._in_use == 0:
                for connection in self.connections.connections:
                    if connection.has_expired():
                        connection.close()

    def _close_idle(self) -> None:
        if self._in_use == 0:
            self.connections.close()
            return
        idle = [connection for connection in self.connections.connections if connection.is_idle()]
        # An attempt may be about to take one of them, unless each has its own already.
        if len(self.connections.connections) - len(idle) >= self._in_use:
            for connection in idle:
                connection.close()


class SyncPool:
    """Thread-safe."""

    def __init__(self, runtime: Runtime, ssl_context: ssl.SSLContext | None) -> None:
        self._runtime = runtime
        self._given_ssl = ssl_context
        #: For endpoints that speak HTTP/2.
        self.http2 = Http2Loop(runtime, ssl_context)
        self._lock = threading.Lock()
        self._lanes: dict[Origin, SyncLane] = {}
        self._users = Users()
        self._sweeping = False
        self._closed = False

    def lane(self, origin: Origin, policy: Pool) -> SyncLane:
        """Entered already: leave it at the end of the attempt."""
        with self._lock:
            lane = self._lanes.get(origin) or self._open(origin, policy)
            lane.enter()
        return lane

    def set(self, service: str, endpoints: Sequence[Endpoint], policy: Pool, called: bool) -> None:
        """The list of a service is another one."""
        self.http2.set(service, [endpoint for endpoint in endpoints if wants_http2(endpoint)], policy, called)
        with self._lock:
            change = self._users.set(service, [endpoint for endpoint in endpoints if not wants_http2(endpoint)])
            retired = [lane for origin in change.gone if (lane := self._lanes.pop(origin, None)) is not None]
            warmed = [self._open(origin, policy) for origin in change.added if called and policy.warm and origin not in self._lanes and not self._closed]
        for lane in retired:
            lane.retire()
        for lane in warmed:
            self._runtime.work(lane.warm)

    def close(self) -> None:
        """Idle connections at once, the others when their attempts have ended."""
        with self._lock:
            self._closed = True
            lanes, self._lanes = list(self._lanes.values()), {}
        for lane in lanes:
            lane.retire()
        self.http2.close()

    def _open(self, origin: Origin, policy: Pool) -> SyncLane:
        lane = self._lanes[origin] = SyncLane(origin, policy, context_for(origin, self._given_ssl))
        if not self._sweeping:
            self._sweeping = True
            self._runtime.after(_SWEEP_MS, self._sweep)
        return lane

    def _sweep(self) -> None:
        with self._lock:
            lanes = list(self._lanes.values())
            self._sweeping = bool(lanes)
        for lane in lanes:
            lane.sweep()
        if lanes:
            self._runtime.after(_SWEEP_MS, self._sweep)
