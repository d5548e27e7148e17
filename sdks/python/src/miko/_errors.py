"""The one error class of this package, and how Miko's refusals become it (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that Miko objected to; `pointer` is a JSON pointer into the request's body, as `/port`."""

    pointer: str
    code: str
    detail: str


class MikoError(Exception):
    """Everything that this package raises of its own. `code` is stable; the message is for people.

    From Miko: the `code` of its problem document, or `http_<status>` when the answer was none. Of the SDK itself:
    `unreachable`, `timeout`, `bad_answer`, `closed`, `invalid_argument`, `no_endpoint`, `unknown_service`, `not_ready`,
    `endpoints_unreachable`, `overloaded`, `cache_failed`, `listener_failed`, `too_many`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        fields: Sequence[FieldProblem] = (),
        retry_after_ms: float | None = None,
        cause: BaseException | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        #: HTTP status of Miko's answer; None when there was none.
        self.status = status
        #: `Miko-Request-Id` of the answer, to be looked up in the audit log.
        self.request_id = request_id
        self.fields = tuple(fields)
        #: How long Miko asked to wait (`Retry-After`), at most five minutes.
        self.retry_after_ms = retry_after_ms
        if cause is not None:
            self.__cause__ = cause

    def __repr__(self) -> str:
        return f"MikoError({self.code!r}, {str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        # As every exception's, but that none is made by its message alone: to be copied, and sent between processes.
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(cls: type[MikoError], args: tuple[object, ...]) -> MikoError:
    error = cls.__new__(cls)
    error.args = args
    return error


def as_miko_error(error: BaseException, code: str, message: str) -> MikoError:
    """Anything raised, as a MikoError: one stays what it is, the rest becomes the cause of a new one."""
    return error if isinstance(error, MikoError) else MikoError(code, f"{message}: {describe(error)}", cause=error)


def shown(number: float) -> str:
    """A number as people write it: 86400000, not 8.64e+07."""
    return str(int(number)) if number == int(number) else f"{number:g}"


def describe(error: BaseException) -> str:
    """A few words on anything raised."""
    return str(error) or type(error).__name__


def error_from_answer(status: int, headers: Mapping[str, str], body: bytes, wall_ms: float) -> MikoError:
    """The error that a refused call's answer stands for; `headers` are looked up in lower case."""
    retry_after = read_retry_after(headers.get("retry-after"), wall_ms)
    return error_from_problem(_object(body), status, headers.get("miko-request-id"), retry_after)


def error_from_problem(
    problem: Mapping[str, object], status: int | None = None, request_id: str | None = None, retry_after_ms: float | None = None
) -> MikoError:
    """The error of a problem document, also of one without an HTTP answer of its own: the `error` frame of a stream."""
    told = problem.get("status")
    status = status if status is not None or not isinstance(told, int) else told
    request_id = request_id or _text(problem.get("request_id"))
    code = _text(problem.get("code")) or f"http_{status or 'error'}"
    fields = _fields(problem.get("errors"))
    said = _text(problem.get("detail")) or _text(problem.get("title")) or "Miko refused the call"
    where = "".join(f"; {field.pointer}: {field.detail}" for field in fields if field.detail not in said)
    request = "" if request_id is None else f", request {request_id}"
    return MikoError(code, f"{said}{where} ({code}{request})", status=status, request_id=request_id, fields=fields, retry_after_ms=retry_after_ms)


#: What waiting does not mend: the request itself, or the right to make it, is wrong.
_REFUSALS = frozenset({400, 401, 403, 404, 413, 422})


def is_refusal(error: MikoError) -> bool:
    """Whether waiting does not mend it."""
    return error.status in _REFUSALS and error.code != "session_not_found"


def ends_waiting(error: MikoError) -> bool:
    """Whether it tells that the services of this project will not be known, however long one waits (docs/protocol.md, 1.8)."""
    return error.status in (400, 401, 403, 404) and not ends_session(error)


def ends_session(error: MikoError) -> bool:
    """Whether it says that the session is over, whatever call it answered."""
    return error.code in ("session_not_found", "fenced")


MAX_RETRY_AFTER_MS = 300_000.0


def read_retry_after(value: str | None, wall_ms: float) -> float | None:
    """`Retry-After` in milliseconds, at most five minutes: whole seconds or an HTTP date; None when absent or unreadable."""
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 9:
        return min(float(value) * 1000, MAX_RETRY_AFTER_MS)
    try:
        until_ms = parsedate_to_datetime(value).timestamp() * 1000
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(until_ms - wall_ms, 0.0), MAX_RETRY_AFTER_MS)


def _fields(value: object) -> list[FieldProblem]:
    items = value[:100] if isinstance(value, list) else []
    return [FieldProblem(*(_text(item.get(key)) or "" for key in ("pointer", "code", "detail"))) for item in items if isinstance(item, dict)]


def _object(body: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
