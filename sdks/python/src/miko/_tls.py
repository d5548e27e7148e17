"""What connections to endpoints are encrypted with."""

from __future__ import annotations

import ssl

from miko._target import Origin

_contexts: dict[bool, ssl.SSLContext] = {}


def context_for(origin: Origin, given: ssl.SSLContext | None) -> ssl.SSLContext | None:
    """One for each way to speak, since what ALPN offers is set on it; made when first needed, for reading the roots takes its time."""
    if origin.scheme != "https" or given is not None:
        return given
    if origin.http2 not in _contexts:
        _contexts[origin.http2] = ssl.create_default_context()
    return _contexts[origin.http2]
