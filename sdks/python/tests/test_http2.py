"""Calls from many threads over one connection of HTTP/2."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

import miko
from scripted_miko import endpoint, eventually, known, scripted_miko


class H2Upstream:
    """Speaks HTTP/2 by prior knowledge and nothing else; answers with the path and the body that it got."""

    def __init__(self) -> None:
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        speaks = H2Connection(H2Configuration(client_side=False))
        speaks.initiate_connection()
        sock.sendall(speaks.data_to_send())
        asked: dict[int, bytes] = {}
        with sock, suppress(OSError):
            while piece := sock.recv(65_536):
                for event in speaks.receive_data(piece):
                    if isinstance(event, RequestReceived):
                        asked[event.stream_id] = dict(event.headers)[b":path"] + b" "
                    elif isinstance(event, DataReceived):
                        asked[event.stream_id] += event.data
                    elif isinstance(event, StreamEnded):
                        speaks.send_headers(event.stream_id, [(":status", "200")])
                        speaks.send_data(event.stream_id, asked.pop(event.stream_id), end_stream=True)
                sock.sendall(speaks.data_to_send())


@pytest.fixture
def up() -> Iterator[H2Upstream]:
    upstream = H2Upstream()
    interval = sys.getswitchinterval()
    # Threads take turns as often as they can, so that they meet wherever they may.
    sys.setswitchinterval(1e-6)
    yield upstream
    sys.setswitchinterval(interval)
    upstream.close()


def test_many_threads_share_a_connection(up: H2Upstream) -> None:
    with scripted_miko() as script:
        script.services["web"] = known(endpoint("a", port=up.port, tags=["h2"]))
        # Nothing is opened ahead, which may be a second connection beside the first call's.
        policy: miko.PolicyOptions = {"pool": {"warm": 0}}
        with miko.connect(script.url, token="t", cache_dir=None, policy=policy) as client, ThreadPoolExecutor(16) as threads:
            calls = [threads.submit(client.post, f"web://{at}", content=f"body {at}") for at in range(200)]
            assert [call.result().text for call in calls] == [f"/{at} body {at}" for at in range(200)]
            assert up.connections == 1
            assert client.post("web://once", content=iter([b"a", b"b"])).text == "/once ab"
            with client.stream("GET", "web://streamed") as response:
                assert b"".join(response.iter_bytes()) == b"/streamed "
        eventually(lambda: all(thread.name != "miko-http2" for thread in threading.enumerate()))
