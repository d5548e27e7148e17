"""What a watch tells, and when it ends."""

from __future__ import annotations

import asyncio
import threading

import pytest

import miko
from scripted_miko import endpoint, eventually, known, scripted_miko


def test_a_watch_ends_with_its_client() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        client = miko.connect(script.url, token="t", cache_dir=None)
        watch = client.watch("web")
        assert next(watch).state == "known"
        seen: list[miko.Answer] = []
        reader = threading.Thread(target=lambda: seen.extend(watch))
        reader.start()
        script.delta("web", set=[endpoint("b")])
        eventually(lambda: seen)
        client.close()
        reader.join(5)
        assert not reader.is_alive() and len(seen[0].endpoints) == 2
        with pytest.raises(miko.MikoError) as caught:
            client.watch("web")
        assert caught.value.code == "closed"


def test_a_watch_of_an_asynchronous_client_ends_with_it() -> None:
    async def run(url: str) -> None:
        client = miko.connect_async(url, token="t", cache_dir=None)
        watch = client.watch("web")
        assert (await anext(watch)).state == "known"

        async def rest() -> int:
            return len([answer async for answer in watch])

        reading = asyncio.create_task(rest())
        await asyncio.sleep(0)
        await client.close()
        assert await asyncio.wait_for(reading, 5) == 0

    with scripted_miko(web=known(endpoint("a"))) as script:
        asyncio.run(run(script.url))


def test_what_came_last_is_told_before_the_end() -> None:
    with scripted_miko(web=known(endpoint("a"))) as script:
        with miko.connect(script.url, token="t", cache_dir=None) as client:
            client.endpoints("web")
            watch, closed = client.watch("web"), client.watch("web")
            closed.close()
        assert [answer.state for answer in watch] == ["known"] and list(closed) == []
