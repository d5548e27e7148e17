"""The typed API: what goes over the wire, and what comes of the answer. The server is a small one that says what the test told it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import miko
from miko import MikoError
from miko.api import Api, AsyncApi
from miko.api._send_async import AsyncSender
from miko.api._send_sync import SyncSender


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fake:
    url: str
    replies: list[Reply] = field(default_factory=list)
    #: Method, path with query, headers in lower case, body.
    calls: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def fake() -> Iterator[Fake]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            told.calls.append((self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            reply = told.replies.pop(0)
            self.send_response(reply.status)
            for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Fake(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield told
        server.shutdown()
        thread.join()


@contextmanager
def calling(fake: Fake) -> Iterator[Api]:
    with closing(SyncSender(fake.url, "secret", "shop", check=lambda: None, wall_ms=lambda: 0.0)) as sender:
        yield Api(sender)


def answered(value: Any, status: int = 200, **headers: str) -> Reply:
    return Reply(status, json.dumps(value).encode(), {name.replace("_", "-"): text for name, text in headers.items()})


def test_a_create_puts_each_parameter_in_its_place_and_reads_what_comes_beside_the_body(fake: Fake) -> None:
    fake.replies.append(answered({"name": "web"}, 201, etag='"1"', miko_revision="812", location="/v1/x", miko_request_id="req_1"))
    with calling(fake) as api:
        created = api.service_create(body={"name": "web", "spec": {"description": "", "labels": {}}}, dry_run=True, idempotency_key="k1", timeout_ms=5_000)
    method, target, headers, body = fake.calls[0]
    assert (method, target) == ("POST", "/v1/projects/shop/services?dry_run=true")
    assert headers["authorization"] == "Bearer secret"
    assert headers["miko-version"] == "2026-12-01"
    assert headers["idempotency-key"] == "k1"
    assert headers["miko-timeout-ms"] == "5000"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"name": "web", "spec": {"description": "", "labels": {}}}
    assert created.body["name"] == "web"
    assert (created.status, created.etag, created.revision, created.location, created.request_id) == (201, '"1"', 812, "/v1/x", "req_1")


def test_lists_of_the_query_are_joined_or_repeated_as_the_document_says(fake: Fake) -> None:
    fake.replies.append(answered({"revision": 0, "services": {}}))
    with calling(fake) as api:
        api.endpoint_list(project="other", service=["a", "b"], tag=["x y", "z"], health=["any"])
    assert fake.calls[0][1] == "/v1/projects/other/endpoints?service=a,b&tag=x%20y&tag=z&health=any"


def test_a_conditional_read_answers_none_while_the_etag_holds(fake: Fake) -> None:
    fake.replies.append(Reply(304, b"", {"etag": '"1"'}))
    with calling(fake) as api:
        read = api.service_get(service="web", if_none_match='"1"')
    assert (read.status, read.body) == (304, None)
    assert fake.calls[0][2]["if-none-match"] == '"1"'


def test_the_media_type_of_a_patch_is_that_of_what_is_given(fake: Fake) -> None:
    fake.replies += [answered({}), answered({})]
    with calling(fake) as api:
        api.service_patch(service="web", if_match="*", body={"spec": {"labels": {"team": None}}})
        api.service_patch(service="web", if_match="*", body=[{"op": "remove", "path": "/spec/labels/team"}])
    assert [call[2]["content-type"] for call in fake.calls] == ["application/merge-patch+json", "application/json-patch+json"]
    assert json.loads(fake.calls[0][3]) == {"spec": {"labels": {"team": None}}}


def test_a_delete_answers_without_a_body(fake: Fake) -> None:
    fake.replies.append(Reply(204, b"", {"miko-revision": "9"}))
    with calling(fake) as api:
        gone = api.service_delete(service="web", if_match='"1"')
    assert (gone.status, gone.body, gone.revision) == (204, None, 9)


def test_a_refusal_is_raised_with_the_code_of_the_problem_document(fake: Fake) -> None:
    problem = {
        "code": "invalid_request",
        "status": 400,
        "detail": "no",
        "request_id": "req_2",
        "errors": [{"pointer": "/name", "code": "pattern", "detail": "bad"}],
    }
    fake.replies.append(answered(problem, 400))
    with calling(fake) as api, pytest.raises(MikoError) as raised:
        api.service_create(body={"name": "!", "spec": {"description": "", "labels": {}}})
    assert (raised.value.code, raised.value.status, raised.value.fields[0].pointer) == ("invalid_request", 400, "/name")


def test_an_answer_declared_beside_a_refusal_is_an_answer(fake: Fake) -> None:
    fake.replies.append(answered({"status": "not_ready", "reasons": ["catching up"]}, 503))
    with calling(fake) as api:
        ready = api.readyz()
    assert (ready.status, ready.body["reasons"]) == (503, ["catching up"])


def test_a_path_that_would_be_another_operations_is_refused_before_it_is_sent(fake: Fake) -> None:
    with calling(fake) as api:
        for name in ("", "..", "."):
            with pytest.raises(MikoError) as raised:
                api.service_get(service=name)
            assert (raised.value.code, str(raised.value)) == ("invalid_argument", "service must be a name")
    assert fake.calls == []


def test_the_project_itself_is_never_taken_from_the_client(fake: Fake) -> None:
    fake.replies.append(answered({}))
    with calling(fake) as api:
        api.project_get(project="a/b")
    assert fake.calls[0][1] == "/v1/projects/a%2Fb"


def test_what_is_no_json_is_a_bad_answer(fake: Fake) -> None:
    fake.replies.append(Reply(200, b"<html>"))
    with calling(fake) as api, pytest.raises(MikoError) as raised:
        api.version()
    assert raised.value.code == "bad_answer"


def test_a_miko_that_is_not_there_is_unreachable(fake: Fake) -> None:
    with closing(SyncSender("http://127.0.0.1:1", "secret", "shop", check=lambda: None, wall_ms=lambda: 0.0)) as sender, pytest.raises(MikoError) as raised:
        Api(sender).version()
    assert raised.value.code == "unreachable"


FRAMES = b"""\
id: c1
event: snapshot
data: {"revision": 1, "items": [], "more": false}

event: news
data: {"of": "a newer Miko"}

id: c2
event: bookmark
data: {"revision": 2}

"""


def test_a_watch_yields_frames_with_their_cursors_and_passes_over_what_it_does_not_know(fake: Fake) -> None:
    fake.replies.append(Reply(200, FRAMES, {"content-type": "text/event-stream"}))
    with calling(fake) as api:
        frames = list(api.service_watch(since="c0"))
    assert fake.calls[0][1] == "/v1/projects/shop/services:watch?since=c0"
    assert [(frame["event"], frame["cursor"]) for frame in frames] == [("snapshot", "c1"), ("bookmark", "c2")]
    first = frames[0]
    assert first["event"] == "snapshot"
    assert first["data"]["more"] is False


def test_the_error_frame_of_a_watch_is_raised(fake: Fake) -> None:
    fake.replies.append(Reply(200, b'event: error\ndata: {"code": "overloaded", "status": 503, "detail": "too slow"}\n\n'))
    with calling(fake) as api, pytest.raises(MikoError) as raised:
        list(api.service_watch())
    assert raised.value.code == "overloaded"


def test_lines_go_and_come_one_json_value_each(fake: Fake) -> None:
    fake.replies.append(Reply(200, b'{"session":"ses_1","status":200,"code":null}\n{"session":null,"status":400,"code":"invalid_request"}'))
    with calling(fake) as api:
        renewed = list(api.session_renew_many(body=[{"project": "shop", "session": "ses_1", "applied": None}]))
    assert fake.calls[0][3] == b'{"project":"shop","session":"ses_1","applied":null}\n'
    assert fake.calls[0][2]["content-type"] == "application/x-ndjson"
    assert [line["status"] for line in renewed] == [200, 400]


def test_an_export_yields_lines_as_they_are(fake: Fake) -> None:
    fake.replies.append(Reply(200, b'{"b": 1,  "a":2}\n{}\n'))
    with calling(fake) as api:
        assert list(api.audit_export(stream="change")) == ['{"b": 1,  "a":2}', "{}"]


def test_the_clients_of_a_connection_have_it(fake: Fake) -> None:
    fake.replies += [answered({"name": "miko"}), answered({"items": []})]

    async def listed() -> int:
        async with miko.connect_async(fake.url, token="secret", project="shop", cache_dir=None) as client:
            return (await client.api.service_list()).status

    with miko.connect(fake.url, token="secret", project="shop", cache_dir=None) as client:
        assert client.api.version().body["name"] == "miko"
    assert asyncio.run(listed()) == 200
    assert [call[1] for call in fake.calls] == ["/version", "/v1/projects/shop/services"]


def test_the_async_client_says_the_same(fake: Fake) -> None:
    fake.replies += [answered({"name": "web"}, 201, etag='"1"'), answered({"code": "not_found", "status": 404}, 404), Reply(200, FRAMES), Reply(200, b"{}\n[]")]

    async def run() -> None:
        sender = AsyncSender(fake.url, "secret", "shop", check=lambda: None, wall_ms=lambda: 0.0)
        api = AsyncApi(sender)
        created = await api.service_create(body={"name": "web", "spec": {"description": "", "labels": {}}})
        assert (created.status, created.etag, created.body["name"]) == (201, '"1"', "web")
        with pytest.raises(MikoError) as raised:
            await api.service_get(service="nope")
        assert raised.value.code == "not_found"
        assert [frame["event"] async for frame in api.service_watch()] == ["snapshot", "bookmark"]
        assert [line async for line in api.audit_export()] == ["{}", "[]"]
        await sender.close()

    asyncio.run(run())
    assert [call[0] for call in fake.calls] == ["POST", "GET", "GET", "GET"]
