"""One real gRPC channel for each endpoint that was picked, for as long as it is listed or a call runs on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import grpc

from miko._errors import MikoError
from miko._fork import hears_of_forks

if TYPE_CHECKING:
    from miko._client import Client
    from miko._endpoint import Answer, Endpoint

#: Attempts are the engine's: gRPC makes none of its own, and shares no connection that waits out a failure elsewhere.
_OPTIONS: tuple[tuple[str, Any], ...] = (("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1))

_State = grpc.ChannelConnectivity


#: gRPC's own thread looks after a subscription for 0.2 s beyond its end, and must not find the channel closed.
_LINGER_S = 1.0


class Real:
    """A channel to one endpoint."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        #: Calls that run on it; the owner's lock guards it.
        self.calls = 0
        #: The endpoint has left the list, or the connection is broken.
        self.left = False
        #: There was an answer, so there is a connection.
        self.proven = False
        self._quiet_at = 0.0

    def connected(self, timeout_s: float) -> bool:
        """Waits for a connection. Only for calls whose failure comes too late to begin them elsewhere."""
        if self.proven:
            return True
        decided = threading.Event()
        states: list[grpc.ChannelConnectivity] = []

        def note(state: grpc.ChannelConnectivity) -> None:
            if state in _DECIDED:
                states.append(state)
                decided.set()

        self.channel.subscribe(note, try_to_connect=True)
        decided.wait(timeout_s)
        self.channel.unsubscribe(note)
        self._quiet_at = time.monotonic() + _LINGER_S
        self.proven = bool(states) and states[0] is _State.READY
        return self.proven

    def close(self) -> None:
        wait_s = self._quiet_at - time.monotonic()
        if wait_s <= 0:
            self.channel.close()
            return
        later = threading.Timer(wait_s, self.channel.close)
        later.daemon = True
        later.start()


_DECIDED = frozenset({_State.READY, _State.TRANSIENT_FAILURE, _State.SHUTDOWN})


class Channels:
    """Thread-safe."""

    def __init__(self, client: Client, service: str, credentials: grpc.ChannelCredentials | None, options: Sequence[tuple[str, Any]]) -> None:
        self._credentials = credentials
        self._options = [*_OPTIONS, *options]
        self._lock = threading.Lock()
        self._closed = False
        #: By the endpoint's id.
        self._real: dict[str, Real] = {}
        #: In a child these are the parent's.
        self._parents: dict[str, Real] = {}
        hears_of_forks(self)
        self._watch = client.watch(service, self._refresh)

    def take(self, endpoint: Endpoint) -> Real:
        """For one call; give it back. Raises `closed`."""
        with self._lock:
            if self._closed:
                raise MikoError("closed", "the channel is closed")
            real = self._real.get(endpoint.id)
            if real is None:
                real = self._real[endpoint.id] = Real(self._open(endpoint))
            real.calls += 1
            return real

    def give_back(self, endpoint: Endpoint, real: Real, *, broken: bool = False) -> None:
        """`broken`: the next call to this endpoint connects anew, without gRPC's waiting after a failure."""
        with self._lock:
            real.calls -= 1
            if broken:
                real.left = True
                if self._real.get(endpoint.id) is real:
                    del self._real[endpoint.id]
            last = real.left and real.calls == 0
        if last:
            real.close()

    def close(self) -> None:
        self._watch.close()
        with self._lock:
            self._closed = True
            reals = list(self._real.values())
            self._real.clear()
        for real in reals:
            real.close()

    def forked(self) -> None:
        """In the child: who held the lock is gone; the channels are not closed there."""
        self._lock = threading.Lock()
        self._parents, self._real = self._real, {}

    def _refresh(self, answer: Answer) -> None:
        if answer.state not in ("known", "empty"):
            return
        listed = {endpoint.id for endpoint in answer.endpoints}
        with self._lock:
            gone = [(id, real) for id, real in self._real.items() if id not in listed]
            for id, real in gone:
                del self._real[id]
                real.left = True
            idle = [real for _, real in gone if real.calls == 0]
        for real in idle:
            real.close()

    def _open(self, endpoint: Endpoint) -> grpc.Channel:
        target = endpoint.address
        if target is None:
            raise MikoError("no_endpoint", f"{endpoint.instance} of {endpoint.service} has no address to connect to")
        if self._credentials is None:
            return grpc.insecure_channel(target, self._options)
        return grpc.secure_channel(target, self._credentials, self._options)
