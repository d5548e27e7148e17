"""`web://things/1`: the scheme of a URL names the service, the rest is the path."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from typing import Any, TypedDict

import httpx

from miko._errors import MikoError
from miko._options import SERVICE_NAME, Unset

#: As httpx takes them.
Params = httpx.QueryParams | Mapping[str, Any] | list[tuple[str, Any]] | tuple[tuple[str, Any], ...] | str | None
Headers = Mapping[str, str] | Sequence[tuple[str, str]] | httpx.Headers | None


class How(TypedDict, total=False):
    """The keywords of any call."""

    params: Params
    headers: Headers
    data: Mapping[str, Any] | None
    files: Any
    json: Any
    timeout_ms: float | None | Unset
    hedge_after_ms: float | None | Unset
    hash_key: str | None
    idempotent: bool | None


class SyncHow(How, total=False):
    content: str | bytes | Iterable[bytes] | None


class AsyncHow(How, total=False):
    content: str | bytes | AsyncIterable[bytes] | None


def split_url(url: str) -> tuple[str, str]:
    """The service and the path, which begins with a slash and keeps its query. Raises `invalid_argument`."""
    if not isinstance(url, str):
        raise MikoError("invalid_argument", "url must be a text as web://things/1: the service, and the path")
    service, separator, path = url.partition("://")
    if not separator:
        raise MikoError("invalid_argument", f"url {url[:100]!r} must be as web://things/1: the service, and the path")
    if service in ("http", "https"):
        raise MikoError("invalid_argument", f"url {url[:100]!r} must begin with the name of a service, as web://things/1")
    if SERVICE_NAME.fullmatch(service) is None:
        raise MikoError("invalid_argument", f"url {url[:100]!r} must begin with the name of a service, which matches ^{SERVICE_NAME.pattern}$")
    return service, path if path.startswith("/") else f"/{path}"


def build_request(
    method: str,
    url: str,
    params: Params = None,
    headers: Headers = None,
    content: Any = None,
    data: Mapping[str, Any] | None = None,
    files: Any = None,
    json: Any = None,
) -> tuple[str, httpx.Request]:
    """The service and the request for it; its URL has the service in place of a host."""
    service, path = split_url(url)
    try:
        target = httpx.URL(f"http://{service}{path}")
        if params is not None:
            target = target.copy_merge_params(params)
        return service, httpx.Request(method, target, headers=headers, content=content, data=data, files=files, json=json)
    except (httpx.InvalidURL, AttributeError, TypeError, ValueError) as error:
        raise MikoError("invalid_argument", f"the request to {service} cannot be made: {error}", cause=error) from error
