"""Calls through Miko for code that uses httpx: only the transport changes.

    with miko.connect(url, token=token) as client, httpx.Client(transport=MikoTransport(client)) as http:
        http.get("http://web/hello")  # web is a service

The host of a URL is the name of the service; scheme and port are passed over, for the endpoint has its own. Time limits
and retries are those of the service's policy, not httpx's: a single call changes them by
`extensions={"miko": CallOptions(timeout_ms=500)}`. What fails is a MikoError and an httpx.TransportError at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from miko._errors import MikoError
from miko._options import CallOptions

if TYPE_CHECKING:
    from miko._async_client import AsyncClient
    from miko._client import Client


class CallFailed(MikoError, httpx.TransportError):
    """A call that failed; `code` says why."""


class CallTimeout(CallFailed, httpx.TimeoutException):
    """The call's time was over (`timeout`)."""


class MikoTransport(httpx.BaseTransport):
    """For `httpx.Client`. Closing it leaves the Miko client open."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request.url.host, request, _options(request), stream=True)
        except MikoError as error:
            raise _failed(error, request) from error


class AsyncMikoTransport(httpx.AsyncBaseTransport):
    """For `httpx.AsyncClient`. Closing it leaves the Miko client open."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._client.send(request.url.host, request, _options(request), stream=True)
        except MikoError as error:
            raise _failed(error, request) from error


def _options(request: httpx.Request) -> CallOptions:
    options = request.extensions.get("miko", CallOptions())
    if not isinstance(options, CallOptions):
        raise MikoError("invalid_argument", 'extensions["miko"] must be CallOptions')
    return options


def _failed(error: MikoError, request: httpx.Request) -> CallFailed:
    kind = CallTimeout if error.code == "timeout" else CallFailed
    failed = kind(error.code, str(error), status=error.status, request_id=error.request_id, fields=error.fields, retry_after_ms=error.retry_after_ms)
    failed.request = request
    return failed
