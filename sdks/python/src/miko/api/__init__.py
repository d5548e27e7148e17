"""The whole API of Miko, typed: `client.api.service_create(body=…)`. Methods and types are made of the API document.

`types` holds a TypedDict for each object, `ErrorCode` the codes that a refusal may have. The project of a call is the
client's own where none is given. Streams (`service_watch`, `audit_export`) are generators: of one connection, which
ends when Miko ends it or the generator is closed; a frame's `cursor` goes on after it, as `since`.
"""

from __future__ import annotations

from miko.api._operation import Answer
from miko.api.generated import types
from miko.api.generated.async_api import AsyncApi
from miko.api.generated.sync_api import Api
from miko.api.generated.types import ErrorCode

__all__ = ["Answer", "Api", "AsyncApi", "ErrorCode", "types"]
