"""Between the words of the line protocol and those of Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import miko


def words_of(error: BaseException) -> dict[str, Any]:
    """What the SDK said no with."""
    cause = {} if error.__cause__ is None or error.__cause__ is error else {"cause": words_of(error.__cause__)}
    if not isinstance(error, miko.MikoError):
        return {"code": type(error).__name__, "message": str(error), **cause}
    fields = [dataclasses.asdict(field) for field in error.fields]
    told = {"status": error.status, "request_id": error.request_id, "fields": fields, "retry_after_ms": error.retry_after_ms}
    return {"code": error.code, "message": str(error), **told, **cause}


def answer_words(answer: miko.Answer) -> dict[str, Any]:
    """An answer of the directory; what does not apply is null or empty."""
    return {
        "state": answer.state,
        "cause": answer.cause,
        "source": answer.source,
        "instances": sorted(one.instance for one in answer.endpoints),
        "unusable": sorted(one.instance for one in answer.unusable),
        "error": None if answer.error is None else words_of(answer.error),
    }


def event_words(event: miko.Event) -> dict[str, Any]:
    words: dict[str, Any] = {"event": event.name}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if field.name == "name" or value is None:
            continue
        if isinstance(value, miko.Answer):
            words.update(answer_words(value))
        else:
            words[field.name] = words_of(value) if isinstance(value, BaseException) else value
    if event.name == "stale":
        words.setdefault("since", None)
    return words


def given(args: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the arguments that were given at all; null may mean something."""
    return {name: args[name] for name in names if name in args}


def plain(value: Any) -> Any:
    """Dataclasses as objects."""
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value
