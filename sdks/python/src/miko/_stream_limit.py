"""Why calls over HTTP/2 run side by side.

httpcore takes a server that announces no limit of concurrent streams for one that allows a single stream. RFC 9113,
6.5.2, says the opposite, and Node's server announces none. So the limit that httpcore itself goes by is written into
the SETTINGS frame which every server sends first (3.4), where it is not there.
"""

from __future__ import annotations

_HEADER = 9
_SETTING = 6
_SETTINGS_FRAME = 4
_MAX_CONCURRENT_STREAMS = (3).to_bytes(2, "big")
_LIMIT = _MAX_CONCURRENT_STREAMS + (100).to_bytes(4, "big")


class FirstFrame:
    """Given what the server sends; answers what to pass on, or None while its first frame is not whole."""

    __slots__ = ("_held", "_passed")

    def __init__(self) -> None:
        self._held = b""
        self._passed = False

    def push(self, piece: bytes) -> bytes | None:
        if self._passed:
            return piece
        self._held += piece
        length = int.from_bytes(self._held[:3], "big")
        # An end, or a server that speaks something else, is for httpcore to judge.
        speaks = len(self._held) < 4 or self._held[3] == _SETTINGS_FRAME
        if piece and speaks and len(self._held) < _HEADER + length:
            return None
        self._passed = True
        return with_limit(self._held, length) if speaks and piece else self._held


def with_limit(data: bytes, length: int) -> bytes:
    settings = data[_HEADER : _HEADER + length]
    names = {settings[at : at + 2] for at in range(0, length, _SETTING)}
    if _MAX_CONCURRENT_STREAMS in names:
        return data
    return (length + _SETTING).to_bytes(3, "big") + data[3:_HEADER] + settings + _LIMIT + data[_HEADER + length :]
