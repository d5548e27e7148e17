"""Where an attempt goes: an endpoint as a connection pool and a request line need it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from urllib.parse import urlsplit

from miko._endpoint import Endpoint
from miko._errors import MikoError

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Installed with the extra `http2`; without it everything is HTTP/1.1.
_HAS_HTTP2 = importlib.util.find_spec("h2") is not None


@dataclass(frozen=True, slots=True)
class Origin:
    """What connections are kept for. `http2`: by ALPN over https, by prior knowledge over http."""

    scheme: str
    host: str
    port: int
    http2: bool


@dataclass(frozen=True, slots=True)
class Target:
    origin: Origin
    scheme: bytes
    host: bytes
    #: The `Host` header.
    authority: bytes
    #: Stands before every path: that of a public URL.
    prefix: bytes


def target_of(endpoint: Endpoint) -> Target:
    """Raises `no_endpoint` when it has no address to send HTTP to."""
    parts = urlsplit(endpoint.url or "")
    scheme = "http" if parts.scheme == "grpc" else parts.scheme
    host = parts.hostname
    if scheme not in _DEFAULT_PORTS or host is None:
        raise MikoError("no_endpoint", f"{endpoint.service}/{endpoint.instance} has no address of http or https")
    port = parts.port or _DEFAULT_PORTS[scheme]
    http2 = wants_http2(endpoint)
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port == _DEFAULT_PORTS[scheme] else f"{shown}:{port}"
    return Target(Origin(scheme, host, port, http2), scheme.encode(), host.encode(), authority.encode(), parts.path.rstrip("/").encode())


def wants_http2(endpoint: Endpoint) -> bool:
    return _HAS_HTTP2 and ("h2" in endpoint.tags or endpoint.protocol == "grpc")
