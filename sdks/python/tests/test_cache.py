"""The last good lists on disk."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from miko._cache import Cache
from miko._errors import MikoError
from miko._wire import list_to_wire, read_list
from scripted_miko import endpoint, known


def test_what_was_stored_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "miko"
    cache = Cache(str(folder), "http://localhost:7450", "default")
    assert cache.load() is None
    told = read_list("web", known(endpoint("a", zone="z", labels={"team": "shop"})))
    cache.store({"web": told}, 1_234.5)
    saved = cache.load()
    assert saved is not None and saved.saved_at_ms == 1_234 and saved.lists == {"web": told}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE(cache.file.stat().st_mode) == 0o600
    assert os.listdir(folder) == [cache.file.name]


def test_the_file_is_the_one_of_all_sdks(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), "http://127.0.0.1:7450", "default")
    told = read_list("web", known(endpoint("a")))
    cache.store({"web": told}, 5)
    assert cache.file.stem == hashlib.sha256(b"http://127.0.0.1:7450\ndefault").hexdigest()[:24]
    whole = json.loads(cache.file.read_text())
    assert whole == {"format": 1, "url": "http://127.0.0.1:7450", "project": "default", "saved_at": 5, "services": {"web": list_to_wire(told)}}


def test_each_process_writes_over_what_the_others_left(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), "u", "p")
    web, mail = read_list("web", known(endpoint("a"))), read_list("mail", known(endpoint("b")))
    cache.store({"web": web}, 1)
    cache.store({"mail": mail}, 2)
    saved = cache.load()
    assert saved is not None and saved.lists == {"mail": mail, "web": web}


def test_what_does_not_fit_is_left_out_others_first(tmp_path: Path) -> None:
    Cache(str(tmp_path), "u", "p").store({"other": read_list("other", known(endpoint("b")))}, 1)
    cache = Cache(str(tmp_path), "u", "p", max_bytes=500)
    cache.store({"web": read_list("web", known(endpoint("a")))}, 1)
    saved = cache.load()
    assert saved is not None and list(saved.lists) == ["web"]


@pytest.mark.parametrize("content", ["{", '{"format":1,"saved_at":1,"services":{"web":{"state":"known"}}}', "x" * 600])
def test_an_unreadable_file_is_reported_and_left_alone(tmp_path: Path, content: str) -> None:
    cache = Cache(str(tmp_path), "u", "p", max_bytes=500)
    cache.file.write_text(content)
    with pytest.raises(MikoError) as caught:
        cache.load()
    assert caught.value.code == "cache_failed" and cache.file.read_text() == content


def test_another_format_serves_nothing_and_is_told(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), "u", "p")
    cache.file.write_text('{"format":2}')
    with pytest.raises(MikoError, match="format") as caught:
        cache.load()
    assert caught.value.code == "cache_failed"
    cache.store({}, 1)
    assert cache.load() is not None


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MikoError) as caught:
        Cache(str(tmp_path / "file" / "folder"), "u", "p").store({}, 1)
    assert caught.value.code == "cache_failed"
