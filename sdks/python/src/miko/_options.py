"""What a client is made of: arguments before environment before defaults. A bad one is refused by `invalid_argument`, which names it."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from miko._call import Propagate
from miko._errors import MikoError
from miko._policy import DAY_MS, PolicyLike, ServicePolicy, check_number, read_policy

SERVICE_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: What a zone of an endpoint may be called.
_ZONE = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
#: All names stand in the address of the stream, of which Miko takes 8,192 characters; the rest is room for its other parts.
MAX_NAMES_CHARS = 7_000
_MAX_FIXED_SERVICES = 1_000
_MAX_NAMES = 1_000
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Those of other protocols name their port.
_FIXED_SCHEMES = frozenset({"http", "https", "grpc", "tcp", "udp"})
_MAX_FIXED_URLS = 1_000
_MAX_HASH_KEY = 1_024


class Unset:
    """What stands for an argument that was not given, where None means something."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = Unset()


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What one call asks for beyond the policy of its service."""

    #: To the head of the answer; None: no deadline.
    timeout_ms: float | None | Unset = UNSET
    hedge_after_ms: float | None | Unset = UNSET
    #: What `consistent_hash` goes by.
    hash_key: str | None = None
    #: Whether it may be repeated; None: as its method and its `Idempotency-Key` say.
    idempotent: bool | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.timeout_ms, Unset) and self.timeout_ms is not None:
            check_number(self.timeout_ms, "timeout_ms", 1, DAY_MS)
        if not isinstance(self.hedge_after_ms, Unset) and self.hedge_after_ms is not None:
            check_number(self.hedge_after_ms, "hedge_after_ms", 1, 3_600_000)
        if self.hash_key is not None:
            check_hash_key(self.hash_key)
        if self.idempotent is not None and not isinstance(self.idempotent, bool):
            raise _invalid("idempotent", "must be True, False or None")


@dataclass(frozen=True, slots=True)
class Settings:
    """Checked, and whole."""

    #: Without a slash at the end.
    url: str
    token: str = field(repr=False)
    project: str
    cache_dir: str | None
    owner: str | None
    name: str
    zone: str | None
    ttl_seconds: int
    drain_seconds: int
    first_answer_ms: float
    confirm_empty_ms: float
    first_frame_ms: float
    poll_ms: float
    required: tuple[str, ...]
    optional: tuple[str, ...]
    fixed: Mapping[str, tuple[str, ...]]
    propagate: Propagate | None
    policy: ServicePolicy
    services: Mapping[str, ServicePolicy]
    ssl_context: ssl.SSLContext | None

    def policy_of(self, service: str) -> ServicePolicy:
        return self.services.get(service, self.policy)


def read_settings(
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
    env: Mapping[str, str] | None = None,
) -> Settings:
    env = os.environ if env is None else env
    for option, value, least, most in (("ttl_seconds", ttl_seconds, 2, 3_600), ("drain_seconds", drain_seconds, 0, 300)):
        check_number(value, option, least, most, whole=True)
    check_number(first_answer_ms, "first_answer_ms", 0, 60_000, whole=True)
    check_number(confirm_empty_ms, "confirm_empty_ms", 0, 60_000, whole=True)
    check_number(first_frame_ms, "first_frame_ms", 10, 60_000, whole=True)
    check_number(poll_ms, "poll_ms", 10, 60_000, whole=True)
    if propagate is not None and not callable(propagate):
        raise _invalid("propagate", "must be a function")
    if ssl_context is not None and not isinstance(ssl_context, ssl.SSLContext):
        raise _invalid("ssl_context", "must be an ssl.SSLContext")
    for_all = read_policy(policy, ServicePolicy(), "policy")
    return Settings(
        url=_read_url(url if url is not None else env.get("MIKO_URL") or "http://127.0.0.1:7450"),
        token=_read_token(token if token is not None else env.get("MIKO_TOKEN")),
        project=_text(project if project is not None else env.get("MIKO_PROJECT") or "default", "project", 63),
        cache_dir=_read_cache_dir(cache_dir, env),
        owner=None if owner is None else _text(owner, "owner", 200),
        name=_text(name, "name", 200) if name is not None else f"{socket.gethostname()[:100]}:{os.getpid()}",
        zone=None if zone is None else _read_zone(zone),
        ttl_seconds=ttl_seconds,
        drain_seconds=drain_seconds,
        first_answer_ms=first_answer_ms,
        confirm_empty_ms=confirm_empty_ms,
        first_frame_ms=first_frame_ms,
        poll_ms=poll_ms,
        required=_names(required, "required"),
        optional=_names(optional, "optional"),
        fixed=_read_fixed({} if fixed is None else fixed),
        propagate=propagate,
        policy=for_all,
        services=_read_services({} if services is None else services, for_all),
        ssl_context=ssl_context,
    )


def time_of_call(seconds: float | None) -> float | None:
    """What another library's timeout comes to as `timeout_ms`, whose bounds it does not know; None: none."""
    return None if seconds is None else min(max(seconds * 1000, 1), DAY_MS)


def owner_of(service: str, instance: str) -> str:
    """The owner of a process that named none: its first endpoint, which is its slot."""
    return f"{socket.gethostname()[:60]}:{service}:{instance}"


def check_hash_key(key: object) -> None:
    if not isinstance(key, str) or len(key) > _MAX_HASH_KEY:
        raise _invalid("hash_key", f"must be a text of at most {_MAX_HASH_KEY} characters")


def check_service(name: object, option: str = "service") -> str:
    if not isinstance(name, str) or SERVICE_NAME.fullmatch(name) is None:
        raise _invalid(option, f"{str(name)[:100]!r} must match ^{SERVICE_NAME.pattern}$")
    return name


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_url(text: object) -> str:
    if not isinstance(text, str):
        raise _invalid("url", "must be an http or https URL")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid("url", f"{text[:200]!r} must be an http or https URL") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _invalid("url", f"{text[:200]!r} must be an http or https URL")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise _invalid("url", "must hold no user, query or fragment")
    # The token opens the fleet: it crosses no network in the clear.
    if parts.scheme == "http" and not is_loopback(host):
        raise _invalid("url", f"{parts.netloc[:200]} is not this machine: use https")
    shown = f"[{host}]" if ":" in host else host
    at = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{shown}{at}{parts.path}".rstrip("/")


def _read_token(token: str | None) -> str:
    if not token:
        raise _invalid("token", "is missing: give it, or set MIKO_TOKEN")
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        raise _invalid("token", "must be 1 to 4096 printable characters without spaces")
    return token


def _read_zone(zone: object) -> str:
    if not isinstance(zone, str) or _ZONE.fullmatch(zone) is None:
        raise _invalid("zone", f"{str(zone)[:100]!r} must match ^{_ZONE.pattern}$")
    return zone


def _read_cache_dir(given: object, env: Mapping[str, str]) -> str | None:
    if isinstance(given, Unset):
        return env.get("MIKO_CACHE_DIR") or _user_cache_dir(env)
    if given is None:
        return None
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(path, str) or not path:
        raise _invalid("cache_dir", "must be the path of a folder, or None")
    return path


def _read_services(services: Mapping[str, PolicyLike], for_all: ServicePolicy) -> dict[str, ServicePolicy]:
    if not isinstance(services, Mapping):
        raise _invalid("services", "must be a mapping of services to policies")
    return {check_service(service, "services"): read_policy(given, for_all, f"services.{service}") for service, given in services.items()}


def _read_fixed(fixed: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    if not isinstance(fixed, Mapping):
        raise _invalid("fixed", "must be a mapping of services to lists of URLs")
    if len(fixed) > _MAX_FIXED_SERVICES:
        raise _invalid("fixed", f"has at most {_MAX_FIXED_SERVICES} services")
    read = {}
    for service, urls in fixed.items():
        check_service(service, "fixed")
        if isinstance(urls, str) or not isinstance(urls, Sequence) or not 1 <= len(urls) <= _MAX_FIXED_URLS:
            raise _invalid(f"fixed.{service}", f"must be a list of 1 to {_MAX_FIXED_URLS} URLs")
        read[service] = tuple(_fixed_url(url, f"fixed.{service}.{at}") for at, url in enumerate(urls))
    return read


def _fixed_url(url: object, path: str) -> str:
    try:
        parts = urlsplit(str(url))
        fits = isinstance(url, str) and parts.scheme in _FIXED_SCHEMES and bool(parts.hostname) and bool(parts.port or parts.scheme in _DEFAULT_PORTS)
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or "@" in parts.netloc or parts.path not in ("", "/"):
        raise _invalid(path, f"{str(url)[:200]!r} must be a URL as http://10.0.0.1:8080")
    return str(url)


def _names(names: Iterable[str], option: str) -> tuple[str, ...]:
    if isinstance(names, (str, bytes)) or not isinstance(names, Iterable):
        raise _invalid(option, "must be a list of names")
    read = tuple(check_service(name, option) for name in names)
    if len(read) > _MAX_NAMES:
        raise _invalid(option, f"has at most {_MAX_NAMES} names")
    return read


def _text(value: object, option: str, most: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise _invalid(option, f"must be a text of 1 to {most} characters")
    return value


def _user_cache_dir(env: Mapping[str, str]) -> str:
    base = env.get("XDG_CACHE_HOME", "")
    return str((Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "miko")


def _invalid(option: str, message: str) -> MikoError:
    return MikoError("invalid_argument", f"{option} {message}")
