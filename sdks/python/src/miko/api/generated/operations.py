"""How each operation looks on the wire.

Written by `npm run sdk-api -- --bless` from `openapi/2026-12-01.json`.
"""

from __future__ import annotations

from miko.api._operation import Operation

#: The API date that the operations speak.
API_DATE = "2026-12-01"

DOCS = Operation(
    method="GET",
    path="/docs",
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

LIVEZ = Operation(
    method="GET",
    path="/livez",
)

OPENAPI = Operation(
    method="GET",
    path="/openapi.json",
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

READYZ = Operation(
    method="GET",
    path="/readyz",
    also_answers=(503,),
)

ARCHIVE_SEARCH = Operation(
    method="GET",
    path="/v1/archive",
    query=("kind", "name", "project", "since", "until", "limit", "page_token"),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

AUDIT_LIST = Operation(
    method="GET",
    path="/v1/audit",
    query=("actor", "kind", "name", "since_revision", "limit", "page_token"),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

AUDIT_REFUSALS = Operation(
    method="GET",
    path="/v1/audit/refusals",
    query=("actor", "code", "since", "limit", "page_token"),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

AUDIT_EXPORT = Operation(
    method="GET",
    path="/v1/audit:export",
    query=("stream", "since_revision"),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

LEGAL_HOLD_LIST = Operation(
    method="GET",
    path="/v1/legal-holds",
    query=("limit", "page_token", "sort", "fields", "project", "kind", "name", "reason"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

LEGAL_HOLD_CREATE = Operation(
    method="POST",
    path="/v1/legal-holds",
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

LEGAL_HOLD_GET = Operation(
    method="GET",
    path="/v1/legal-holds/{legal_hold_name}",
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

LEGAL_HOLD_REPLACE = Operation(
    method="PUT",
    path="/v1/legal-holds/{legal_hold_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

LEGAL_HOLD_PATCH = Operation(
    method="PATCH",
    path="/v1/legal-holds/{legal_hold_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

LEGAL_HOLD_DELETE = Operation(
    method="DELETE",
    path="/v1/legal-holds/{legal_hold_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

LEGAL_HOLD_WATCH = Operation(
    method="GET",
    path="/v1/legal-holds:watch",
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

LIMITS_LIST = Operation(
    method="GET",
    path="/v1/limits",
    query=("project",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

PROJECT_LIST = Operation(
    method="GET",
    path="/v1/projects",
    query=("limit", "page_token", "sort", "fields", "description", "create_services"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

PROJECT_CREATE = Operation(
    method="POST",
    path="/v1/projects",
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

PROJECT_GET = Operation(
    method="GET",
    path="/v1/projects/{project}",
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

PROJECT_REPLACE = Operation(
    method="PUT",
    path="/v1/projects/{project}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

PROJECT_PATCH = Operation(
    method="PATCH",
    path="/v1/projects/{project}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

PROJECT_DELETE = Operation(
    method="DELETE",
    path="/v1/projects/{project}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_OVERRIDE_LIST = Operation(
    method="GET",
    path="/v1/projects/{project}/endpoint-overrides",
    own_project=True,
    query=("limit", "page_token", "sort", "fields", "service", "instance", "weight", "reason", "state"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_OVERRIDE_CREATE = Operation(
    method="POST",
    path="/v1/projects/{project}/endpoint-overrides",
    own_project=True,
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

ENDPOINT_OVERRIDE_GET = Operation(
    method="GET",
    path="/v1/projects/{project}/endpoint-overrides/{endpoint_override}",
    own_project=True,
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_OVERRIDE_REPLACE = Operation(
    method="PUT",
    path="/v1/projects/{project}/endpoint-overrides/{endpoint_override}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

ENDPOINT_OVERRIDE_PATCH = Operation(
    method="PATCH",
    path="/v1/projects/{project}/endpoint-overrides/{endpoint_override}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

ENDPOINT_OVERRIDE_DELETE = Operation(
    method="DELETE",
    path="/v1/projects/{project}/endpoint-overrides/{endpoint_override}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_OVERRIDE_WATCH = Operation(
    method="GET",
    path="/v1/projects/{project}/endpoint-overrides:watch",
    own_project=True,
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_LIST = Operation(
    method="GET",
    path="/v1/projects/{project}/endpoints",
    own_project=True,
    query=("service", "zone", "audience", "tag", "health", "at_least"),
    repeated=("tag",),
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_WATCH = Operation(
    method="GET",
    path="/v1/projects/{project}/endpoints:watch",
    own_project=True,
    query=("service", "session", "since", "audience"),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

QUOTA_LIST = Operation(
    method="GET",
    path="/v1/projects/{project}/quotas",
    own_project=True,
    query=("limit", "page_token", "sort", "fields", "most", "reason"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

QUOTA_CREATE = Operation(
    method="POST",
    path="/v1/projects/{project}/quotas",
    own_project=True,
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

QUOTA_GET = Operation(
    method="GET",
    path="/v1/projects/{project}/quotas/{quota}",
    own_project=True,
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

QUOTA_REPLACE = Operation(
    method="PUT",
    path="/v1/projects/{project}/quotas/{quota}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

QUOTA_PATCH = Operation(
    method="PATCH",
    path="/v1/projects/{project}/quotas/{quota}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

QUOTA_DELETE = Operation(
    method="DELETE",
    path="/v1/projects/{project}/quotas/{quota}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

QUOTA_WATCH = Operation(
    method="GET",
    path="/v1/projects/{project}/quotas:watch",
    own_project=True,
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

SERVICE_LIST = Operation(
    method="GET",
    path="/v1/projects/{project}/services",
    own_project=True,
    query=("limit", "page_token", "sort", "fields", "label", "description"),
    repeated=("fields", "label"),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

SERVICE_CREATE = Operation(
    method="POST",
    path="/v1/projects/{project}/services",
    own_project=True,
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

SERVICE_GET = Operation(
    method="GET",
    path="/v1/projects/{project}/services/{service}",
    own_project=True,
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

SERVICE_REPLACE = Operation(
    method="PUT",
    path="/v1/projects/{project}/services/{service}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

SERVICE_PATCH = Operation(
    method="PATCH",
    path="/v1/projects/{project}/services/{service}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

SERVICE_DELETE = Operation(
    method="DELETE",
    path="/v1/projects/{project}/services/{service}",
    own_project=True,
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_REGISTER = Operation(
    method="PUT",
    path="/v1/projects/{project}/services/{service}/endpoints/{instance}",
    own_project=True,
    headers={"timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

ENDPOINT_DEREGISTER = Operation(
    method="DELETE",
    path="/v1/projects/{project}/services/{service}/endpoints/{instance}",
    own_project=True,
    query=("session", "wait_seconds"),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_REPORT = Operation(
    method="PUT",
    path="/v1/projects/{project}/services/{service}/endpoints/{instance}/health",
    own_project=True,
    headers={"timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

ENDPOINT_DRAIN = Operation(
    method="POST",
    path="/v1/projects/{project}/services/{service}/endpoints/{instance}:drain",
    own_project=True,
    query=("wait_seconds",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_EXPLAIN = Operation(
    method="GET",
    path="/v1/projects/{project}/services/{service}/endpoints/{instance}:explain",
    own_project=True,
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

ENDPOINT_UNDRAIN = Operation(
    method="POST",
    path="/v1/projects/{project}/services/{service}/endpoints/{instance}:undrain",
    own_project=True,
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
)

SERVICE_ACCEPT_EXPIRY = Operation(
    method="POST",
    path="/v1/projects/{project}/services/{service}:accept_expiry",
    own_project=True,
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
)

SERVICE_WATCH = Operation(
    method="GET",
    path="/v1/projects/{project}/services:watch",
    own_project=True,
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

SESSION_OPEN = Operation(
    method="POST",
    path="/v1/projects/{project}/sessions",
    own_project=True,
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

SESSION_RENEW = Operation(
    method="PUT",
    path="/v1/projects/{project}/sessions/{session}",
    own_project=True,
    headers={"timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

SESSION_END = Operation(
    method="DELETE",
    path="/v1/projects/{project}/sessions/{session}",
    own_project=True,
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

PROJECT_WATCH = Operation(
    method="GET",
    path="/v1/projects:watch",
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

REGION_LIST = Operation(
    method="GET",
    path="/v1/regions",
    query=("limit", "page_token", "sort", "fields", "description"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

REGION_CREATE = Operation(
    method="POST",
    path="/v1/regions",
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

REGION_GET = Operation(
    method="GET",
    path="/v1/regions/{region_name}",
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

REGION_REPLACE = Operation(
    method="PUT",
    path="/v1/regions/{region_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

REGION_PATCH = Operation(
    method="PATCH",
    path="/v1/regions/{region_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

REGION_DELETE = Operation(
    method="DELETE",
    path="/v1/regions/{region_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

REGION_WATCH = Operation(
    method="GET",
    path="/v1/regions:watch",
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

SESSION_RENEW_MANY = Operation(
    method="POST",
    path="/v1/sessions:renew",
    headers={"timeout_ms": "Miko-Timeout-Ms"},
    body="lines",
)

TOKEN_LIST = Operation(
    method="GET",
    path="/v1/tokens",
    query=("limit", "page_token", "sort", "fields", "description", "role", "project", "audience"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

TOKEN_CREATE = Operation(
    method="POST",
    path="/v1/tokens",
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

TOKEN_GET = Operation(
    method="GET",
    path="/v1/tokens/{token_name}",
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

TOKEN_REPLACE = Operation(
    method="PUT",
    path="/v1/tokens/{token_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

TOKEN_PATCH = Operation(
    method="PATCH",
    path="/v1/tokens/{token_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

TOKEN_DELETE = Operation(
    method="DELETE",
    path="/v1/tokens/{token_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

TOKEN_WATCH = Operation(
    method="GET",
    path="/v1/tokens:watch",
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

ZONE_LIST = Operation(
    method="GET",
    path="/v1/zones",
    query=("limit", "page_token", "sort", "fields", "description", "region"),
    repeated=("fields",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

ZONE_CREATE = Operation(
    method="POST",
    path="/v1/zones",
    query=("dry_run",),
    headers={"idempotency_key": "Idempotency-Key", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

ZONE_GET = Operation(
    method="GET",
    path="/v1/zones/{zone_name}",
    headers={"if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ZONE_REPLACE = Operation(
    method="PUT",
    path="/v1/zones/{zone_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "if_none_match": "If-None-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="json",
)

ZONE_PATCH = Operation(
    method="PATCH",
    path="/v1/zones/{zone_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
    body="patch",
)

ZONE_DELETE = Operation(
    method="DELETE",
    path="/v1/zones/{zone_name}",
    query=("dry_run",),
    headers={"if_match": "If-Match", "timeout_ms": "Miko-Timeout-Ms"},
)

ZONE_WATCH = Operation(
    method="GET",
    path="/v1/zones:watch",
    query=("since",),
    headers={"last_event_id": "Last-Event-ID", "timeout_ms": "Miko-Timeout-Ms"},
)

AINARI_ENDPOINTS = Operation(
    method="GET",
    path="/v1alpha/endpoints",
    query=("zone",),
    headers={"timeout_ms": "Miko-Timeout-Ms"},
)

AINARI_TOKEN = Operation(
    method="POST",
    path="/v1alpha/token",
    body="form",
)

VERSION = Operation(
    method="GET",
    path="/version",
)
