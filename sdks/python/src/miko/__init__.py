"""Client of Miko: services are called by their names, through what Miko knows of their endpoints.

    with miko.connect() as client:
        print(client.get("web://things/1").json())

What it does, with every default, is docs/protocol.md; the names here are the same.
"""

from miko._async_client import AsyncClient
from miko._check import GrpcCheck, HttpCheck, TcpCheck, TtlCheck
from miko._client import Client
from miko._connect import connect, connect_async
from miko._endpoint import Answer, Endpoint
from miko._errors import FieldProblem, MikoError
from miko._events import EVENTS, Event, EventName
from miko._fixed import FixedUse
from miko._options import UNSET, CallOptions
from miko._outcome import Outcome
from miko._picked import Picked
from miko._policy import Adaptive, Breaker, Bulkhead, Outlier, Pool, Retry, ServicePolicy
from miko._policy_options import PolicyOptions
from miko._registration import AsyncRegistration, Registration
from miko._status import RegistrationStatus, Status
from miko._version import VERSION as __version__
from miko._watch import AsyncWatch, Watch

__all__ = [
    "EVENTS",
    "UNSET",
    "Adaptive",
    "Answer",
    "AsyncClient",
    "AsyncRegistration",
    "AsyncWatch",
    "Breaker",
    "Bulkhead",
    "CallOptions",
    "Client",
    "Endpoint",
    "Event",
    "EventName",
    "FieldProblem",
    "FixedUse",
    "GrpcCheck",
    "HttpCheck",
    "MikoError",
    "Outcome",
    "Outlier",
    "Picked",
    "PolicyOptions",
    "Pool",
    "Registration",
    "RegistrationStatus",
    "Retry",
    "ServicePolicy",
    "Status",
    "TcpCheck",
    "TtlCheck",
    "Watch",
    "__version__",
    "connect",
    "connect_async",
]
