"""One call to a service, in the way that it speaks; each answers the name of the instance that answered."""

import json
import socket
import time
from typing import Any

import miko
from miko.integrations import grpc as miko_grpc

#: Its messages are JSON, which gRPC allows, so there is nothing to generate.
_LATEST = "/miko.demo.Quotes/Latest"
_ATTEMPTS = 3


class EndpointGone(Exception):
    """The endpoint could not be asked, or broke off. The demo's calls may all be repeated, so another one is asked."""

    def __init__(self, kind: Any, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class Calls:
    """Thread-safe. Close it before the client."""

    def __init__(self, client: miko.Client, speeches: dict[str, str], limit_ms: float) -> None:
        self._client = client
        self._speeches = speeches
        self._limit_ms = limit_ms
        self._channels = {service: miko_grpc.channel(client, service, idempotent={_LATEST}) for service, speech in speeches.items() if speech == "grpc"}
        self._latest = {
            service: channel.unary_unary(_LATEST, request_serializer=_encode, response_deserializer=json.loads) for service, channel in self._channels.items()
        }

    def call(self, service: str) -> str:
        """Raises whatever the call failed by."""
        speech = self._speeches[service]
        if speech == "grpc":
            return self._grpc(service)
        return self._tcp(service) if speech == "tcp" else self._http(service)

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def _http(self, service: str) -> str:
        response = self._client.get(f"{service}://things/1", timeout_ms=self._limit_ms)
        if not response.is_success:
            raise RuntimeError(f"{service} answered {response.status_code}")
        return str(response.json()["instance"])

    def _grpc(self, service: str) -> str:
        return str(self._latest[service]({"symbol": "MIKO"}, timeout=self._limit_ms / 1000)["instance"])

    def _tcp(self, service: str) -> str:
        """What the SDK does by itself for HTTP: picks an endpoint, and another one when that is gone."""
        tried: list[str] = []
        last: EndpointGone | None = None
        while len(tried) < _ATTEMPTS:
            with self._pick(service, tried, last) as picked:
                try:
                    instance = _ask_line(picked.endpoint, "get thing-1", self._limit_ms / 1000)
                    picked.report("ok")
                    return instance
                except EndpointGone as gone:
                    picked.report(gone.kind)
                    tried.append(picked.endpoint.instance)
                    last = gone
        raise last or EndpointGone("refused", f"{service}: nothing was tried")

    def _pick(self, service: str, tried: list[str], last: EndpointGone | None) -> miko.Picked:
        """When all are tried, the last failure says more than that none is left."""
        try:
            return self._client.pick(service, exclude=tried)
        except miko.MikoError as error:
            raise last if last is not None and error.code == "no_endpoint" else error from None


def _ask_line(endpoint: miko.Endpoint, line: str, limit_s: float) -> str:
    """One line there and one back, over a connection of its own."""
    if endpoint.host is None or endpoint.port is None:
        raise EndpointGone("refused", f"{endpoint.instance} has no address")
    until = time.monotonic() + limit_s
    kind = "refused"
    try:
        with socket.create_connection((endpoint.host, endpoint.port), limit_s) as connection:
            kind = "broken"
            connection.sendall(f"{line}\n".encode())
            answer = b""
            while not answer.endswith(b"\n"):
                connection.settimeout(max(0.001, until - time.monotonic()))
                chunk = connection.recv(1_000)
                if chunk == b"" or len(answer) > 1_000:
                    raise EndpointGone(kind, f"{endpoint.instance}: the connection was closed before the answer")
                answer += chunk
    except TimeoutError:
        raise RuntimeError(f"{endpoint.instance} took longer than {limit_s} s") from None
    except OSError as error:
        raise EndpointGone(kind, f"{endpoint.instance}: {error}") from error
    return str(json.loads(answer)["instance"])


def _encode(message: Any) -> bytes:
    return json.dumps(message).encode()
