"""What can never be right is refused at once, by its name (docs/protocol.md, section 9)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import miko
from miko._register import RegisterSpec

ROOT = Path(__file__).parent.parent


def client_of(**options: Any) -> miko.Client:
    return miko.connect("http://127.0.0.1:9", token="t", cache_dir=None, fixed={"web": ["http://127.0.0.1:9"]}, **options)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"service": "W"}, "service"),
        ({"instance": "a b"}, "instance"),
        ({"instance": ""}, "instance"),
        ({"port": 0}, "port"),
        ({"port": True}, "port"),
        ({"host": "http://10.0.0.1"}, "host"),
        ({"host": "10.0.0.1:80"}, "host"),
        ({"host": "web/x"}, "host"),
        ({"host": "[::1]"}, "host"),
        ({"host": "10.0.0.300"}, "host"),
        ({"host": "0.0.0.0"}, "host"),
        ({"host": "::"}, "host"),
        ({"host": ""}, "host"),
        ({"host": 5}, "host"),
        ({"protocol": "smtp"}, "protocol"),
        ({"protocol": ["http"]}, "protocol"),
        ({"weight": 1_001}, "weight"),
        ({"tags": "abc"}, "tags"),
        ({"tags": 5}, "tags"),
        ({"labels": ["a"]}, "labels"),
        ({"readiness": True}, "readiness"),
        ({"check": "http"}, "check"),
        ({"check": {}}, "check.type"),
        ({"check": {"type": "ping"}}, "check.type"),
        ({"check": {"type": "http"}}, "check.path"),
        ({"check": {"type": "tcp", "path": "/"}}, "check.path"),
        ({"check": {"type": "http", "path": "healthz"}}, "check.path"),
        ({"check": miko.HttpCheck("/", expect_status=99)}, "check.expect_status"),
        ({"check": miko.HttpCheck("/", interval_ms=99)}, "check.interval_ms"),
        ({"check": miko.TcpCheck(timeout_ms=60_001)}, "check.timeout_ms"),
        ({"check": miko.TcpCheck(rise=0)}, "check.rise"),
        ({"check": miko.GrpcCheck(fall=1.5)}, "check.fall"),  # type: ignore[arg-type]
        ({"check": miko.GrpcCheck(service=5)}, "check.service"),  # type: ignore[arg-type]
        ({"check": miko.TtlCheck(999)}, "check.ttl_ms"),
    ],
)
def test_a_bad_registration(given: dict[str, Any], named: str) -> None:
    whole = {"service": "web", "instance": "web-1", "port": 80, **given}
    with client_of() as client, pytest.raises(miko.MikoError, match=f"^{named.replace('.', '[.]')} ") as caught:
        client.register(**whole)
    assert caught.value.code == "invalid_argument"


@pytest.mark.parametrize("host", ["web-1.example.", "10.0.0.1", "::1", "my_host", "a" * 63 + ".b"])
def test_a_good_host(host: str) -> None:
    assert RegisterSpec("web", "a", 80, host).to_wire("s")["host"] == host


def test_a_check_as_a_mapping_has_the_defaults_of_its_type() -> None:
    checks: list[Any] = [{"type": "http", "path": "/x", "rise": 1}, miko.HttpCheck("/x", rise=1)]
    both = [RegisterSpec("web", "a", 80, check=check).to_wire("s")["check"] for check in checks]
    assert both[0] == both[1] == {"type": "http", "path": "/x", "interval_ms": 1_000, "timeout_ms": 500, "rise": 1, "fall": 3}
    assert RegisterSpec("web", "a", 80, check=miko.TtlCheck(1_000)).to_wire("s")["check"] == {"type": "ttl", "ttl_ms": 1_000}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"url": 5}, "url"),
        ({"zone": "Zone A!"}, "zone"),
        ({"services": ["web"]}, "services"),
        ({"fixed": ["web"]}, "fixed"),
        ({"fixed": {"web": 5}}, "fixed.web"),
        ({"required": 5}, "required"),
        ({"cache_dir": 5}, "cache_dir"),
        ({"ssl_context": "x"}, "ssl_context"),
        ({"policy": 5}, "policy"),
        ({"policy": {"balance": ["p2c"]}}, "policy.balance"),
    ],
)
def test_a_bad_option(options: dict[str, Any], named: str) -> None:
    with pytest.raises(miko.MikoError, match=f"^{named.replace('.', '[.]')} ") as caught:
        miko.connect(**{"url": "http://127.0.0.1:9", "token": "t", **options})
    assert caught.value.code == "invalid_argument"


@pytest.mark.parametrize(
    ("act", "named"),
    [
        (lambda client: client.on("ejectd", print), "event 'ejectd'"),
        (lambda client: client.on(5, print), "event '5'"),
        (lambda client: client.on("ejected", 5), "listener"),
        (lambda client: client.watch("web", 5), "listener"),
        (lambda client: client.watch("Web"), "service"),
        (lambda client: client.ready(timeout_ms=-1), "timeout_ms"),
        (lambda client: client.register("web", "a", 1).ready(timeout_ms=-1), "timeout_ms"),
        (lambda client: client.pick("web", hash_key=5), "hash_key"),
        (lambda client: client.pick("web", exclude="web-1"), "exclude"),
        (lambda client: client.pick("web").report("nonsense"), "kind 'nonsense'"),
        (lambda client: client.get("web://x", hash_key=5), "hash_key"),
        (lambda client: client.get("web://x", hash_key="k" * 1_025), "hash_key"),
        (lambda client: client.get("web://x", idempotent="yes"), "idempotent"),
        (lambda client: client.get("web://x", timeout_ms=0), "timeout_ms"),
        (lambda client: client.post("web://x", json=float("nan")), "the request to web"),
        (lambda client: client.get(5), "url"),
        (lambda client: client.get("my_svc://x"), "url 'my_svc://x' must begin with the name of a service,"),
    ],
)
def test_a_bad_argument(act: Callable[[Any], object], named: str) -> None:
    with client_of() as client, pytest.raises(miko.MikoError, match=f"^{named} ") as caught:
        act(client)
    assert caught.value.code == "invalid_argument"


def test_bounds_are_told_as_people_write_them() -> None:
    with pytest.raises(miko.MikoError, match=r"timeout_ms must be a number from 1 to 86400000$"):
        miko.CallOptions(timeout_ms=1e9)


WRONG = """
import miko
client = miko.connect(policy={"retry": {"atempts": 2}})
client.post("web://x", jsn={})
client.on("ejectd", print)
miko.connect(services={"web": {"retries": {"attempts": 2}}})
"""
RIGHT = """
import miko
client = miko.connect(policy={"retry": {"attempts": 2}, "breaker": None, "outlier": miko.Outlier(min_hosts=3)}, services={"web": {"balance": "p2c"}})
client.post("web://x", json={}, timeout_ms=None).json()
client.on("ejected", print)
async def call(own: miko.AsyncClient) -> int:
    return (await own.put("web://x", content=b"x")).status_code
"""


@pytest.mark.parametrize(("program", "lines"), [(WRONG, [3, 4, 5, 6]), (RIGHT, [])])
def test_the_types_find_what_is_misspelt(tmp_path: Path, program: str, lines: list[int]) -> None:
    file = tmp_path / "program.py"
    file.write_text(program)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", "", "--cache-dir", str(ROOT / ".mypy_cache"), str(file)]
    said = subprocess.run(command, cwd=tmp_path, env={"MYPYPATH": str(ROOT / "src")}, capture_output=True, text=True, timeout=300, check=False).stdout
    assert sorted({int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line}) == lines, said
