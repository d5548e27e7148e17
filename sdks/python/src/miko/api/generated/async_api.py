"""Every operation of Miko's API as a method of `AsyncApi`.

Written by `npm run sdk-api -- --bless` from `openapi/2026-12-01.json`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, overload

from miko.api._operation import Answer
from miko.api._send_async import AsyncSender
from miko.api.generated import operations, types


class AsyncApi:
    """Every operation by name. A refusal is a MikoError with the code of Miko's problem document; any call may get
    invalid_request, unknown_version, not_acceptable, request_timeout, uri_too_long, headers_too_large, internal.
    """

    def __init__(self, send: AsyncSender) -> None:
        self._send = send

    async def docs(
        self,
        *,
        timeout_ms: int | None = None,
    ) -> Answer[str]:
        """The same document as a page to read. Needs the role reader (document.read).

        Codes: unauthenticated, not_ready, deadline_exceeded.

        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.text(
            operations.DOCS,
            {
                "timeout_ms": timeout_ms,
            },
        )

    async def livez(self) -> Answer[types.Alive]:
        """Whether the process turns. Answered without a credential."""
        return await self._send.json(
            operations.LIVEZ,
            {},
        )

    async def openapi(
        self,
        *,
        timeout_ms: int | None = None,
    ) -> Answer[dict[str, Any]]:
        """The OpenAPI document of the API date of the request. Needs the role reader (document.read).

        Codes: unauthenticated, not_ready, deadline_exceeded.

        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.OPENAPI,
            {
                "timeout_ms": timeout_ms,
            },
        )

    async def readyz(self) -> Answer[types.Readiness]:
        """Whether calls may come. Answered without a credential."""
        return await self._send.json(
            operations.READYZ,
            {},
        )

    async def archive_search(
        self,
        *,
        kind: str | None = None,
        name: str | None = None,
        project: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        page_token: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.ArchivePage]:
        """Search changes that are in files of the archive, newest first. Needs the role admin (archive.read).

        Codes: unauthenticated, denied, not_ready, overloaded, deadline_exceeded.

        - `kind`: Only of this kind: one of objects, `endpoint` or `session`.
        - `name`: Only of this name.
        - `project`: The name of the project it is about.
        - `since`: Only what came since this time.
        - `until`: Only what came until this time.
        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ARCHIVE_SEARCH,
            {
                "kind": kind,
                "name": name,
                "project": project,
                "since": since,
                "until": until,
                "limit": limit,
                "page_token": page_token,
                "timeout_ms": timeout_ms,
            },
        )

    async def audit_list(
        self,
        *,
        actor: str | None = None,
        kind: str | None = None,
        name: str | None = None,
        since_revision: int | None = None,
        limit: int | None = None,
        page_token: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.AuditPage]:
        """List who did what, newest first. Needs the role admin (audit.read).

        Codes: unauthenticated, denied, not_ready, deadline_exceeded.

        - `actor`: Only what this credential did: its id.
        - `kind`: Only of this kind: one of objects, `endpoint` or `session`.
        - `name`: Only of this name.
        - `since_revision`: Only what came after this revision.
        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.AUDIT_LIST,
            {
                "actor": actor,
                "kind": kind,
                "name": name,
                "since_revision": since_revision,
                "limit": limit,
                "page_token": page_token,
                "timeout_ms": timeout_ms,
            },
        )

    async def audit_refusals(
        self,
        *,
        actor: str | None = None,
        code: str | None = None,
        since: int | None = None,
        limit: int | None = None,
        page_token: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.RefusalPage]:
        """List who was turned away and who was shown a secret, newest first. Needs the role admin (audit.read).

        Codes: unauthenticated, denied, not_ready, deadline_exceeded.

        - `actor`: Only what this credential did: its id.
        - `code`: Only of this code: one of an error, `secret_shown` or `dropped`.
        - `since`: Only from this number on.
        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.AUDIT_REFUSALS,
            {
                "actor": actor,
                "code": code,
                "since": since,
                "limit": limit,
                "page_token": page_token,
                "timeout_ms": timeout_ms,
            },
        )

    def audit_export(
        self,
        *,
        stream: Literal["change", "refusal"] | None = None,
        since_revision: int | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[str, None]:
        """Every row of the record with its seals, as lines that whoever holds them can verify. Needs the role admin
        (audit.read).

        Codes: unauthenticated, denied, not_ready, deadline_exceeded.

        - `stream`: Which record: of changes, or of refusals and secrets shown.
        - `since_revision`: Only what came after this revision.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.raw_lines(
            operations.AUDIT_EXPORT,
            {
                "stream": stream,
                "since_revision": since_revision,
                "timeout_ms": timeout_ms,
            },
        )

    async def legal_hold_list(
        self,
        *,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        project: str | None = None,
        kind: str | None = None,
        name: str | None = None,
        reason: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.LegalHoldPage]:
        """List every legal hold, a page at a time. Needs the role admin (legal_hold.read).

        Codes: unauthenticated, denied, not_ready, deadline_exceeded.

        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `project`: Only those whose project is this.
        - `kind`: Only those whose kind is this.
        - `name`: Only those whose name is this.
        - `reason`: Only those whose reason is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.LEGAL_HOLD_LIST,
            {
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "project": project,
                "kind": kind,
                "name": name,
                "reason": reason,
                "timeout_ms": timeout_ms,
            },
        )

    async def legal_hold_create(
        self,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewLegalHold,
    ) -> Answer[types.LegalHold]:
        """Create a legal hold. Needs the role admin (legal_hold.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, already_exists, quota_exceeded, in_flight, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.LEGAL_HOLD_CREATE,
            {
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def legal_hold_get(
        self,
        *,
        legal_hold_name: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.LegalHold]: ...

    @overload
    async def legal_hold_get(
        self,
        *,
        legal_hold_name: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.LegalHold | None]: ...

    async def legal_hold_get(
        self,
        *,
        legal_hold_name: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a legal hold. Needs the role admin (legal_hold.read). The body is None, and the status 304, while
        `if_none_match` still holds.

        Codes: unauthenticated, denied, not_found, not_ready, deadline_exceeded.

        - `legal_hold_name`: The name or the id of the legal hold.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.LEGAL_HOLD_GET,
            {
                "legal_hold_name": legal_hold_name,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def legal_hold_replace(
        self,
        *,
        legal_hold_name: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.LegalHoldReplaceBody,
    ) -> Answer[types.LegalHold]:
        """Replace the spec of a legal hold, or with If-None-Match: * create it. Needs the role admin (legal_hold.write).
        A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `legal_hold_name`: The name or the id of the legal hold.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.LEGAL_HOLD_REPLACE,
            {
                "legal_hold_name": legal_hold_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def legal_hold_patch(
        self,
        *,
        legal_hold_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.LegalHoldPatchBody | types.JsonPatch,
    ) -> Answer[types.LegalHold]:
        """Change parts of the spec of a legal hold. Needs the role admin (legal_hold.write). A body has at most 16384
        bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `legal_hold_name`: The name or the id of the legal hold.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.LEGAL_HOLD_PATCH,
            {
                "legal_hold_name": legal_hold_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def legal_hold_delete(
        self,
        *,
        legal_hold_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a legal hold. Needs the role admin (legal_hold.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `legal_hold_name`: The name or the id of the legal hold.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.LEGAL_HOLD_DELETE,
            {
                "legal_hold_name": legal_hold_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    def legal_hold_watch(
        self,
        *,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.LegalHoldWatchFrame, None]:
        """Watch every legal hold. Needs the role admin (legal_hold.read).

        Codes: unauthenticated, denied, not_ready, overloaded, deadline_exceeded.

        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.LEGAL_HOLD_WATCH,
            {
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def limits_list(
        self,
        *,
        project: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.LimitsListAnswer]:
        """List how many objects there are and may be, by kind. Needs the role reader (limit.read).

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name of the project it is about.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.LIMITS_LIST,
            {
                "project": project,
                "timeout_ms": timeout_ms,
            },
        )

    async def project_list(
        self,
        *,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        description: str | None = None,
        create_services: bool | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.ProjectPage]:
        """List every project, a page at a time. Needs the role reader (project.read).

        Codes: unauthenticated, not_ready, deadline_exceeded.

        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `description`: Only those whose description is this.
        - `create_services`: Only those whose create_services is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.PROJECT_LIST,
            {
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "description": description,
                "create_services": create_services,
                "timeout_ms": timeout_ms,
            },
        )

    async def project_create(
        self,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewProject,
    ) -> Answer[types.Project]:
        """Create a project. Needs the role admin (project.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, already_exists, quota_exceeded, in_flight, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.PROJECT_CREATE,
            {
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def project_get(
        self,
        *,
        project: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Project]: ...

    @overload
    async def project_get(
        self,
        *,
        project: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Project | None]: ...

    async def project_get(
        self,
        *,
        project: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a project. Needs the role reader (project.read). The body is None, and the status 304, while
        `if_none_match` still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.PROJECT_GET,
            {
                "project": project,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def project_replace(
        self,
        *,
        project: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.ProjectReplaceBody,
    ) -> Answer[types.Project]:
        """Replace the spec of a project, or with If-None-Match: * create it. Needs the role admin (project.write). A
        body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.PROJECT_REPLACE,
            {
                "project": project,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def project_patch(
        self,
        *,
        project: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.ProjectPatchBody | types.JsonPatch,
    ) -> Answer[types.Project]:
        """Change parts of the spec of a project. Needs the role admin (project.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.PROJECT_PATCH,
            {
                "project": project,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def project_delete(
        self,
        *,
        project: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a project. Needs the role admin (project.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `project`: The name or the id of the project.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.PROJECT_DELETE,
            {
                "project": project,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_override_list(
        self,
        *,
        project: str | None = None,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        service: str | None = None,
        instance: str | None = None,
        weight: int | None = None,
        reason: str | None = None,
        state: Literal["active", "draining", "denied"] | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.EndpointOverridePage]:
        """List every endpoint override, a page at a time. Needs the role reader (endpoint_override.read).

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `service`: Only those whose service is this.
        - `instance`: Only those whose instance is this.
        - `weight`: Only those whose weight is this.
        - `reason`: Only those whose reason is this.
        - `state`: Only those whose state is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_OVERRIDE_LIST,
            {
                "project": project,
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "service": service,
                "instance": instance,
                "weight": weight,
                "reason": reason,
                "state": state,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_override_create(
        self,
        *,
        project: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewEndpointOverride,
    ) -> Answer[types.EndpointOverride]:
        """Create an endpoint override. Needs the role writer (endpoint_override.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, already_exists, quota_exceeded, in_flight,
        too_large, unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_OVERRIDE_CREATE,
            {
                "project": project,
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def endpoint_override_get(
        self,
        *,
        project: str | None = None,
        endpoint_override: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.EndpointOverride]: ...

    @overload
    async def endpoint_override_get(
        self,
        *,
        project: str | None = None,
        endpoint_override: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.EndpointOverride | None]: ...

    async def endpoint_override_get(
        self,
        *,
        project: str | None = None,
        endpoint_override: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get an endpoint override. Needs the role reader (endpoint_override.read). The body is None, and the status
        304, while `if_none_match` still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `endpoint_override`: The name or the id of the endpoint override.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_OVERRIDE_GET,
            {
                "project": project,
                "endpoint_override": endpoint_override,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_override_replace(
        self,
        *,
        project: str | None = None,
        endpoint_override: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.EndpointOverrideReplaceBody,
    ) -> Answer[types.EndpointOverride]:
        """Replace the spec of an endpoint override, or with If-None-Match: * create it. Needs the role writer
        (endpoint_override.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `endpoint_override`: The name or the id of the endpoint override.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_OVERRIDE_REPLACE,
            {
                "project": project,
                "endpoint_override": endpoint_override,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def endpoint_override_patch(
        self,
        *,
        project: str | None = None,
        endpoint_override: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.EndpointOverridePatchBody | types.JsonPatch,
    ) -> Answer[types.EndpointOverride]:
        """Change parts of the spec of an endpoint override. Needs the role writer (endpoint_override.write). A body has
        at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `endpoint_override`: The name or the id of the endpoint override.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_OVERRIDE_PATCH,
            {
                "project": project,
                "endpoint_override": endpoint_override,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def endpoint_override_delete(
        self,
        *,
        project: str | None = None,
        endpoint_override: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete an endpoint override. Needs the role writer (endpoint_override.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `endpoint_override`: The name or the id of the endpoint override.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.ENDPOINT_OVERRIDE_DELETE,
            {
                "project": project,
                "endpoint_override": endpoint_override,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    def endpoint_override_watch(
        self,
        *,
        project: str | None = None,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.EndpointOverrideWatchFrame, None]:
        """Watch every endpoint override. Needs the role reader (endpoint_override.read).

        Codes: unauthenticated, not_found, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.ENDPOINT_OVERRIDE_WATCH,
            {
                "project": project,
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    @overload
    async def endpoint_list(
        self,
        *,
        project: str | None = None,
        service: Sequence[str] | None = None,
        zone: Sequence[str] | None = None,
        audience: Literal["internal", "public"] | None = None,
        tag: Sequence[str] | None = None,
        health: Sequence[Literal["any", "starting", "passing", "warning", "critical", "unknown"]] | None = None,
        at_least: int | None = None,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.EndpointList]: ...

    @overload
    async def endpoint_list(
        self,
        *,
        project: str | None = None,
        service: Sequence[str] | None = None,
        zone: Sequence[str] | None = None,
        audience: Literal["internal", "public"] | None = None,
        tag: Sequence[str] | None = None,
        health: Sequence[Literal["any", "starting", "passing", "warning", "critical", "unknown"]] | None = None,
        at_least: int | None = None,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.EndpointList | None]: ...

    async def endpoint_list(
        self,
        *,
        project: str | None = None,
        service: Sequence[str] | None = None,
        zone: Sequence[str] | None = None,
        audience: Literal["internal", "public"] | None = None,
        tag: Sequence[str] | None = None,
        health: Sequence[Literal["any", "starting", "passing", "warning", "critical", "unknown"]] | None = None,
        at_least: int | None = None,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """The endpoint list. Needs the role reader (endpoint.list). The body is None, and the status 304, while
        `if_none_match` still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The services it is about; absent or `*`: all of them.
        - `zone`: Only endpoints in one of these zones.
        - `audience`: `public` leaves internal addresses out; a credential bound to public ones gets no others.
        - `tag`: Only endpoints that bear this tag; several must all be borne.
        - `health`: Only endpoints of these healths; `any`: every registered one.
        - `at_least`: Wait, at most five seconds, until this Miko has seen that revision: to read what was just
          written elsewhere.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_LIST,
            {
                "project": project,
                "service": service,
                "zone": zone,
                "audience": audience,
                "tag": tag,
                "health": health,
                "at_least": at_least,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    def endpoint_watch(
        self,
        *,
        project: str | None = None,
        service: Sequence[str] | None = None,
        session: str | None = None,
        since: str | None = None,
        audience: Literal["internal", "public"] | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.EndpointWatchFrame, None]:
        """The stream of changes. Needs the role reader (endpoint.list).

        Codes: unauthenticated, not_found, session_not_found, fenced, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The services it is about; absent or `*`: all of them.
        - `session`: The session this belongs to.
        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `audience`: `public` leaves internal addresses out; a credential bound to public ones gets no others.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.ENDPOINT_WATCH,
            {
                "project": project,
                "service": service,
                "session": session,
                "since": since,
                "audience": audience,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def quota_list(
        self,
        *,
        project: str | None = None,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        most: int | None = None,
        reason: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.QuotaPage]:
        """List every quota, a page at a time. Needs the role reader (quota.read).

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `most`: Only those whose most is this.
        - `reason`: Only those whose reason is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.QUOTA_LIST,
            {
                "project": project,
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "most": most,
                "reason": reason,
                "timeout_ms": timeout_ms,
            },
        )

    async def quota_create(
        self,
        *,
        project: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewQuota,
    ) -> Answer[types.Quota]:
        """Create a quota. Needs the role admin (quota.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, already_exists, quota_exceeded, in_flight,
        too_large, unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.QUOTA_CREATE,
            {
                "project": project,
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def quota_get(
        self,
        *,
        project: str | None = None,
        quota: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Quota]: ...

    @overload
    async def quota_get(
        self,
        *,
        project: str | None = None,
        quota: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Quota | None]: ...

    async def quota_get(
        self,
        *,
        project: str | None = None,
        quota: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a quota. Needs the role reader (quota.read). The body is None, and the status 304, while `if_none_match`
        still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `quota`: The name or the id of the quota.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.QUOTA_GET,
            {
                "project": project,
                "quota": quota,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def quota_replace(
        self,
        *,
        project: str | None = None,
        quota: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.QuotaReplaceBody,
    ) -> Answer[types.Quota]:
        """Replace the spec of a quota, or with If-None-Match: * create it. Needs the role admin (quota.write). A body
        has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `quota`: The name or the id of the quota.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.QUOTA_REPLACE,
            {
                "project": project,
                "quota": quota,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def quota_patch(
        self,
        *,
        project: str | None = None,
        quota: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.QuotaPatchBody | types.JsonPatch,
    ) -> Answer[types.Quota]:
        """Change parts of the spec of a quota. Needs the role admin (quota.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `quota`: The name or the id of the quota.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.QUOTA_PATCH,
            {
                "project": project,
                "quota": quota,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def quota_delete(
        self,
        *,
        project: str | None = None,
        quota: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a quota. Needs the role admin (quota.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `quota`: The name or the id of the quota.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.QUOTA_DELETE,
            {
                "project": project,
                "quota": quota,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    def quota_watch(
        self,
        *,
        project: str | None = None,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.QuotaWatchFrame, None]:
        """Watch every quota. Needs the role reader (quota.read).

        Codes: unauthenticated, not_found, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.QUOTA_WATCH,
            {
                "project": project,
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def service_list(
        self,
        *,
        project: str | None = None,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        label: Sequence[str] | None = None,
        description: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.ServicePage]:
        """List every service, a page at a time. Needs the role reader (service.read).

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `label`: Only those that bear this label, as `key:value`; several must all be borne.
        - `description`: Only those whose description is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SERVICE_LIST,
            {
                "project": project,
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "label": label,
                "description": description,
                "timeout_ms": timeout_ms,
            },
        )

    async def service_create(
        self,
        *,
        project: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewService,
    ) -> Answer[types.Service]:
        """Create a service. Needs the role writer (service.write). A body has at most 65536 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, already_exists, quota_exceeded, in_flight,
        too_large, unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SERVICE_CREATE,
            {
                "project": project,
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def service_get(
        self,
        *,
        project: str | None = None,
        service: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Service]: ...

    @overload
    async def service_get(
        self,
        *,
        project: str | None = None,
        service: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Service | None]: ...

    async def service_get(
        self,
        *,
        project: str | None = None,
        service: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a service. Needs the role reader (service.read). The body is None, and the status 304, while
        `if_none_match` still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `service`: The name or the id of the service.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SERVICE_GET,
            {
                "project": project,
                "service": service,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def service_replace(
        self,
        *,
        project: str | None = None,
        service: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.ServiceReplaceBody,
    ) -> Answer[types.Service]:
        """Replace the spec of a service, or with If-None-Match: * create it. Needs the role writer (service.write). A
        body has at most 65536 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `service`: The name or the id of the service.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SERVICE_REPLACE,
            {
                "project": project,
                "service": service,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def service_patch(
        self,
        *,
        project: str | None = None,
        service: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.ServicePatchBody | types.JsonPatch,
    ) -> Answer[types.Service]:
        """Change parts of the spec of a service. Needs the role writer (service.write). A body has at most 65536 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `service`: The name or the id of the service.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SERVICE_PATCH,
            {
                "project": project,
                "service": service,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def service_delete(
        self,
        *,
        project: str | None = None,
        service: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a service. Needs the role writer (service.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `service`: The name or the id of the service.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.SERVICE_DELETE,
            {
                "project": project,
                "service": service,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_register(
        self,
        *,
        project: str | None = None,
        service: str,
        instance: str,
        timeout_ms: int | None = None,
        body: types.EndpointRegisterBody,
    ) -> Answer[types.Endpoint]:
        """Register an endpoint, or change its registration. Needs the role writer (endpoint.register). A body has at
        most 65536 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, session_not_found, quota_exceeded, fenced,
        owned_by_other, too_large, unsupported_media_type, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `instance`: The name of the instance: unique in its service.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_REGISTER,
            {
                "project": project,
                "service": service,
                "instance": instance,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def endpoint_deregister(
        self,
        *,
        project: str | None = None,
        service: str,
        instance: str,
        session: str | None = None,
        wait_seconds: int | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Take a registration back, and wait for its callers. Needs the role writer (endpoint.register).

        Codes: unauthenticated, denied, not_found, fenced, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `instance`: The name of the instance: unique in its service.
        - `session`: The session this belongs to.
        - `wait_seconds`: How long to wait for its callers to let go; 0: not at all.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.ENDPOINT_DEREGISTER,
            {
                "project": project,
                "service": service,
                "instance": instance,
                "session": session,
                "wait_seconds": wait_seconds,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_report(
        self,
        *,
        project: str | None = None,
        service: str,
        instance: str,
        timeout_ms: int | None = None,
        body: types.EndpointReportBody,
    ) -> Answer[types.Endpoint]:
        """Report the health of an endpoint with a ttl check. Needs the role writer (endpoint.register). A body has at
        most 4096 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, session_not_found, fenced, owned_by_other,
        too_large, unsupported_media_type, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `instance`: The name of the instance: unique in its service.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_REPORT,
            {
                "project": project,
                "service": service,
                "instance": instance,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def endpoint_drain(
        self,
        *,
        project: str | None = None,
        service: str,
        instance: str,
        wait_seconds: int | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Drain]:
        """Drain an endpoint, and wait for its callers. Needs the role writer (endpoint.drain). A body has at most 1024
        bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, already_exists, in_use, quota_exceeded, in_flight,
        precondition_failed, too_large, unsupported_media_type, idempotency_mismatch, not_ready, overloaded,
        deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `instance`: The name of the instance: unique in its service.
        - `wait_seconds`: How long to wait for its callers to let go; 0: not at all.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_DRAIN,
            {
                "project": project,
                "service": service,
                "instance": instance,
                "wait_seconds": wait_seconds,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_explain(
        self,
        *,
        project: str | None = None,
        service: str,
        instance: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Explanation]:
        """Why an endpoint is in or out of the list, and who has seen it. Needs the role reader (endpoint.explain).

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `instance`: The name of the instance: unique in its service.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_EXPLAIN,
            {
                "project": project,
                "service": service,
                "instance": instance,
                "timeout_ms": timeout_ms,
            },
        )

    async def endpoint_undrain(
        self,
        *,
        project: str | None = None,
        service: str,
        instance: str,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Undrain]:
        """Take a drain back. Needs the role writer (endpoint.drain). A body has at most 1024 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, in_use, in_flight, precondition_failed, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `instance`: The name of the instance: unique in its service.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ENDPOINT_UNDRAIN,
            {
                "project": project,
                "service": service,
                "instance": instance,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
        )

    async def service_accept_expiry(
        self,
        *,
        project: str | None = None,
        service: str,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.AcceptedExpiry]:
        """Let a held mass expiry of the service proceed, in all zones. Needs the role writer (service.accept_expiry). A
        body has at most 1024 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, in_flight, too_large, unsupported_media_type,
        idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `service`: The name of the service.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SERVICE_ACCEPT_EXPIRY,
            {
                "project": project,
                "service": service,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
        )

    def service_watch(
        self,
        *,
        project: str | None = None,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.ServiceWatchFrame, None]:
        """Watch every service. Needs the role reader (service.read).

        Codes: unauthenticated, not_found, not_ready, overloaded, deadline_exceeded.

        - `project`: The name or the id of the project. Default: the client's own.
        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.SERVICE_WATCH,
            {
                "project": project,
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def session_open(
        self,
        *,
        project: str | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.SessionOpenBody,
    ) -> Answer[types.Session]:
        """Open a session; an older one of the same owner is fenced. Needs the role writer (session.hold). A body has at
        most 4096 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, in_flight, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SESSION_OPEN,
            {
                "project": project,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def session_renew(
        self,
        *,
        project: str | None = None,
        session: str,
        timeout_ms: int | None = None,
        body: types.SessionRenewBody,
    ) -> Answer[types.Session]:
        """Renew, and acknowledge what was applied. Needs the role writer (session.hold). A body has at most 4096 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, session_not_found, fenced, too_large,
        unsupported_media_type, not_ready, overloaded, deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `session`: The id of the session.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.SESSION_RENEW,
            {
                "project": project,
                "session": session,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def session_end(
        self,
        *,
        project: str | None = None,
        session: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Depart: its endpoints go at once. Needs the role writer (session.hold).

        Codes: unauthenticated, denied, not_found, session_not_found, fenced, not_ready, overloaded,
        deadline_exceeded.

        - `project`: The name of the project. Default: the client's own.
        - `session`: The id of the session.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.SESSION_END,
            {
                "project": project,
                "session": session,
                "timeout_ms": timeout_ms,
            },
        )

    def project_watch(
        self,
        *,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.ProjectWatchFrame, None]:
        """Watch every project. Needs the role reader (project.read).

        Codes: unauthenticated, not_ready, overloaded, deadline_exceeded.

        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.PROJECT_WATCH,
            {
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def region_list(
        self,
        *,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        description: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.RegionPage]:
        """List every region, a page at a time. Needs the role reader (region.read).

        Codes: unauthenticated, not_ready, deadline_exceeded.

        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `description`: Only those whose description is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.REGION_LIST,
            {
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "description": description,
                "timeout_ms": timeout_ms,
            },
        )

    async def region_create(
        self,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewRegion,
    ) -> Answer[types.Region]:
        """Create a region. Needs the role admin (region.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, already_exists, quota_exceeded, in_flight, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.REGION_CREATE,
            {
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def region_get(
        self,
        *,
        region_name: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Region]: ...

    @overload
    async def region_get(
        self,
        *,
        region_name: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Region | None]: ...

    async def region_get(
        self,
        *,
        region_name: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a region. Needs the role reader (region.read). The body is None, and the status 304, while `if_none_match`
        still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `region_name`: The name or the id of the region.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.REGION_GET,
            {
                "region_name": region_name,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def region_replace(
        self,
        *,
        region_name: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.RegionReplaceBody,
    ) -> Answer[types.Region]:
        """Replace the spec of a region, or with If-None-Match: * create it. Needs the role admin (region.write). A body
        has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `region_name`: The name or the id of the region.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.REGION_REPLACE,
            {
                "region_name": region_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def region_patch(
        self,
        *,
        region_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.RegionPatchBody | types.JsonPatch,
    ) -> Answer[types.Region]:
        """Change parts of the spec of a region. Needs the role admin (region.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `region_name`: The name or the id of the region.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.REGION_PATCH,
            {
                "region_name": region_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def region_delete(
        self,
        *,
        region_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a region. Needs the role admin (region.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `region_name`: The name or the id of the region.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.REGION_DELETE,
            {
                "region_name": region_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    def region_watch(
        self,
        *,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.RegionWatchFrame, None]:
        """Watch every region. Needs the role reader (region.read).

        Codes: unauthenticated, not_ready, overloaded, deadline_exceeded.

        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.REGION_WATCH,
            {
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    def session_renew_many(
        self,
        *,
        timeout_ms: int | None = None,
        body: Sequence[types.SessionRenewManyLine],
    ) -> AsyncGenerator[types.RenewedLine, None]:
        """Many renewals, one a line. Needs the role writer (session.hold). A body has at most 1048576 bytes.

        Codes: malformed_json, unauthenticated, denied, too_large, unsupported_media_type, not_ready, overloaded,
        deadline_exceeded.

        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.lines(
            operations.SESSION_RENEW_MANY,
            {
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def token_list(
        self,
        *,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        description: str | None = None,
        role: Literal["reader", "writer", "admin"] | None = None,
        project: str | None = None,
        audience: Literal["internal", "public"] | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.TokenPage]:
        """List every token, a page at a time. Needs the role admin (token.read).

        Codes: unauthenticated, denied, not_ready, deadline_exceeded.

        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `description`: Only those whose description is this.
        - `role`: Only those whose role is this.
        - `project`: Only those whose project is this.
        - `audience`: Only those whose audience is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.TOKEN_LIST,
            {
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "description": description,
                "role": role,
                "project": project,
                "audience": audience,
                "timeout_ms": timeout_ms,
            },
        )

    async def token_create(
        self,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewToken,
    ) -> Answer[types.Token]:
        """Create a token. Needs the role admin (token.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, already_exists, quota_exceeded, in_flight, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.TOKEN_CREATE,
            {
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def token_get(
        self,
        *,
        token_name: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Token]: ...

    @overload
    async def token_get(
        self,
        *,
        token_name: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Token | None]: ...

    async def token_get(
        self,
        *,
        token_name: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a token. Needs the role admin (token.read). The body is None, and the status 304, while `if_none_match`
        still holds.

        Codes: unauthenticated, denied, not_found, not_ready, deadline_exceeded.

        - `token_name`: The name or the id of the token.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.TOKEN_GET,
            {
                "token_name": token_name,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def token_replace(
        self,
        *,
        token_name: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.TokenReplaceBody,
    ) -> Answer[types.Token]:
        """Replace the spec of a token, or with If-None-Match: * create it. Needs the role admin (token.write). A body
        has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `token_name`: The name or the id of the token.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.TOKEN_REPLACE,
            {
                "token_name": token_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def token_patch(
        self,
        *,
        token_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.TokenPatchBody | types.JsonPatch,
    ) -> Answer[types.Token]:
        """Change parts of the spec of a token. Needs the role admin (token.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `token_name`: The name or the id of the token.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.TOKEN_PATCH,
            {
                "token_name": token_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def token_delete(
        self,
        *,
        token_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a token. Needs the role admin (token.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `token_name`: The name or the id of the token.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.TOKEN_DELETE,
            {
                "token_name": token_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    def token_watch(
        self,
        *,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.TokenWatchFrame, None]:
        """Watch every token. Needs the role admin (token.read).

        Codes: unauthenticated, denied, not_ready, overloaded, deadline_exceeded.

        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.TOKEN_WATCH,
            {
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def zone_list(
        self,
        *,
        limit: int | None = None,
        page_token: str | None = None,
        sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] | None = None,
        fields: Sequence[str] | None = None,
        description: str | None = None,
        region: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.ZonePage]:
        """List every zone, a page at a time. Needs the role reader (zone.read).

        Codes: unauthenticated, not_ready, deadline_exceeded.

        - `limit`: The most items of one page.
        - `page_token`: The `next_page_token` of the page before; filters and sort must be as they were there.
        - `sort`: The order; `-` turns it round.
        - `fields`: Only these fields of each object, such as `name,spec.labels`.
        - `description`: Only those whose description is this.
        - `region`: Only those whose region is this.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ZONE_LIST,
            {
                "limit": limit,
                "page_token": page_token,
                "sort": sort,
                "fields": fields,
                "description": description,
                "region": region,
                "timeout_ms": timeout_ms,
            },
        )

    async def zone_create(
        self,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
        timeout_ms: int | None = None,
        body: types.NewZone,
    ) -> Answer[types.Zone]:
        """Create a zone. Needs the role admin (zone.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, already_exists, quota_exceeded, in_flight, too_large,
        unsupported_media_type, idempotency_mismatch, not_ready, overloaded, deadline_exceeded.

        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `idempotency_key`: A name for this call, unique for its credential: repeated within 24 hours it is answered
          from memory and happens once.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ZONE_CREATE,
            {
                "dry_run": dry_run,
                "idempotency_key": idempotency_key,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    @overload
    async def zone_get(
        self,
        *,
        zone_name: str,
        if_none_match: None = None,
        timeout_ms: int | None = None,
    ) -> Answer[types.Zone]: ...

    @overload
    async def zone_get(
        self,
        *,
        zone_name: str,
        if_none_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[types.Zone | None]: ...

    async def zone_get(
        self,
        *,
        zone_name: str,
        if_none_match: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[Any]:
        """Get a zone. Needs the role reader (zone.read). The body is None, and the status 304, while `if_none_match`
        still holds.

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `zone_name`: The name or the id of the zone.
        - `if_none_match`: An ETag: answered by 304 while it still holds.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ZONE_GET,
            {
                "zone_name": zone_name,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
        )

    async def zone_replace(
        self,
        *,
        zone_name: str,
        dry_run: bool | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        timeout_ms: int | None = None,
        body: types.ZoneReplaceBody,
    ) -> Answer[types.Zone]:
        """Replace the spec of a zone, or with If-None-Match: * create it. Needs the role admin (zone.write). A body has
        at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, quota_exceeded, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `zone_name`: The name or the id of the zone.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `if_none_match`: `*`: create it, and refuse when it exists. If-Match is not needed then.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ZONE_REPLACE,
            {
                "zone_name": zone_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "if_none_match": if_none_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def zone_patch(
        self,
        *,
        zone_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
        body: types.ZonePatchBody | types.JsonPatch,
    ) -> Answer[types.Zone]:
        """Change parts of the spec of a zone. Needs the role admin (zone.write). A body has at most 16384 bytes.

        Codes: malformed_json, unauthenticated, denied, not_found, patch_test_failed, precondition_failed, too_large,
        unsupported_media_type, precondition_required, not_ready, overloaded, deadline_exceeded.

        - `zone_name`: The name or the id of the zone.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.ZONE_PATCH,
            {
                "zone_name": zone_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
            body,
        )

    async def zone_delete(
        self,
        *,
        zone_name: str,
        dry_run: bool | None = None,
        if_match: str,
        timeout_ms: int | None = None,
    ) -> Answer[None]:
        """Delete a zone. Needs the role admin (zone.write).

        Codes: unauthenticated, denied, not_found, in_use, precondition_failed, precondition_required, not_ready,
        overloaded, deadline_exceeded.

        - `zone_name`: The name or the id of the zone.
        - `dry_run`: Do everything but keep it: the answer is what it would have been.
        - `if_match`: The ETag that was read, or `*` to change whatever is there.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.nothing(
            operations.ZONE_DELETE,
            {
                "zone_name": zone_name,
                "dry_run": dry_run,
                "if_match": if_match,
                "timeout_ms": timeout_ms,
            },
        )

    def zone_watch(
        self,
        *,
        since: str | None = None,
        last_event_id: str | None = None,
        timeout_ms: int | None = None,
    ) -> AsyncGenerator[types.ZoneWatchFrame, None]:
        """Watch every zone. Needs the role reader (zone.read).

        Codes: unauthenticated, not_ready, overloaded, deadline_exceeded.

        - `since`: A cursor: go on after what it names. Absent: begin with a snapshot.
        - `last_event_id`: The cursor of the last frame that was read; it wins over `since`.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return self._send.frames(
            operations.ZONE_WATCH,
            {
                "since": since,
                "last_event_id": last_event_id,
                "timeout_ms": timeout_ms,
            },
            events=("snapshot", "delta", "bookmark"),
        )

    async def ainari_endpoints(
        self,
        *,
        zone: str | None = None,
        timeout_ms: int | None = None,
    ) -> Answer[dict[str, types.AinariAddresses]]:
        """One address of each service, as SDKs of ainari read it. Needs the role reader (endpoint.list).

        Codes: unauthenticated, not_found, not_ready, deadline_exceeded.

        - `zone`: Only endpoints in one of these zones.
        - `timeout_ms`: How long the caller waits. A call that is not done by then is given up and changes nothing.
        """
        return await self._send.json(
            operations.AINARI_ENDPOINTS,
            {
                "zone": zone,
                "timeout_ms": timeout_ms,
            },
        )

    async def ainari_token(
        self,
        *,
        body: types.AinariTokenBody,
    ) -> Answer[types.AinariToken]:
        """A token, as SDKs of ainari ask for one. Takes the credential from its body, or from the header. A body has at
        most 4096 bytes.

        Codes: malformed_json, unauthenticated, too_large, unsupported_media_type, not_ready.
        """
        return await self._send.json(
            operations.AINARI_TOKEN,
            {},
            body,
        )

    async def version(self) -> Answer[types.About]:
        """Which Miko this is, and the API dates it speaks. Answered without a credential."""
        return await self._send.json(
            operations.VERSION,
            {},
        )
