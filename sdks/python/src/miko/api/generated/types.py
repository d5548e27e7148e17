"""What Miko's API takes and answers, as on the wire: names in snake_case, times as RFC 3339 text.

Written by `npm run sdk-api -- --bless` from `openapi/2026-12-01.json`.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

#: Every `code` of Miko's problem documents, by status: what `MikoError.code` may be beside the SDK's own.
ErrorCode: TypeAlias = Literal[
    # 400: The body is not valid JSON
    "malformed_json",
    # 400: The request is not valid
    "invalid_request",
    # 400: This API date is not known
    "unknown_version",
    # 401: A valid credential is needed
    "unauthenticated",
    # 403: This credential may not do that
    "denied",
    # 404: There is no such thing
    "not_found",
    # 404: This session is not known: open a new one
    "session_not_found",
    # 405: This path does not take that method
    "method_not_allowed",
    # 406: No representation that the caller accepts
    "not_acceptable",
    # 408: The request did not come to its end in time
    "request_timeout",
    # 409: Something of that name exists
    "already_exists",
    # 409: Something still depends on it
    "in_use",
    # 409: A limit is reached
    "quota_exceeded",
    # 409: A newer session of the same owner has taken over
    "fenced",
    # 409: A call with this Idempotency-Key is still under way
    "in_flight",
    # 409: A test of the patch does not hold
    "patch_test_failed",
    # 409: Another owner holds this instance
    "owned_by_other",
    # 412: The object has changed
    "precondition_failed",
    # 413: The body is too large
    "too_large",
    # 414: The address is too long
    "uri_too_long",
    # 415: The media type of the body is not taken here
    "unsupported_media_type",
    # 422: This Idempotency-Key was used for another call
    "idempotency_mismatch",
    # 428: An If-Match header is needed
    "precondition_required",
    # 431: The header fields are too large
    "headers_too_large",
    # 500: Miko failed; the request id finds the log line
    "internal",
    # 503: Miko cannot answer this now
    "not_ready",
    # 503: Miko has too much to do
    "overloaded",
    # 504: The call did not end by its deadline; what it began is undone
    "deadline_exceeded",
]


class About(TypedDict):
    name: Literal["miko"]
    version: str
    # Oldest first
    api_dates: list[str]
    newest_api_date: str


class AcceptedExpiry(TypedDict):
    # Held endpoints that went
    accepted: int


class AinariAddresses(TypedDict):
    # Its public URL; empty where there is none
    public_address: str
    # Protocol, host and port; empty where the caller may not see them
    internal_address: str


class AinariToken(TypedDict):
    # For `Authorization: Bearer`
    access_token: str
    token_type: Literal["Bearer"]


class Alive(TypedDict):
    status: Literal["ok"]


class ArchivedChange(TypedDict):
    # The revision it made
    revision: int
    # When
    at: str
    # Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known
    actor: str | None
    # The id of the credential the call came with
    credential: str | None
    # The address it came from
    remote: str | None
    # The User-Agent it came with
    user_agent: str | None
    # The id its answer carried
    request_id: str | None
    # Of what: a kind of object, `endpoint` or `session`
    kind: str
    # What was done
    operation: str
    # Where; null: in the fleet
    project: str | None
    # Of an endpoint: its service
    service: str | None
    # The name of what was changed
    name: str | None
    # The id of what was changed
    subject: str
    # The session in whose course it happened
    session: str | None
    # The revision before it
    before_revision: int | None
    # What differs
    changed: list[str] | None
    # The object before it
    before: dict[str, Any] | None
    # The object after it
    after: dict[str, Any] | None


class ArchivePage(TypedDict):
    # Newest first
    items: list[ArchivedChange]
    # Files that are not there or not what was written: what they held is missing here
    unreadable: list[str]
    # Gets the next page, also where this one is short or empty; null: this was the last
    next_page_token: str | None


class AuditedChange(TypedDict):
    # The revision it made
    revision: int
    # When
    at: str
    # Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known
    actor: str | None
    # The id of the credential the call came with
    credential: str | None
    # The address it came from
    remote: str | None
    # The User-Agent it came with
    user_agent: str | None
    # The id its answer carried
    request_id: str | None
    # Of what: a kind of object, `endpoint` or `session`
    kind: str
    # What was done
    operation: str
    # Where; null: in the fleet
    project: str | None
    # Of an endpoint: its service
    service: str | None
    # The name of what was changed
    name: str | None
    # The id of what was changed
    subject: str
    # The session in whose course it happened
    session: str | None
    # The revision before it
    before_revision: int | None
    # What differs
    changed: list[str] | None


class AuditPage(TypedDict):
    # Newest first
    items: list[AuditedChange]
    # Gets the next page, also where this one is short or empty; null: this was the last
    next_page_token: str | None


class DrainHoldingItem(TypedDict):
    session: str
    name: str
    # The highest revision it said it has applied
    applied: int


class Drain(TypedDict):
    # Of what is shown
    revision: int
    waited_ms: int
    # Every session that watches has applied it
    released: bool
    # Those that have not
    holding: list[DrainHoldingItem]
    # Watchers without a session: nobody knows what they have applied
    unsessioned_watchers: int


class _EndpointRequired(TypedDict):
    # New for each registration by a new session
    id: str
    # Unique in its service
    instance: str
    # What is spoken there
    protocol: Literal["http", "https", "grpc", "tcp", "udp"]
    # The address for callers from outside; null: they do not see it
    public_url: str | None
    # The zone it runs in; none of that name need be declared
    zone: str | None
    # Its share of the calls; 0: listed, but chosen only when nothing else is
    weight: int
    # Words by which lists are filtered
    tags: list[str]
    # Names and values, shown to callers as they are
    labels: dict[str, str]
    # What its checks found; unknown: the evidence was lost
    health: Literal["starting", "passing", "warning", "critical", "unknown"]
    # What an operator decided
    state: Literal["active", "draining", "denied"]
    # Of what is shown
    revision: int


class Endpoint(_EndpointRequired, total=False):
    # Name or IP address at which it is reached from inside
    host: str
    # The port it listens on
    port: int
    # It is overdue and kept, because too many went at once
    held: bool


class EndpointDeltaServiceKnownGoneItem(TypedDict):
    # Unique in its service
    instance: str
    # New for each registration by a new session
    id: str
    cause: Literal["departed", "deregistered", "expired"]


class EndpointDeltaServiceKnown(TypedDict):
    state: Literal["known"]
    # Null while it is known
    cause: None
    # Of what is shown
    revision: int
    # New or changed, whole
    set: list[Endpoint]
    gone: list[EndpointDeltaServiceKnownGoneItem]


class EndpointDeltaServiceEmptyGoneItem(TypedDict):
    # Unique in its service
    instance: str
    # New for each registration by a new session
    id: str
    cause: Literal["departed", "deregistered", "expired"]


class EndpointDeltaServiceEmpty(TypedDict):
    state: Literal["empty"]
    # What emptied it last
    cause: Literal["starting", "never_registered", "departed", "deregistered", "expired", "draining", "denied", "critical", "filtered"]
    # Of what is shown
    revision: int
    # New or changed, whole
    set: list[Endpoint]
    gone: list[EndpointDeltaServiceEmptyGoneItem]


class EndpointDeltaServiceUnknownGoneItem(TypedDict):
    # Unique in its service
    instance: str
    # New for each registration by a new session
    id: str
    cause: Literal["departed", "deregistered", "expired"]


class EndpointDeltaServiceUnknown(TypedDict):
    state: Literal["unknown"]
    # Of what is shown
    revision: int
    # New or changed, whole
    set: list[Endpoint]
    gone: list[EndpointDeltaServiceUnknownGoneItem]


EndpointDeltaService: TypeAlias = EndpointDeltaServiceKnown | EndpointDeltaServiceEmpty | EndpointDeltaServiceUnknown


class EndpointDelta(TypedDict):
    # Of what is shown
    revision: int
    services: dict[str, EndpointDeltaService]


class EndpointListServiceKnown(TypedDict):
    state: Literal["known"]
    # Null while it is known
    cause: None
    # Of what is shown
    revision: int
    # By instance
    endpoints: list[Endpoint]


class EndpointListServiceEmpty(TypedDict):
    state: Literal["empty"]
    # What emptied it last
    cause: Literal["starting", "never_registered", "departed", "deregistered", "expired", "draining", "denied", "critical", "filtered"]
    # Of what is shown
    revision: int
    # Always empty
    endpoints: list[Endpoint]


class EndpointListServiceUnknown(TypedDict):
    state: Literal["unknown"]
    # Always empty
    endpoints: list[Endpoint]


EndpointListService: TypeAlias = EndpointListServiceKnown | EndpointListServiceEmpty | EndpointListServiceUnknown


class EndpointList(TypedDict):
    # The highest of the services shown
    revision: int
    # Those asked for, by name
    services: dict[str, EndpointListService]


class EndpointOverrideSpec(TypedDict):
    # The service of the endpoint
    service: str
    # The instance name of the endpoint
    instance: str
    # `draining`: finish what runs, begin nothing new; `denied`: keep every call away
    state: Literal["active", "draining", "denied"]
    # In place of the registered weight; null: that one holds
    weight: int | None
    # Why it was decided, for whoever comes next
    reason: str


class EndpointOverride(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["endpoint_override"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: EndpointOverrideSpec
    status: dict[str, Any]


class EndpointOverridePage(TypedDict):
    items: list[EndpointOverride]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class ExplanationStep(TypedDict):
    step: Literal["registered", "session", "health", "override", "listed", "delivered"]
    ok: bool
    text: str


class ExplanationProbe(TypedDict):
    at: str
    text: str


class ExplanationWatcher(TypedDict):
    session: str
    name: str
    # The highest revision it said it has applied
    applied: int
    # It has applied the revision
    seen: bool


class Explanation(TypedDict):
    service: str
    # Unique in its service
    instance: str
    # The default list holds it
    listed: bool
    # Of what is shown
    revision: int
    # On the way into the list, in order
    steps: list[ExplanationStep]
    probe: ExplanationProbe | None
    watchers: list[ExplanationWatcher]
    # Watchers without a session: nobody knows what they have applied
    unsessioned_watchers: int


class _JsonPatchItemRequired(TypedDict):
    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    # A JSON Pointer; paths begin with /spec
    path: str


_JsonPatchItemOptional = TypedDict(
    "_JsonPatchItemOptional",
    {
        "from": str,
        "value": Any,
    },
    total=False,
)


class JsonPatchItem(_JsonPatchItemRequired, _JsonPatchItemOptional):
    pass


# RFC 6902: all operations, or none of them.
JsonPatch: TypeAlias = list[JsonPatchItem]


class LegalHoldSpec(TypedDict):
    # The project whose rows it keeps; null: of every project and of the fleet
    project: str | None
    # The kind whose rows it keeps; also `endpoint`, `session` and `refusal`
    kind: str
    # The one name whose rows it keeps; of refusals: the caller; null: every name
    name: str | None
    # Why, for whoever wants to lift it
    reason: str


class LegalHold(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["legal_hold"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: LegalHoldSpec
    status: dict[str, Any]


class LegalHoldPage(TypedDict):
    items: list[LegalHold]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class NewEndpointOverride(TypedDict):
    # Unique where the endpoint override lies, never changed
    name: str
    spec: EndpointOverrideSpec


class NewLegalHold(TypedDict):
    # Unique where the legal hold lies, never changed
    name: str
    spec: LegalHoldSpec


class ProjectSpec(TypedDict):
    # What it is for, in words
    description: str
    # Whether a registration creates a service that does not exist yet
    create_services: bool


class NewProject(TypedDict):
    # Unique where the project lies, never changed
    name: str
    spec: ProjectSpec


class QuotaSpec(TypedDict):
    # How many may exist; 0: no new one may be made
    most: int
    # Why it differs from the bound of the kind, for whoever meets it
    reason: str


class NewQuota(TypedDict):
    # Unique where the quota lies, never changed
    name: str
    spec: QuotaSpec


class RegionSpec(TypedDict):
    # Where or what it is, in words
    description: str


class NewRegion(TypedDict):
    # Unique where the region lies, never changed
    name: str
    spec: RegionSpec


class ServiceSpec(TypedDict):
    # What it answers, in words
    description: str
    # Names and values by which it is found
    labels: dict[str, str]


class NewService(TypedDict):
    # Unique where the service lies, never changed
    name: str
    spec: ServiceSpec


class TokenSpec(TypedDict):
    # Who or what uses it, in words
    description: str
    # What it may do: read, also change what projects hold, or everything
    role: Literal["reader", "writer", "admin"]
    # The one project it may see; null: every project
    project: str | None
    # Which addresses it is shown; `public`: never an internal one
    audience: Literal["internal", "public"]


class NewToken(TypedDict):
    # Unique where the token lies, never changed
    name: str
    spec: TokenSpec


class ZoneSpec(TypedDict):
    # Where or what it is, in words
    description: str
    # The region it is a part of; null: of none that is known here
    region: str | None


class NewZone(TypedDict):
    # Unique where the zone lies, never changed
    name: str
    spec: ZoneSpec


class ProblemError(TypedDict):
    # A JSON Pointer into the body, or the name of a parameter or header
    pointer: str
    # The rule that is broken
    code: str
    detail: str


class Problem(TypedDict):
    """A refusal (RFC 9457)."""

    # urn:miko:error: and the code
    type: str
    # The same for each problem of this code
    title: str
    status: int
    # What is wrong; its meaning never changes
    code: Literal[
        "malformed_json",
        "invalid_request",
        "unknown_version",
        "unauthenticated",
        "denied",
        "not_found",
        "session_not_found",
        "method_not_allowed",
        "not_acceptable",
        "request_timeout",
        "already_exists",
        "in_use",
        "quota_exceeded",
        "fenced",
        "in_flight",
        "patch_test_failed",
        "owned_by_other",
        "precondition_failed",
        "too_large",
        "uri_too_long",
        "unsupported_media_type",
        "idempotency_mismatch",
        "precondition_required",
        "headers_too_large",
        "internal",
        "not_ready",
        "overloaded",
        "deadline_exceeded",
    ]
    # What is wrong this time, in words
    detail: str
    # Finds the call in the log
    request_id: str
    # Each finding, where there are several
    errors: list[ProblemError]


class Project(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["project"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: ProjectSpec
    status: dict[str, Any]


class ProjectPage(TypedDict):
    items: list[Project]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class Quota(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["quota"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: QuotaSpec
    status: dict[str, Any]


class QuotaPage(TypedDict):
    items: list[Quota]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class Readiness(TypedDict):
    status: Literal["ok", "not_ready"]
    # Why not; empty: it is ready
    reasons: list[str]


class Refusal(TypedDict):
    # Its number
    number: int
    # When the first of them came
    at: str
    # How it was answered; `secret_shown`: a secret was shown; `dropped`: so many were not kept
    code: str
    # How often within a second
    count: int
    # Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known
    actor: str | None
    # The id of the credential the call came with
    credential: str | None
    # The address it came from
    remote: str | None
    # The User-Agent it came with
    user_agent: str | None
    # The id its answer carried
    request_id: str | None
    # The method of the call
    method: str | None
    # Its path, without the query, cut at 256 characters
    path: str | None
    # The project it was about
    project: str | None
    # Whose secret was shown
    subject: str | None


class RefusalPage(TypedDict):
    # Newest first
    items: list[Refusal]
    # Gets the next page, also where this one is short or empty; null: this was the last
    next_page_token: str | None


class Region(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["region"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: RegionSpec
    status: dict[str, Any]


class RegionPage(TypedDict):
    items: list[Region]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class RenewedLine(TypedDict):
    # Null: the line could not be read
    session: str | None
    # As one renewal alone would be answered
    status: int
    # Of the problem; null: it is renewed
    code: str | None


class Service(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["service"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: ServiceSpec
    status: dict[str, Any]


class ServicePage(TypedDict):
    items: list[Service]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class Session(TypedDict):
    id: str
    name: str
    owner: str
    # Rises with each session of the owner; the older ones are fenced
    generation: int
    ttl_seconds: int
    renew_every_seconds: int
    # Unless it is renewed
    expires_at: str


class TokenStatus(TypedDict):
    # The API date of its calls that name none: the one it was made in
    api_date: str


class _TokenRequired(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["token"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: TokenSpec
    status: TokenStatus


class Token(_TokenRequired, total=False):
    # Shown once, in the answer that makes it
    secret: str


class TokenPage(TypedDict):
    items: list[Token]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class Undrain(TypedDict):
    # Of what is shown
    revision: int


class Zone(TypedDict):
    # Given by Miko, never used again
    id: str
    # What it is
    kind: Literal["zone"]
    # Unique where it lies
    name: str
    # The project it lies in; null: it is of the whole fleet
    project: str | None
    # Of its spec
    revision: int
    # When it was made
    created_at: str
    # When its spec was last changed
    updated_at: str
    spec: ZoneSpec
    status: dict[str, Any]


class ZonePage(TypedDict):
    items: list[Zone]
    # Gets the next page; null: this was the last
    next_page_token: str | None


class LegalHoldReplaceBody(TypedDict):
    spec: LegalHoldSpec


class LegalHoldPatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # The project whose rows it keeps; null: of every project and of the fleet
    project: str | None
    # The kind whose rows it keeps; also `endpoint`, `session` and `refusal`
    kind: str
    # The one name whose rows it keeps; of refusals: the caller; null: every name
    name: str | None
    # Why, for whoever wants to lift it
    reason: str


class LegalHoldPatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: LegalHoldPatchBodySpec


class LegalHoldWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[LegalHold]
    # The rest of the snapshot follows
    more: bool


class LegalHoldWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class LegalHoldWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[LegalHold]
    gone: list[LegalHoldWatchDeltaItemsGoneItem]


class LegalHoldWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: LegalHoldWatchDeltaItems


class LegalHoldWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class LimitsListAnswerItem(TypedDict):
    # The kind that is counted
    kind: str
    # Where; null: in the fleet
    project: str | None
    # How many there are
    used: int
    # How many there may be
    most: int
    # How many there may be where no quota says otherwise
    default: int
    # How large the body of a write may be
    body_bytes: int


class LimitsListAnswer(TypedDict):
    items: list[LimitsListAnswerItem]


class ProjectReplaceBody(TypedDict):
    spec: ProjectSpec


class ProjectPatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # What it is for, in words
    description: str
    # Whether a registration creates a service that does not exist yet
    create_services: bool


class ProjectPatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: ProjectPatchBodySpec


class EndpointOverrideReplaceBody(TypedDict):
    spec: EndpointOverrideSpec


class EndpointOverridePatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # The service of the endpoint
    service: str
    # The instance name of the endpoint
    instance: str
    # `draining`: finish what runs, begin nothing new; `denied`: keep every call away
    state: Literal["active", "draining", "denied"]
    # In place of the registered weight; null: that one holds
    weight: int | None
    # Why it was decided, for whoever comes next
    reason: str


class EndpointOverridePatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: EndpointOverridePatchBodySpec


class EndpointOverrideWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[EndpointOverride]
    # The rest of the snapshot follows
    more: bool


class EndpointOverrideWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class EndpointOverrideWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[EndpointOverride]
    gone: list[EndpointOverrideWatchDeltaItemsGoneItem]


class EndpointOverrideWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: EndpointOverrideWatchDeltaItems


class EndpointOverrideWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class EndpointWatchBookmark(TypedDict):
    # Of what is shown
    revision: int


class QuotaReplaceBody(TypedDict):
    spec: QuotaSpec


class QuotaPatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # How many may exist; 0: no new one may be made
    most: int
    # Why it differs from the bound of the kind, for whoever meets it
    reason: str


class QuotaPatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: QuotaPatchBodySpec


class QuotaWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[Quota]
    # The rest of the snapshot follows
    more: bool


class QuotaWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class QuotaWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[Quota]
    gone: list[QuotaWatchDeltaItemsGoneItem]


class QuotaWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: QuotaWatchDeltaItems


class QuotaWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class ServiceReplaceBody(TypedDict):
    spec: ServiceSpec


class ServicePatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # What it answers, in words
    description: str
    # Names and values by which it is found
    labels: dict[str, str | None]


class ServicePatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: ServicePatchBodySpec


class _EndpointRegisterBodyCheckHttpRequired(TypedDict):
    type: Literal["http"]
    # What is asked for, by GET
    path: str
    # Milliseconds from one probe to the next
    interval_ms: int
    # Milliseconds after which a probe counts as failed
    timeout_ms: int
    # Good probes in a row until it is passing
    rise: int
    # Failed probes in a row until it is critical
    fall: int


class EndpointRegisterBodyCheckHttp(_EndpointRegisterBodyCheckHttpRequired, total=False):
    # The one status that is good; absent: 200 to 299
    expect_status: int


class EndpointRegisterBodyCheckTcp(TypedDict):
    type: Literal["tcp"]
    # Milliseconds from one probe to the next
    interval_ms: int
    # Milliseconds after which a probe counts as failed
    timeout_ms: int
    # Good probes in a row until it is passing
    rise: int
    # Failed probes in a row until it is critical
    fall: int


class _EndpointRegisterBodyCheckGrpcRequired(TypedDict):
    type: Literal["grpc"]
    # Milliseconds from one probe to the next
    interval_ms: int
    # Milliseconds after which a probe counts as failed
    timeout_ms: int
    # Good probes in a row until it is passing
    rise: int
    # Failed probes in a row until it is critical
    fall: int


class EndpointRegisterBodyCheckGrpc(_EndpointRegisterBodyCheckGrpcRequired, total=False):
    # The service whose health is asked for; absent: that of the whole server
    service: str


class EndpointRegisterBodyCheckTtl(TypedDict):
    type: Literal["ttl"]
    # Milliseconds within which the process has to report again
    ttl_ms: int


# How its health is found; null: it is taken for passing
EndpointRegisterBodyCheck: TypeAlias = (
    EndpointRegisterBodyCheckHttp | EndpointRegisterBodyCheckTcp | EndpointRegisterBodyCheckGrpc | EndpointRegisterBodyCheckTtl
)


class EndpointRegisterBody(TypedDict):
    # The session that keeps it; null: it is durable, and the credential owns it
    session: str | None
    # Name or IP address at which it is reached from inside
    host: str
    # The port it listens on
    port: int
    # What is spoken there
    protocol: Literal["http", "https", "grpc", "tcp", "udp"]
    # The address for callers from outside; null: they do not see it
    public_url: str | None
    # The zone it runs in; none of that name need be declared
    zone: str | None
    # Its share of the calls; 0: listed, but chosen only when nothing else is
    weight: int
    # Words by which lists are filtered
    tags: list[str]
    # Names and values, shown to callers as they are
    labels: dict[str, str]
    # How its health is found; null: it is taken for passing
    check: EndpointRegisterBodyCheck | None


class EndpointReportBody(TypedDict):
    # The session that owns the endpoint; null: it is durable
    session: str | None
    # How the process finds itself
    health: Literal["passing", "warning", "critical"]
    # Why, in words
    note: str


class ServiceWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[Service]
    # The rest of the snapshot follows
    more: bool


class ServiceWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class ServiceWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[Service]
    gone: list[ServiceWatchDeltaItemsGoneItem]


class ServiceWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: ServiceWatchDeltaItems


class ServiceWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class SessionOpenBody(TypedDict):
    # What people know the process by
    name: str
    # The stable id of one process slot; two processes never share it
    owner: str
    # Seconds without a renewal after which its endpoints go
    ttl_seconds: int


class SessionRenewBody(TypedDict):
    # Every revision up to it is applied; null: nothing to say of that
    applied: int | None


class ProjectWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[Project]
    # The rest of the snapshot follows
    more: bool


class ProjectWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class ProjectWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[Project]
    gone: list[ProjectWatchDeltaItemsGoneItem]


class ProjectWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: ProjectWatchDeltaItems


class ProjectWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class RegionReplaceBody(TypedDict):
    spec: RegionSpec


class RegionPatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # Where or what it is, in words
    description: str


class RegionPatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: RegionPatchBodySpec


class RegionWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[Region]
    # The rest of the snapshot follows
    more: bool


class RegionWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class RegionWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[Region]
    gone: list[RegionWatchDeltaItemsGoneItem]


class RegionWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: RegionWatchDeltaItems


class RegionWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class SessionRenewManyLine(TypedDict):
    # The project the session lies in
    project: str
    # Its id
    session: str
    # Every revision up to it is applied; null: nothing to say of that
    applied: int | None


class TokenReplaceBody(TypedDict):
    spec: TokenSpec


class TokenPatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # Who or what uses it, in words
    description: str
    # What it may do: read, also change what projects hold, or everything
    role: Literal["reader", "writer", "admin"]
    # The one project it may see; null: every project
    project: str | None
    # Which addresses it is shown; `public`: never an internal one
    audience: Literal["internal", "public"]


class TokenPatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: TokenPatchBodySpec


class TokenWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[Token]
    # The rest of the snapshot follows
    more: bool


class TokenWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class TokenWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[Token]
    gone: list[TokenWatchDeltaItemsGoneItem]


class TokenWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: TokenWatchDeltaItems


class TokenWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class ZoneReplaceBody(TypedDict):
    spec: ZoneSpec


class ZonePatchBodySpec(TypedDict, total=False):
    """What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    a value where a field may be null.
    """

    # Where or what it is, in words
    description: str
    # The region it is a part of; null: of none that is known here
    region: str | None


class ZonePatchBody(TypedDict, total=False):
    # What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is
    # a value where a field may be null.
    spec: ZonePatchBodySpec


class ZoneWatchSnapshot(TypedDict):
    # Everything up to it is told
    revision: int
    items: list[Zone]
    # The rest of the snapshot follows
    more: bool


class ZoneWatchDeltaItemsGoneItem(TypedDict):
    id: str
    name: str


class ZoneWatchDeltaItems(TypedDict):
    # New or changed, whole
    set: list[Zone]
    gone: list[ZoneWatchDeltaItemsGoneItem]


class ZoneWatchDelta(TypedDict):
    # Everything up to it is told
    revision: int
    items: ZoneWatchDeltaItems


class ZoneWatchBookmark(TypedDict):
    # Everything up to it is told
    revision: int


class _AinariTokenBodyRequired(TypedDict):
    grant_type: Literal["client_credentials"]


class AinariTokenBody(_AinariTokenBodyRequired, total=False):
    # Passed over: a token is read by Miko alone
    token_format: str
    # The name of a token of Miko. Needed beside a client_secret
    client_id: str
    # The secret of that token. Without it the Authorization header says who calls
    client_secret: str


class LegalHoldWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: LegalHoldWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class LegalHoldWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: LegalHoldWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class LegalHoldWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: LegalHoldWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


LegalHoldWatchFrame: TypeAlias = LegalHoldWatchSnapshotFrame | LegalHoldWatchDeltaFrame | LegalHoldWatchBookmarkFrame


class EndpointOverrideWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: EndpointOverrideWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class EndpointOverrideWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: EndpointOverrideWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class EndpointOverrideWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: EndpointOverrideWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


EndpointOverrideWatchFrame: TypeAlias = EndpointOverrideWatchSnapshotFrame | EndpointOverrideWatchDeltaFrame | EndpointOverrideWatchBookmarkFrame


class EndpointWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: EndpointList
    # Resumes after this frame, as `since`.
    cursor: str | None


class EndpointWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: EndpointDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class EndpointWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: EndpointWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


EndpointWatchFrame: TypeAlias = EndpointWatchSnapshotFrame | EndpointWatchDeltaFrame | EndpointWatchBookmarkFrame


class QuotaWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: QuotaWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class QuotaWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: QuotaWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class QuotaWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: QuotaWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


QuotaWatchFrame: TypeAlias = QuotaWatchSnapshotFrame | QuotaWatchDeltaFrame | QuotaWatchBookmarkFrame


class ServiceWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: ServiceWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class ServiceWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: ServiceWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class ServiceWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: ServiceWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


ServiceWatchFrame: TypeAlias = ServiceWatchSnapshotFrame | ServiceWatchDeltaFrame | ServiceWatchBookmarkFrame


class ProjectWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: ProjectWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class ProjectWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: ProjectWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class ProjectWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: ProjectWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


ProjectWatchFrame: TypeAlias = ProjectWatchSnapshotFrame | ProjectWatchDeltaFrame | ProjectWatchBookmarkFrame


class RegionWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: RegionWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class RegionWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: RegionWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class RegionWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: RegionWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


RegionWatchFrame: TypeAlias = RegionWatchSnapshotFrame | RegionWatchDeltaFrame | RegionWatchBookmarkFrame


class TokenWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: TokenWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class TokenWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: TokenWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class TokenWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: TokenWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


TokenWatchFrame: TypeAlias = TokenWatchSnapshotFrame | TokenWatchDeltaFrame | TokenWatchBookmarkFrame


class ZoneWatchSnapshotFrame(TypedDict):
    event: Literal["snapshot"]
    data: ZoneWatchSnapshot
    # Resumes after this frame, as `since`.
    cursor: str | None


class ZoneWatchDeltaFrame(TypedDict):
    event: Literal["delta"]
    data: ZoneWatchDelta
    # Resumes after this frame, as `since`.
    cursor: str | None


class ZoneWatchBookmarkFrame(TypedDict):
    event: Literal["bookmark"]
    data: ZoneWatchBookmark
    # Resumes after this frame, as `since`.
    cursor: str | None


ZoneWatchFrame: TypeAlias = ZoneWatchSnapshotFrame | ZoneWatchDeltaFrame | ZoneWatchBookmarkFrame
