"""The conformance driver speaks its line protocol."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from scripted_miko import endpoint, known, scripted_miko
from upstreams import Asked, upstream


def answering(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    return 200, {"x-instance": "a"}, b"hello"


def test_a_conversation() -> None:
    driver = subprocess.Popen([sys.executable, str(Path(__file__).parent / "driver")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert driver.stdin is not None and driver.stdout is not None
    told: list[dict[str, object]] = []

    def ask(op: str, **args: object) -> dict[str, object]:
        assert driver.stdin is not None and driver.stdout is not None
        driver.stdin.write(json.dumps({"id": op, "op": op, **args}) + "\n")
        driver.stdin.flush()
        while True:
            line = json.loads(driver.stdout.readline())
            if line.get("id") == op:
                return dict(line)
            told.append(line)

    with upstream(answering) as up, scripted_miko(web=known(endpoint("a", port=int(up.url.rsplit(":", 1)[1])))) as script:
        hello = ask("hello")["ok"]
        assert isinstance(hello, dict) and hello["sdk"] == "python"
        assert ask("endpoints", service="web")["error"]["code"] == "invalid_argument"  # type: ignore[index]
        assert ask("connect", url=script.url, token="t", options={"cache_dir": None}) == {"id": "connect", "ok": {}}
        for via in hello["vias"]:
            called = ask("call", service="web", path="/x", via=via)["ok"]
            assert isinstance(called, dict) and (called["status"], called["body"], called["headers"]["x-instance"]) == (200, "hello", "a")
        tally = ask("calls", service="web", count=10, concurrency=4)["ok"]
        assert isinstance(tally, dict) and (tally["ok"], tally["by_instance"]) == (10, {"a": 10})
        assert ask("nonsense")["error"]["code"] == "invalid_argument"  # type: ignore[index]
        assert ask("close")["ok"] == {}
        assert ask("exit")["ok"] == {}
    assert driver.wait(10) == 0
    driver.stdin.close()
    driver.stdout.close()
    assert {line["event"] for line in told} >= {"connected", "changed", "picked"}
