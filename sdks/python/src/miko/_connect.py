"""The two ways in."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterable, Mapping, Sequence

from miko._async_client import AsyncClient
from miko._call import Propagate
from miko._client import Client
from miko._core import Core
from miko._options import UNSET, Unset, read_settings
from miko._policy import PolicyLike
from miko._runtime import Runtime


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    project: str | None = None,
    cache_dir: str | os.PathLike[str] | None | Unset = UNSET,
    owner: str | None = None,
    name: str | None = None,
    zone: str | None = None,
    ttl_seconds: int = 10,
    drain_seconds: int = 5,
    first_answer_ms: float = 2_000,
    confirm_empty_ms: float = 1_000,
    first_frame_ms: float = 5_000,
    poll_ms: float = 1_000,
    required: Iterable[str] = (),
    optional: Iterable[str] = (),
    fixed: Mapping[str, Sequence[str]] | None = None,
    propagate: Propagate | None = None,
    policy: PolicyLike | None = None,
    services: Mapping[str, PolicyLike] | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> Client:
    """A client of the Miko at `url`. Returns at once, whether Miko is there or not. Raises `invalid_argument`.

    - `url`, `token`, `project`: by default `MIKO_URL` (else http://127.0.0.1:7450), `MIKO_TOKEN`, `MIKO_PROJECT` (else `default`)
    - `cache_dir`: where the last good lists are kept over a restart of this process; None: nowhere. By default
      `MIKO_CACHE_DIR`, else `miko` in the user's cache directory
    - `owner`: the stable id of this process slot (a pod, a unit, host + port), never that of two processes at once. With
      it a session is opened at once; without it, by the first registration
    - `name`: what people see beside the session; `zone`: the client's own, whose endpoints it prefers
    - `ttl_seconds`: how long the registrations outlive a process that died; `drain_seconds`: how long closing waits for watchers to let go
    - `first_answer_ms`: how long the first question for a service waits for Miko's answer
    - `required`, `optional`: services to watch from the start; `ready` waits for the required ones
    - `fixed`: connections as they are hard-coded today, `{"web": ["http://10.0.0.1:8080"]}`; Miko wins wherever it knows the service
    - `propagate`: called for each attempt with the headers to add to, as `opentelemetry.propagate.inject`
    - `policy`, `services`: how calls are balanced, repeated and bounded, for all services and for single ones (`ServicePolicy`)
    - `ssl_context`: for https, to Miko and to endpoints
    """
    return Client(
        read_settings(
            url,
            token=token,
            project=project,
            cache_dir=cache_dir,
            owner=owner,
            name=name,
            zone=zone,
            ttl_seconds=ttl_seconds,
            drain_seconds=drain_seconds,
            first_answer_ms=first_answer_ms,
            confirm_empty_ms=confirm_empty_ms,
            first_frame_ms=first_frame_ms,
            poll_ms=poll_ms,
            required=required,
            optional=optional,
            fixed=fixed,
            propagate=propagate,
            policy=policy,
            services=services,
            ssl_context=ssl_context,
        )
    )


def connect_async(
    url: str | None = None,
    *,
    token: str | None = None,
    project: str | None = None,
    cache_dir: str | os.PathLike[str] | None | Unset = UNSET,
    owner: str | None = None,
    name: str | None = None,
    zone: str | None = None,
    ttl_seconds: int = 10,
    drain_seconds: int = 5,
    first_answer_ms: float = 2_000,
    confirm_empty_ms: float = 1_000,
    first_frame_ms: float = 5_000,
    poll_ms: float = 1_000,
    required: Iterable[str] = (),
    optional: Iterable[str] = (),
    fixed: Mapping[str, Sequence[str]] | None = None,
    propagate: Propagate | None = None,
    policy: PolicyLike | None = None,
    services: Mapping[str, PolicyLike] | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncClient:
    """As `connect`, for asyncio: `async with miko.connect_async() as client`. Raises `invalid_argument`."""
    core = Core(
        read_settings(
            url,
            token=token,
            project=project,
            cache_dir=cache_dir,
            owner=owner,
            name=name,
            zone=zone,
            ttl_seconds=ttl_seconds,
            drain_seconds=drain_seconds,
            first_answer_ms=first_answer_ms,
            confirm_empty_ms=confirm_empty_ms,
            first_frame_ms=first_frame_ms,
            poll_ms=poll_ms,
            required=required,
            optional=optional,
            fixed=fixed,
            propagate=propagate,
            policy=policy,
            services=services,
            ssl_context=ssl_context,
        ),
        Runtime(),
    )
    return AsyncClient(core, owns_core=True)
