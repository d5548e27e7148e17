"""Calls through Miko for code that uses httpx: only the transport changes.

    with miko.connect(url, token=token) as client, httpx.Client(transport=MikoTransport(client)) as http:
        http.get("http://web/hello")  # web is a service

The host of a URL is the name of the service, without a port: the endpoint has its own. The `read` part of httpx's timeout, 5 s
by default, is the time of the whole call to the head of its answer. A transport with `options` of its own goes by these and
the service's policy instead; a single call by `extensions={"miko": CallOptions(timeout_ms=500)}`.
What fails is a MikoError and an httpx.TransportError at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx

from miko._errors import MikoError
from miko._options import CallOptions, Unset, time_of_call

if TYPE_CHECKING:
    from miko._async_client import AsyncClient
    from miko._client import Client


class CallFailed(MikoError, httpx.TransportError):
    """A call that failed; `code` says why."""


class CallTimeout(CallFailed, httpx.TimeoutException):
    """The call's time was over (`timeout`)."""


class MikoTransport(httpx.BaseTransport):
    """For `httpx.Client`. Closing it leaves the Miko client open."""

    def __init__(self, client: Client, *, options: CallOptions | None = None) -> None:
        self._client = client
        self._options = options

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(_service(request), request, _options(request, self._options), stream=True)
        except MikoError as error:
            raise _failed(error, request) from error


class AsyncMikoTransport(httpx.AsyncBaseTransport):
    """For `httpx.AsyncClient`. Closing it leaves the Miko client open."""

    def __init__(self, client: AsyncClient, *, options: CallOptions | None = None) -> None:
        self._client = client
        self._options = options

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(_service(request), request, _options(request, self._options), stream=True)
        except MikoError as error:
            raise _failed(error, request) from error


def _service(request: httpx.Request) -> str:
    if request.url.port is not None:
        raise MikoError("invalid_argument", f"{request.url.netloc.decode()[:200]!r} must be the name of a service without a port: the port comes from Miko")
    return request.url.host


def _options(request: httpx.Request, own: CallOptions | None) -> CallOptions:
    options = request.extensions.get("miko", own)
    if options is not None and not isinstance(options, CallOptions):
        raise MikoError("invalid_argument", 'extensions["miko"] must be CallOptions')
    timeout = request.extensions.get("timeout")
    if own is not None or timeout is None or (options is not None and not isinstance(options.timeout_ms, Unset)):
        return options or CallOptions()
    return replace(options or CallOptions(), timeout_ms=time_of_call(timeout.get("read")))


def _failed(error: MikoError, request: httpx.Request) -> CallFailed:
    kind = CallTimeout if error.code == "timeout" else CallFailed
    failed = kind(error.code, str(error), status=error.status, request_id=error.request_id, fields=error.fields, retry_after_ms=error.retry_after_ms)
    failed.request = request
    return failed
