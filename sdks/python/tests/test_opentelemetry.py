"""`propagate=inject`: the one line by which traces go along."""

from __future__ import annotations

from opentelemetry import context, trace
from opentelemetry.propagate import inject

import miko
from upstreams import Asked, closed_port, upstream

SPAN = trace.NonRecordingSpan(trace.SpanContext(trace_id=0x1234, span_id=0x56, is_remote=False, trace_flags=trace.TraceFlags(1)))


def test_the_context_of_the_caller_goes_along_with_each_attempt() -> None:
    def fine(_: Asked) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, b""

    with (
        upstream(fine) as up,
        miko.connect(f"http://127.0.0.1:{closed_port()}", token="t", cache_dir=None, fixed={"web": [up.url]}, propagate=inject) as client,
    ):
        client.get("web://traced")
        token = context.attach(trace.set_span_in_context(SPAN))
        try:
            client.get("web://traced")
        finally:
            context.detach(token)
    assert "traceparent" not in up.asked[0].headers
    assert up.asked[1].headers["traceparent"] == f"00-{0x1234:032x}-{0x56:016x}-01"
