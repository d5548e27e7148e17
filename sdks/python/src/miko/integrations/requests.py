"""Calls through Miko for code that uses requests: an adapter is mounted, the calls stay.

    session = requests.Session()
    session.mount("http://web/", MikoAdapter(client))  # the service web alone; the calls stay as they are
    session.mount("http+miko://", MikoAdapter(client))  # any service: session.get("http+miko://web/hello")

The host of a URL is the name of the service; scheme and port are passed over, for the endpoint has its own. What is mounted
as `http://web/` never sees `http://web:8080/`, which requests sends where it says: mount that as well, or take the port
away. `miko://` can be mounted too, but requests leaves `params` out where a scheme does not begin with http. `timeout`
(its second part, where it has two) is the time of the whole call to the head of its answer; without it, the policy's.
What fails is a MikoError and a requests.ConnectionError, or a requests.Timeout, at once.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from email.message import Message
from typing import TYPE_CHECKING, Any

import httpx
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError
from urllib3.util import Timeout

from miko._errors import MikoError, as_miko_error
from miko._options import UNSET, CallOptions, time_of_call

if TYPE_CHECKING:
    from miko._client import Client


class CallFailed(MikoError, requests.ConnectionError):
    """A call that failed; `code` says why."""


class CallTimeout(MikoError, requests.Timeout):
    """The call's time was over (`timeout`)."""


class MikoAdapter(HTTPAdapter):
    """Closing it, or its session, leaves the Miko client open. `idempotent` says so of every call through this adapter."""

    def __init__(self, client: Client, *, hedge_after_ms: float | None = None, idempotent: bool | None = None) -> None:
        super().__init__()
        self._client = client
        self._hedge_after_ms = hedge_after_ms
        self._idempotent = idempotent

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | Any = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        asked = _asked(request)
        answer: httpx.Response | None = None
        try:
            answer = self._client.send(asked.url.host, asked, self._options(timeout), stream=True)
            response = self.build_response(request, _raw(answer))
            if not stream:
                # Read here, so that a body that breaks off is this call's failure.
                _ = response.content
            return response
        except BaseException as thrown:
            if answer is not None:
                answer.close()
            if not isinstance(thrown, (MikoError, requests.RequestException)):
                raise
            code = "bad_answer" if isinstance(thrown, requests.exceptions.ContentDecodingError) else "endpoints_unreachable"
            error = as_miko_error(thrown, code, f"the answer of {asked.url.host} cannot be read")
            kind = CallTimeout if error.code == "timeout" else CallFailed
            failed = kind(error.code, str(error), status=error.status, request_id=error.request_id, fields=error.fields, retry_after_ms=error.retry_after_ms)
            failed.request = request
            raise failed from thrown

    def _options(self, timeout: Any) -> CallOptions:
        read = timeout[1] if isinstance(timeout, tuple) else timeout
        seconds = _bound(read) if isinstance(read, Timeout) else read
        hedge = UNSET if self._hedge_after_ms is None else self._hedge_after_ms
        return CallOptions(timeout_ms=time_of_call(seconds) if isinstance(seconds, (int, float)) else UNSET, hedge_after_ms=hedge, idempotent=self._idempotent)


def _bound(timeout: Timeout) -> float | None:
    """Its `read_timeout` counts from when it was connected, which is not for us to say."""
    bounds = [bound for bound in (timeout.total, timeout._read) if isinstance(bound, (int, float))]
    return min(bounds, default=None)


def _asked(request: requests.PreparedRequest) -> httpx.Request:
    headers = [(name, value if isinstance(value, str) else value.decode("latin-1")) for name, value in request.headers.items()]
    return httpx.Request(request.method or "GET", request.url or "", headers=headers, content=request.body)


def _raw(answer: httpx.Response) -> HTTPResponse:
    headers = HTTPHeaderDict()
    message = Message()
    for name, value in answer.headers.multi_items():
        headers.add(name, value)
        message[name] = value
    return HTTPResponse(
        body=io.BufferedReader(_Body(answer), 64 * 1024),
        headers=headers,
        status=answer.status_code,
        reason=answer.reason_phrase,
        preload_content=False,
        # Where requests looks for cookies.
        original_response=_Original(message),  # type: ignore[arg-type]
        request_method=answer.request.method,
    )


class _Body(io.RawIOBase):
    """The bytes of an answer as they come, still compressed; closing it ends the attempt."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self._pieces = answer.iter_raw()
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._rest:
            try:
                self._rest = memoryview(next(self._pieces, b""))
            except BaseException as error:
                # Nobody reads on: the attempt is over.
                self.close()
                if isinstance(error, httpx.TransportError):
                    # What urllib3 itself says, which requests knows.
                    raise ProtocolError(f"the answer broke off in its body: {error}", error) from error
                raise
        size = min(len(into), len(self._rest))
        into[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._answer.close()
        super().close()


class _Original:
    """As much of http.client's answer as requests and urllib3 ask for."""

    def __init__(self, msg: Message) -> None:
        self.msg = msg

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """There is nothing of its own to close."""
