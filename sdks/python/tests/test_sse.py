"""Events of a stream, cut anywhere."""

from __future__ import annotations

import pytest

from miko._errors import MikoError
from miko._sse import SseDecoder, SseEvent

STREAM = '\ufeff: hello\r\nevent: delta\rid: c1\ndata: {"a":\ndata: "ä"}\n\nid: c2\n\nretry: 1500\ndata:x\n\nevent: cut\ndata: y\n'.encode()
EVENTS = [SseEvent("delta", '{"a":\n"ä"}', "c1"), SseEvent("message", "x", "c2")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(STREAM)])
def test_the_pieces_do_not_matter(size: int) -> None:
    decoder = SseDecoder(1_000)
    events = [event for at in range(0, len(STREAM), size) for event in decoder.push(STREAM[at : at + size])]
    assert events == EVENTS
    assert decoder.retry_ms == 1_500


def test_a_carriage_return_and_its_line_feed_may_come_in_two_pieces() -> None:
    decoder = SseDecoder(100)
    assert decoder.push(b"data: a\r") + decoder.push(b"\n\r") + decoder.push(b"\ndata: b\n\n") == [
        SseEvent("message", "a", None),
        SseEvent("message", "b", None),
    ]


def test_an_event_has_a_bound() -> None:
    with pytest.raises(MikoError) as caught:
        SseDecoder(10).push(b"data: 0123456789")
    assert caught.value.code == "bad_answer"
