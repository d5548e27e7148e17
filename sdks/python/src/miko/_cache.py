"""The last good lists on disk, so that a process can start and call while Miko is away (docs/protocol.md, 1.9).

One file for each Miko and project, shared by all processes of the user and all three SDKs: each writes the services it
watches over what the others left there. Two that write at the same moment may lose one of the two updates until the
next change, never the file: it is replaced by rename. It is not synced: after a power cut a torn file reads as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from miko._errors import MikoError, describe
from miko._wire import WireList, list_to_wire, read_list

_FORMAT = 1
_MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Saved:
    saved_at_ms: float
    lists: Mapping[str, WireList]


class Cache:
    def __init__(self, directory: str, url: str, project: str, max_bytes: int = _MAX_BYTES) -> None:
        key = hashlib.sha256(f"{url}\n{project}".encode()).hexdigest()[:24]
        self.file = Path(directory) / f"{key}.json"
        self._url = url
        self._project = project
        self._max = max_bytes

    def load(self) -> Saved | None:
        """The lists of earlier runs; None when there are none. Raises `cache_failed`."""
        try:
            return self._load()
        except (OSError, ValueError, MikoError) as error:
            raise self._failed("read", error) from error

    def store(self, lists: Mapping[str, WireList], wall_ms: float) -> None:
        """Raises `cache_failed`."""
        try:
            self._store(lists, wall_ms)
        except (OSError, ValueError) as error:
            raise self._failed("write", error) from error

    def _load(self) -> Saved | None:
        try:
            stat = self.file.stat()
        except FileNotFoundError:
            return None
        self._refuse_foreign(stat)
        if stat.st_size > self._max:
            raise ValueError(f"it is larger than {self._max} bytes")
        return _read_saved(json.loads(self.file.read_bytes()))

    def _store(self, lists: Mapping[str, WireList], wall_ms: float) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = self._others()
        # The services of this process come first: when there is no room for all, others lose theirs.
        kept = {**lists, **{service: told for service, told in others.items() if service not in lists}}
        temporary = self.file.with_name(f"{self.file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:
                file.write(self._encode(kept, wall_ms))
            os.replace(temporary, self.file)
        finally:
            temporary.unlink(missing_ok=True)

    def _others(self) -> Mapping[str, WireList]:
        """What the file holds already; an unreadable one is replaced, one of another user is not."""
        try:
            saved = self._load()
        except _Foreign:
            raise
        except (OSError, ValueError, MikoError):
            return {}
        return {} if saved is None else saved.lists

    def _refuse_foreign(self, stat: os.stat_result) -> None:
        # Somebody else's file could send this process's requests anywhere.
        if hasattr(os, "getuid") and stat.st_uid != os.getuid():
            raise _Foreign("it belongs to another user")

    def _encode(self, lists: Mapping[str, WireList], wall_ms: float) -> bytes:
        url, project = _compact(self._url), _compact(self._project)
        head = f'{{"format":{_FORMAT},"url":{url},"project":{project},"saved_at":{int(wall_ms)},"services":{{'.encode()
        left = self._max - len(head) - 3
        entries: list[bytes] = []
        for service, told in lists.items():
            entry = f"{_compact(service)}:{_compact(list_to_wire(told))}".encode()
            if len(entry) + 1 <= left:
                left -= len(entry) + 1
                entries.append(entry)
        return head + b",".join(entries) + b"}}\n"

    def _failed(self, verb: str, error: BaseException) -> MikoError:
        return MikoError("cache_failed", f"cannot {verb} the endpoint cache {self.file}: {describe(error)}")


class _Foreign(ValueError):
    pass


def _read_saved(value: object) -> Saved:
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise ValueError(f"it is not of format {_FORMAT}")
    saved_at, services = value.get("saved_at"), value.get("services")
    if not isinstance(saved_at, (int, float)) or not isinstance(services, dict):
        raise ValueError("it is not whole")
    return Saved(saved_at, {name: read_list(name, told) for name, told in services.items()})


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
