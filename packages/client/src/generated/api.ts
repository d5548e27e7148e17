/**
 * Miko's API at 2026-12-01: names, bodies and answers as on the wire.
 * Written by `npm run sdk-api -- --bless` from `openapi/2026-12-01.json`.
 */
import type { ApiAnswer, ApiCall, ApiFrame, ApiSender } from '../api/operation.ts';

/** The API date that the operations speak. */
export const API_DATE = '2026-12-01';

export type About = {
  readonly name: 'miko';
  readonly version: string;
  /** Oldest first */
  readonly api_dates: readonly string[];
  readonly newest_api_date: string;
};

export type AcceptedExpiry = {
  /** Held endpoints that went */
  readonly accepted: number;
};

export type AinariAddresses = {
  /** Its public URL; empty where there is none */
  readonly public_address: string;
  /** Protocol, host and port; empty where the caller may not see them */
  readonly internal_address: string;
};

export type AinariToken = {
  /** For `Authorization: Bearer` */
  readonly access_token: string;
  readonly token_type: 'Bearer';
};

export type Alive = {
  readonly status: 'ok';
};

export type ArchivedChange = {
  /** The revision it made */
  readonly revision: number;
  /** When */
  readonly at: string;
  /** Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known */
  readonly actor: string | null;
  /** The id of the credential the call came with */
  readonly credential: string | null;
  /** The address it came from */
  readonly remote: string | null;
  /** The User-Agent it came with */
  readonly user_agent: string | null;
  /** The id its answer carried */
  readonly request_id: string | null;
  /** Of what: a kind of object, `endpoint` or `session` */
  readonly kind: string;
  /** What was done */
  readonly operation: string;
  /** Where; null: in the fleet */
  readonly project: string | null;
  /** Of an endpoint: its service */
  readonly service: string | null;
  /** The name of what was changed */
  readonly name: string | null;
  /** The id of what was changed */
  readonly subject: string;
  /** The session in whose course it happened */
  readonly session: string | null;
  /** The revision before it */
  readonly before_revision: number | null;
  /** What differs */
  readonly changed: readonly string[] | null;
  /** The object before it */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** The object after it */
  readonly after: Readonly<Record<string, unknown>> | null;
};

export type ArchivePage = {
  /** Newest first */
  readonly items: readonly ArchivedChange[];
  /** Files that are not there or not what was written: what they held is missing here */
  readonly unreadable: readonly string[];
  /** Gets the next page, also where this one is short or empty; null: this was the last */
  readonly next_page_token: string | null;
};

export type AuditedChange = {
  /** The revision it made */
  readonly revision: number;
  /** When */
  readonly at: string;
  /** Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known */
  readonly actor: string | null;
  /** The id of the credential the call came with */
  readonly credential: string | null;
  /** The address it came from */
  readonly remote: string | null;
  /** The User-Agent it came with */
  readonly user_agent: string | null;
  /** The id its answer carried */
  readonly request_id: string | null;
  /** Of what: a kind of object, `endpoint` or `session` */
  readonly kind: string;
  /** What was done */
  readonly operation: string;
  /** Where; null: in the fleet */
  readonly project: string | null;
  /** Of an endpoint: its service */
  readonly service: string | null;
  /** The name of what was changed */
  readonly name: string | null;
  /** The id of what was changed */
  readonly subject: string;
  /** The session in whose course it happened */
  readonly session: string | null;
  /** The revision before it */
  readonly before_revision: number | null;
  /** What differs */
  readonly changed: readonly string[] | null;
};

export type AuditPage = {
  /** Newest first */
  readonly items: readonly AuditedChange[];
  /** Gets the next page, also where this one is short or empty; null: this was the last */
  readonly next_page_token: string | null;
};

export type DrainHoldingItem = {
  readonly session: string;
  readonly name: string;
  /** The highest revision it said it has applied */
  readonly applied: number;
};

export type Drain = {
  /** Of what is shown */
  readonly revision: number;
  readonly waited_ms: number;
  /** Every session that watches has applied it */
  readonly released: boolean;
  /** Those that have not */
  readonly holding: readonly DrainHoldingItem[];
  /** Watchers without a session: nobody knows what they have applied */
  readonly unsessioned_watchers: number;
};

export type Endpoint = {
  /** New for each registration by a new session */
  readonly id: string;
  /** Unique in its service */
  readonly instance: string;
  /** Name or IP address at which it is reached from inside */
  readonly host?: string;
  /** The port it listens on */
  readonly port?: number;
  /** What is spoken there */
  readonly protocol: 'http' | 'https' | 'grpc' | 'tcp' | 'udp';
  /** The address for callers from outside; null: they do not see it */
  readonly public_url: string | null;
  /** The zone it runs in; none of that name need be declared */
  readonly zone: string | null;
  /** Its share of the calls; 0: listed, but chosen only when nothing else is */
  readonly weight: number;
  /** Words by which lists are filtered */
  readonly tags: readonly string[];
  /** Names and values, shown to callers as they are */
  readonly labels: Readonly<Record<string, string>>;
  /** What its checks found; unknown: the evidence was lost */
  readonly health: 'starting' | 'passing' | 'warning' | 'critical' | 'unknown';
  /** What an operator decided */
  readonly state: 'active' | 'draining' | 'denied';
  /** It is overdue and kept, because too many went at once */
  readonly held?: boolean;
  /** Of what is shown */
  readonly revision: number;
};

export type EndpointDeltaServiceKnownGoneItem = {
  /** Unique in its service */
  readonly instance: string;
  /** New for each registration by a new session */
  readonly id: string;
  readonly cause: 'departed' | 'deregistered' | 'expired';
};

export type EndpointDeltaServiceKnown = {
  readonly state: 'known';
  /** Null while it is known */
  readonly cause: null;
  /** Of what is shown */
  readonly revision: number;
  /** New or changed, whole */
  readonly set: readonly Endpoint[];
  readonly gone: readonly EndpointDeltaServiceKnownGoneItem[];
};

export type EndpointDeltaServiceEmptyGoneItem = {
  /** Unique in its service */
  readonly instance: string;
  /** New for each registration by a new session */
  readonly id: string;
  readonly cause: 'departed' | 'deregistered' | 'expired';
};

export type EndpointDeltaServiceEmpty = {
  readonly state: 'empty';
  /** What emptied it last */
  readonly cause: 'starting' | 'never_registered' | 'departed' | 'deregistered' | 'expired' | 'draining' | 'denied' | 'critical' | 'filtered';
  /** Of what is shown */
  readonly revision: number;
  /** New or changed, whole */
  readonly set: readonly Endpoint[];
  readonly gone: readonly EndpointDeltaServiceEmptyGoneItem[];
};

export type EndpointDeltaServiceUnknownGoneItem = {
  /** Unique in its service */
  readonly instance: string;
  /** New for each registration by a new session */
  readonly id: string;
  readonly cause: 'departed' | 'deregistered' | 'expired';
};

export type EndpointDeltaServiceUnknown = {
  readonly state: 'unknown';
  /** Of what is shown */
  readonly revision: number;
  /** New or changed, whole */
  readonly set: readonly Endpoint[];
  readonly gone: readonly EndpointDeltaServiceUnknownGoneItem[];
};

export type EndpointDeltaService = EndpointDeltaServiceKnown | EndpointDeltaServiceEmpty | EndpointDeltaServiceUnknown;

export type EndpointDelta = {
  /** Of what is shown */
  readonly revision: number;
  readonly services: Readonly<Record<string, EndpointDeltaService>>;
};

export type EndpointListServiceKnown = {
  readonly state: 'known';
  /** Null while it is known */
  readonly cause: null;
  /** Of what is shown */
  readonly revision: number;
  /** By instance */
  readonly endpoints: readonly Endpoint[];
};

export type EndpointListServiceEmpty = {
  readonly state: 'empty';
  /** What emptied it last */
  readonly cause: 'starting' | 'never_registered' | 'departed' | 'deregistered' | 'expired' | 'draining' | 'denied' | 'critical' | 'filtered';
  /** Of what is shown */
  readonly revision: number;
  /** Always empty */
  readonly endpoints: readonly Endpoint[];
};

export type EndpointListServiceUnknown = {
  readonly state: 'unknown';
  /** Always empty */
  readonly endpoints: readonly Endpoint[];
};

export type EndpointListService = EndpointListServiceKnown | EndpointListServiceEmpty | EndpointListServiceUnknown;

export type EndpointList = {
  /** The highest of the services shown */
  readonly revision: number;
  /** Those asked for, by name */
  readonly services: Readonly<Record<string, EndpointListService>>;
};

export type EndpointOverrideSpec = {
  /** The service of the endpoint */
  readonly service: string;
  /** The instance name of the endpoint */
  readonly instance: string;
  /** `draining`: finish what runs, begin nothing new; `denied`: keep every call away */
  readonly state: 'active' | 'draining' | 'denied';
  /** In place of the registered weight; null: that one holds */
  readonly weight: number | null;
  /** Why it was decided, for whoever comes next */
  readonly reason: string;
};

export type EndpointOverride = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'endpoint_override';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: EndpointOverrideSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type EndpointOverridePage = {
  readonly items: readonly EndpointOverride[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type ExplanationStep = {
  readonly step: 'registered' | 'session' | 'health' | 'override' | 'listed' | 'delivered';
  readonly ok: boolean;
  readonly text: string;
};

export type ExplanationProbe = {
  readonly at: string;
  readonly text: string;
};

export type ExplanationWatcher = {
  readonly session: string;
  readonly name: string;
  /** The highest revision it said it has applied */
  readonly applied: number;
  /** It has applied the revision */
  readonly seen: boolean;
};

export type Explanation = {
  readonly service: string;
  /** Unique in its service */
  readonly instance: string;
  /** The default list holds it */
  readonly listed: boolean;
  /** Of what is shown */
  readonly revision: number;
  /** On the way into the list, in order */
  readonly steps: readonly ExplanationStep[];
  readonly probe: ExplanationProbe | null;
  readonly watchers: readonly ExplanationWatcher[];
  /** Watchers without a session: nobody knows what they have applied */
  readonly unsessioned_watchers: number;
};

export type JsonPatchItem = {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  /** A JSON Pointer; paths begin with /spec */
  readonly path: string;
  /** A JSON Pointer; paths begin with /spec */
  readonly from?: string;
  /** Any JSON */
  readonly value?: unknown;
};

/** RFC 6902: all operations, or none of them. */
export type JsonPatch = readonly JsonPatchItem[];

export type LegalHoldSpec = {
  /** The project whose rows it keeps; null: of every project and of the fleet */
  readonly project: string | null;
  /** The kind whose rows it keeps; also `endpoint`, `session` and `refusal` */
  readonly kind: string;
  /** The one name whose rows it keeps; of refusals: the caller; null: every name */
  readonly name: string | null;
  /** Why, for whoever wants to lift it */
  readonly reason: string;
};

export type LegalHold = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'legal_hold';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: LegalHoldSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type LegalHoldPage = {
  readonly items: readonly LegalHold[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type NewEndpointOverride = {
  /** Unique where the endpoint override lies, never changed */
  readonly name: string;
  readonly spec: EndpointOverrideSpec;
};

export type NewLegalHold = {
  /** Unique where the legal hold lies, never changed */
  readonly name: string;
  readonly spec: LegalHoldSpec;
};

export type ProjectSpec = {
  /** What it is for, in words */
  readonly description: string;
  /** Whether a registration creates a service that does not exist yet */
  readonly create_services: boolean;
};

export type NewProject = {
  /** Unique where the project lies, never changed */
  readonly name: string;
  readonly spec: ProjectSpec;
};

export type QuotaSpec = {
  /** How many may exist; 0: no new one may be made */
  readonly most: number;
  /** Why it differs from the bound of the kind, for whoever meets it */
  readonly reason: string;
};

export type NewQuota = {
  /** Unique where the quota lies, never changed */
  readonly name: string;
  readonly spec: QuotaSpec;
};

export type RegionSpec = {
  /** Where or what it is, in words */
  readonly description: string;
};

export type NewRegion = {
  /** Unique where the region lies, never changed */
  readonly name: string;
  readonly spec: RegionSpec;
};

export type ServiceSpec = {
  /** What it answers, in words */
  readonly description: string;
  /** Names and values by which it is found */
  readonly labels: Readonly<Record<string, string>>;
};

export type NewService = {
  /** Unique where the service lies, never changed */
  readonly name: string;
  readonly spec: ServiceSpec;
};

export type TokenSpec = {
  /** Who or what uses it, in words */
  readonly description: string;
  /** What it may do: read, also change what projects hold, or everything */
  readonly role: 'reader' | 'writer' | 'admin';
  /** The one project it may see; null: every project */
  readonly project: string | null;
  /** Which addresses it is shown; `public`: never an internal one */
  readonly audience: 'internal' | 'public';
};

export type NewToken = {
  /** Unique where the token lies, never changed */
  readonly name: string;
  readonly spec: TokenSpec;
};

export type ZoneSpec = {
  /** Where or what it is, in words */
  readonly description: string;
  /** The region it is a part of; null: of none that is known here */
  readonly region: string | null;
};

export type NewZone = {
  /** Unique where the zone lies, never changed */
  readonly name: string;
  readonly spec: ZoneSpec;
};

export type ProblemError = {
  /** A JSON Pointer into the body, or the name of a parameter or header */
  readonly pointer: string;
  /** The rule that is broken */
  readonly code: string;
  readonly detail: string;
};

/** A refusal (RFC 9457). */
export type Problem = {
  /** urn:miko:error: and the code */
  readonly type: string;
  /** The same for each problem of this code */
  readonly title: string;
  readonly status: number;
  /** What is wrong; its meaning never changes */
  readonly code: 'malformed_json' | 'invalid_request' | 'unknown_version' | 'unauthenticated' | 'denied' | 'not_found' | 'session_not_found' | 'method_not_allowed' | 'not_acceptable' | 'request_timeout' | 'already_exists' | 'in_use' | 'quota_exceeded' | 'fenced' | 'in_flight' | 'patch_test_failed' | 'owned_by_other' | 'precondition_failed' | 'too_large' | 'uri_too_long' | 'unsupported_media_type' | 'idempotency_mismatch' | 'precondition_required' | 'headers_too_large' | 'internal' | 'not_ready' | 'overloaded' | 'deadline_exceeded';
  /** What is wrong this time, in words */
  readonly detail: string;
  /** Finds the call in the log */
  readonly request_id: string;
  /** Each finding, where there are several */
  readonly errors: readonly ProblemError[];
};

export type Project = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'project';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: ProjectSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type ProjectPage = {
  readonly items: readonly Project[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type Quota = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'quota';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: QuotaSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type QuotaPage = {
  readonly items: readonly Quota[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type Readiness = {
  readonly status: 'ok' | 'not_ready';
  /** Why not; empty: it is ready */
  readonly reasons: readonly string[];
};

export type Refusal = {
  /** Its number */
  readonly number: number;
  /** When the first of them came */
  readonly at: string;
  /** How it was answered; `secret_shown`: a secret was shown; `dropped`: so many were not kept */
  readonly code: string;
  /** How often within a second */
  readonly count: number;
  /** Who: the id of a credential, or `miko`; in a session: whoever opened it; null: not known */
  readonly actor: string | null;
  /** The id of the credential the call came with */
  readonly credential: string | null;
  /** The address it came from */
  readonly remote: string | null;
  /** The User-Agent it came with */
  readonly user_agent: string | null;
  /** The id its answer carried */
  readonly request_id: string | null;
  /** The method of the call */
  readonly method: string | null;
  /** Its path, without the query, cut at 256 characters */
  readonly path: string | null;
  /** The project it was about */
  readonly project: string | null;
  /** Whose secret was shown */
  readonly subject: string | null;
};

export type RefusalPage = {
  /** Newest first */
  readonly items: readonly Refusal[];
  /** Gets the next page, also where this one is short or empty; null: this was the last */
  readonly next_page_token: string | null;
};

export type Region = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'region';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: RegionSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type RegionPage = {
  readonly items: readonly Region[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type RenewedLine = {
  /** Null: the line could not be read */
  readonly session: string | null;
  /** As one renewal alone would be answered */
  readonly status: number;
  /** Of the problem; null: it is renewed */
  readonly code: string | null;
};

export type Service = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'service';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: ServiceSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type ServicePage = {
  readonly items: readonly Service[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type Session = {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  /** Rises with each session of the owner; the older ones are fenced */
  readonly generation: number;
  readonly ttl_seconds: number;
  readonly renew_every_seconds: number;
  /** Unless it is renewed */
  readonly expires_at: string;
};

export type TokenStatus = {
  /** The API date of its calls that name none: the one it was made in */
  readonly api_date: string;
};

export type Token = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'token';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: TokenSpec;
  readonly status: TokenStatus;
  /** Shown once, in the answer that makes it */
  readonly secret?: string;
};

export type TokenPage = {
  readonly items: readonly Token[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type Undrain = {
  /** Of what is shown */
  readonly revision: number;
};

export type Zone = {
  /** Given by Miko, never used again */
  readonly id: string;
  /** What it is */
  readonly kind: 'zone';
  /** Unique where it lies */
  readonly name: string;
  /** The project it lies in; null: it is of the whole fleet */
  readonly project: string | null;
  /** Of its spec */
  readonly revision: number;
  /** When it was made */
  readonly created_at: string;
  /** When its spec was last changed */
  readonly updated_at: string;
  readonly spec: ZoneSpec;
  readonly status: Readonly<Record<string, unknown>>;
};

export type ZonePage = {
  readonly items: readonly Zone[];
  /** Gets the next page; null: this was the last */
  readonly next_page_token: string | null;
};

export type LegalHoldReplaceBody = {
  readonly spec: LegalHoldSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type LegalHoldPatchBodySpec = {
  /** The project whose rows it keeps; null: of every project and of the fleet */
  readonly project?: string | null;
  /** The kind whose rows it keeps; also `endpoint`, `session` and `refusal` */
  readonly kind?: string;
  /** The one name whose rows it keeps; of refusals: the caller; null: every name */
  readonly name?: string | null;
  /** Why, for whoever wants to lift it */
  readonly reason?: string;
};

export type LegalHoldPatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: LegalHoldPatchBodySpec;
};

export type LegalHoldWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly LegalHold[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type LegalHoldWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type LegalHoldWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly LegalHold[];
  readonly gone: readonly LegalHoldWatchDeltaItemsGoneItem[];
};

export type LegalHoldWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: LegalHoldWatchDeltaItems;
};

export type LegalHoldWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type LimitsListAnswerItem = {
  /** The kind that is counted */
  readonly kind: string;
  /** Where; null: in the fleet */
  readonly project: string | null;
  /** How many there are */
  readonly used: number;
  /** How many there may be */
  readonly most: number;
  /** How many there may be where no quota says otherwise */
  readonly default: number;
  /** How large the body of a write may be */
  readonly body_bytes: number;
};

export type LimitsListAnswer = {
  readonly items: readonly LimitsListAnswerItem[];
};

export type ProjectReplaceBody = {
  readonly spec: ProjectSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type ProjectPatchBodySpec = {
  /** What it is for, in words */
  readonly description?: string;
  /** Whether a registration creates a service that does not exist yet */
  readonly create_services?: boolean;
};

export type ProjectPatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: ProjectPatchBodySpec;
};

export type EndpointOverrideReplaceBody = {
  readonly spec: EndpointOverrideSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type EndpointOverridePatchBodySpec = {
  /** The service of the endpoint */
  readonly service?: string;
  /** The instance name of the endpoint */
  readonly instance?: string;
  /** `draining`: finish what runs, begin nothing new; `denied`: keep every call away */
  readonly state?: 'active' | 'draining' | 'denied';
  /** In place of the registered weight; null: that one holds */
  readonly weight?: number | null;
  /** Why it was decided, for whoever comes next */
  readonly reason?: string;
};

export type EndpointOverridePatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: EndpointOverridePatchBodySpec;
};

export type EndpointOverrideWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly EndpointOverride[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type EndpointOverrideWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type EndpointOverrideWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly EndpointOverride[];
  readonly gone: readonly EndpointOverrideWatchDeltaItemsGoneItem[];
};

export type EndpointOverrideWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: EndpointOverrideWatchDeltaItems;
};

export type EndpointOverrideWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type EndpointWatchBookmark = {
  /** Of what is shown */
  readonly revision: number;
};

export type QuotaReplaceBody = {
  readonly spec: QuotaSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type QuotaPatchBodySpec = {
  /** How many may exist; 0: no new one may be made */
  readonly most?: number;
  /** Why it differs from the bound of the kind, for whoever meets it */
  readonly reason?: string;
};

export type QuotaPatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: QuotaPatchBodySpec;
};

export type QuotaWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly Quota[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type QuotaWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type QuotaWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly Quota[];
  readonly gone: readonly QuotaWatchDeltaItemsGoneItem[];
};

export type QuotaWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: QuotaWatchDeltaItems;
};

export type QuotaWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type ServiceReplaceBody = {
  readonly spec: ServiceSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type ServicePatchBodySpec = {
  /** What it answers, in words */
  readonly description?: string;
  /** Names and values by which it is found */
  readonly labels?: Readonly<Record<string, string | null>>;
};

export type ServicePatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: ServicePatchBodySpec;
};

export type EndpointRegisterBodyCheckHttp = {
  readonly type: 'http';
  /** What is asked for, by GET */
  readonly path: string;
  /** The one status that is good; absent: 200 to 299 */
  readonly expect_status?: number;
  /** Milliseconds from one probe to the next */
  readonly interval_ms: number;
  /** Milliseconds after which a probe counts as failed */
  readonly timeout_ms: number;
  /** Good probes in a row until it is passing */
  readonly rise: number;
  /** Failed probes in a row until it is critical */
  readonly fall: number;
};

export type EndpointRegisterBodyCheckTcp = {
  readonly type: 'tcp';
  /** Milliseconds from one probe to the next */
  readonly interval_ms: number;
  /** Milliseconds after which a probe counts as failed */
  readonly timeout_ms: number;
  /** Good probes in a row until it is passing */
  readonly rise: number;
  /** Failed probes in a row until it is critical */
  readonly fall: number;
};

export type EndpointRegisterBodyCheckGrpc = {
  readonly type: 'grpc';
  /** The service whose health is asked for; absent: that of the whole server */
  readonly service?: string;
  /** Milliseconds from one probe to the next */
  readonly interval_ms: number;
  /** Milliseconds after which a probe counts as failed */
  readonly timeout_ms: number;
  /** Good probes in a row until it is passing */
  readonly rise: number;
  /** Failed probes in a row until it is critical */
  readonly fall: number;
};

export type EndpointRegisterBodyCheckTtl = {
  readonly type: 'ttl';
  /** Milliseconds within which the process has to report again */
  readonly ttl_ms: number;
};

/** How its health is found; null: it is taken for passing */
export type EndpointRegisterBodyCheck = EndpointRegisterBodyCheckHttp | EndpointRegisterBodyCheckTcp | EndpointRegisterBodyCheckGrpc | EndpointRegisterBodyCheckTtl;

export type EndpointRegisterBody = {
  /** The session that keeps it; null: it is durable, and the credential owns it */
  readonly session: string | null;
  /** Name or IP address at which it is reached from inside */
  readonly host: string;
  /** The port it listens on */
  readonly port: number;
  /** What is spoken there */
  readonly protocol: 'http' | 'https' | 'grpc' | 'tcp' | 'udp';
  /** The address for callers from outside; null: they do not see it */
  readonly public_url: string | null;
  /** The zone it runs in; none of that name need be declared */
  readonly zone: string | null;
  /** Its share of the calls; 0: listed, but chosen only when nothing else is */
  readonly weight: number;
  /** Words by which lists are filtered */
  readonly tags: readonly string[];
  /** Names and values, shown to callers as they are */
  readonly labels: Readonly<Record<string, string>>;
  /** How its health is found; null: it is taken for passing */
  readonly check: EndpointRegisterBodyCheck | null;
};

export type EndpointReportBody = {
  /** The session that owns the endpoint; null: it is durable */
  readonly session: string | null;
  /** How the process finds itself */
  readonly health: 'passing' | 'warning' | 'critical';
  /** Why, in words */
  readonly note: string;
};

export type ServiceWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly Service[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type ServiceWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type ServiceWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly Service[];
  readonly gone: readonly ServiceWatchDeltaItemsGoneItem[];
};

export type ServiceWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: ServiceWatchDeltaItems;
};

export type ServiceWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type SessionOpenBody = {
  /** What people know the process by */
  readonly name: string;
  /** The stable id of one process slot; two processes never share it */
  readonly owner: string;
  /** Seconds without a renewal after which its endpoints go */
  readonly ttl_seconds: number;
};

export type SessionRenewBody = {
  /** Every revision up to it is applied; null: nothing to say of that */
  readonly applied: number | null;
};

export type ProjectWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly Project[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type ProjectWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type ProjectWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly Project[];
  readonly gone: readonly ProjectWatchDeltaItemsGoneItem[];
};

export type ProjectWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: ProjectWatchDeltaItems;
};

export type ProjectWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type RegionReplaceBody = {
  readonly spec: RegionSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type RegionPatchBodySpec = {
  /** Where or what it is, in words */
  readonly description?: string;
};

export type RegionPatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: RegionPatchBodySpec;
};

export type RegionWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly Region[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type RegionWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type RegionWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly Region[];
  readonly gone: readonly RegionWatchDeltaItemsGoneItem[];
};

export type RegionWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: RegionWatchDeltaItems;
};

export type RegionWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type SessionRenewManyLine = {
  /** The project the session lies in */
  readonly project: string;
  /** Its id */
  readonly session: string;
  /** Every revision up to it is applied; null: nothing to say of that */
  readonly applied: number | null;
};

export type TokenReplaceBody = {
  readonly spec: TokenSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type TokenPatchBodySpec = {
  /** Who or what uses it, in words */
  readonly description?: string;
  /** What it may do: read, also change what projects hold, or everything */
  readonly role?: 'reader' | 'writer' | 'admin';
  /** The one project it may see; null: every project */
  readonly project?: string | null;
  /** Which addresses it is shown; `public`: never an internal one */
  readonly audience?: 'internal' | 'public';
};

export type TokenPatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: TokenPatchBodySpec;
};

export type TokenWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly Token[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type TokenWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type TokenWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly Token[];
  readonly gone: readonly TokenWatchDeltaItemsGoneItem[];
};

export type TokenWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: TokenWatchDeltaItems;
};

export type TokenWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type ZoneReplaceBody = {
  readonly spec: ZoneSpec;
};

/** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
export type ZonePatchBodySpec = {
  /** Where or what it is, in words */
  readonly description?: string;
  /** The region it is a part of; null: of none that is known here */
  readonly region?: string | null;
};

export type ZonePatchBody = {
  /** What stands here takes the place of what is; what is left out stays; null takes an entry out of a map, and is a value where a field may be null. */
  readonly spec?: ZonePatchBodySpec;
};

export type ZoneWatchSnapshot = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: readonly Zone[];
  /** The rest of the snapshot follows */
  readonly more: boolean;
};

export type ZoneWatchDeltaItemsGoneItem = {
  readonly id: string;
  readonly name: string;
};

export type ZoneWatchDeltaItems = {
  /** New or changed, whole */
  readonly set: readonly Zone[];
  readonly gone: readonly ZoneWatchDeltaItemsGoneItem[];
};

export type ZoneWatchDelta = {
  /** Everything up to it is told */
  readonly revision: number;
  readonly items: ZoneWatchDeltaItems;
};

export type ZoneWatchBookmark = {
  /** Everything up to it is told */
  readonly revision: number;
};

export type AinariTokenBody = {
  readonly grant_type: 'client_credentials';
  /** Passed over: a token is read by Miko alone */
  readonly token_format?: string;
  /** The name of a token of Miko. Needed beside a client_secret */
  readonly client_id?: string;
  /** The secret of that token. Without it the Authorization header says who calls */
  readonly client_secret?: string;
};

export type DocsCall = ApiCall & {
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type LivezCall = ApiCall & {
};

export type OpenapiCall = ApiCall & {
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ReadyzCall = ApiCall & {
};

export type ArchiveSearchCall = ApiCall & {
  /** Only of this kind: one of objects, `endpoint` or `session`. */
  readonly kind?: string | undefined;
  /** Only of this name. */
  readonly name?: string | undefined;
  /** The name of the project it is about. */
  readonly project?: string | undefined;
  /** Only what came since this time. */
  readonly since?: string | undefined;
  /** Only what came until this time. */
  readonly until?: string | undefined;
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type AuditListCall = ApiCall & {
  /** Only what this credential did: its id. */
  readonly actor?: string | undefined;
  /** Only of this kind: one of objects, `endpoint` or `session`. */
  readonly kind?: string | undefined;
  /** Only of this name. */
  readonly name?: string | undefined;
  /** Only what came after this revision. */
  readonly sinceRevision?: number | undefined;
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type AuditRefusalsCall = ApiCall & {
  /** Only what this credential did: its id. */
  readonly actor?: string | undefined;
  /** Only of this code: one of an error, `secret_shown` or `dropped`. */
  readonly code?: string | undefined;
  /** Only from this number on. */
  readonly since?: number | undefined;
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type AuditExportCall = ApiCall & {
  /** Which record: of changes, or of refusals and secrets shown. */
  readonly stream?: 'change' | 'refusal' | undefined;
  /** Only what came after this revision. */
  readonly sinceRevision?: number | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type LegalHoldListCall = ApiCall & {
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose project is this. */
  readonly project?: string | undefined;
  /** Only those whose kind is this. */
  readonly kind?: string | undefined;
  /** Only those whose name is this. */
  readonly name?: string | undefined;
  /** Only those whose reason is this. */
  readonly reason?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type LegalHoldCreateCall = ApiCall & {
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewLegalHold;
};

export type LegalHoldGetCall = ApiCall & {
  /** The name or the id of the legal hold. */
  readonly legalHoldName: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type LegalHoldReplaceCall = ApiCall & {
  /** The name or the id of the legal hold. */
  readonly legalHoldName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: LegalHoldReplaceBody;
};

export type LegalHoldPatchCall = ApiCall & {
  /** The name or the id of the legal hold. */
  readonly legalHoldName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: LegalHoldPatchBody | JsonPatch;
};

export type LegalHoldDeleteCall = ApiCall & {
  /** The name or the id of the legal hold. */
  readonly legalHoldName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type LegalHoldWatchCall = ApiCall & {
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type LegalHoldWatchFrame =
  | ApiFrame<'snapshot', LegalHoldWatchSnapshot>
  | ApiFrame<'delta', LegalHoldWatchDelta>
  | ApiFrame<'bookmark', LegalHoldWatchBookmark>;

export type LimitsListCall = ApiCall & {
  /** The name of the project it is about. */
  readonly project?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ProjectListCall = ApiCall & {
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose description is this. */
  readonly description?: string | undefined;
  /** Only those whose create_services is this. */
  readonly createServices?: boolean | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ProjectCreateCall = ApiCall & {
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewProject;
};

export type ProjectGetCall = ApiCall & {
  /** The name or the id of the project. */
  readonly project: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ProjectReplaceCall = ApiCall & {
  /** The name or the id of the project. */
  readonly project: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: ProjectReplaceBody;
};

export type ProjectPatchCall = ApiCall & {
  /** The name or the id of the project. */
  readonly project: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: ProjectPatchBody | JsonPatch;
};

export type ProjectDeleteCall = ApiCall & {
  /** The name or the id of the project. */
  readonly project: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointOverrideListCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose service is this. */
  readonly service?: string | undefined;
  /** Only those whose instance is this. */
  readonly instance?: string | undefined;
  /** Only those whose weight is this. */
  readonly weight?: number | undefined;
  /** Only those whose reason is this. */
  readonly reason?: string | undefined;
  /** Only those whose state is this. */
  readonly state?: 'active' | 'draining' | 'denied' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointOverrideCreateCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewEndpointOverride;
};

export type EndpointOverrideGetCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the endpoint override. */
  readonly endpointOverride: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointOverrideReplaceCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the endpoint override. */
  readonly endpointOverride: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: EndpointOverrideReplaceBody;
};

export type EndpointOverridePatchCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the endpoint override. */
  readonly endpointOverride: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: EndpointOverridePatchBody | JsonPatch;
};

export type EndpointOverrideDeleteCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the endpoint override. */
  readonly endpointOverride: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointOverrideWatchCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointOverrideWatchFrame =
  | ApiFrame<'snapshot', EndpointOverrideWatchSnapshot>
  | ApiFrame<'delta', EndpointOverrideWatchDelta>
  | ApiFrame<'bookmark', EndpointOverrideWatchBookmark>;

export type EndpointListCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The services it is about; absent or `*`: all of them. */
  readonly service?: readonly string[] | undefined;
  /** Only endpoints in one of these zones. */
  readonly zone?: readonly string[] | undefined;
  /** `public` leaves internal addresses out; a credential bound to public ones gets no others. */
  readonly audience?: 'internal' | 'public' | undefined;
  /** Only endpoints that bear this tag; several must all be borne. */
  readonly tag?: readonly string[] | undefined;
  /** Only endpoints of these healths; `any`: every registered one. */
  readonly health?: readonly ('any' | 'starting' | 'passing' | 'warning' | 'critical' | 'unknown')[] | undefined;
  /** Wait, at most five seconds, until this Miko has seen that revision: to read what was just written elsewhere. */
  readonly atLeast?: number | undefined;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointWatchCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The services it is about; absent or `*`: all of them. */
  readonly service?: readonly string[] | undefined;
  /** The session this belongs to. */
  readonly session?: string | undefined;
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** `public` leaves internal addresses out; a credential bound to public ones gets no others. */
  readonly audience?: 'internal' | 'public' | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointWatchFrame =
  | ApiFrame<'snapshot', EndpointList>
  | ApiFrame<'delta', EndpointDelta>
  | ApiFrame<'bookmark', EndpointWatchBookmark>;

export type QuotaListCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose most is this. */
  readonly most?: number | undefined;
  /** Only those whose reason is this. */
  readonly reason?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type QuotaCreateCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewQuota;
};

export type QuotaGetCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the quota. */
  readonly quota: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type QuotaReplaceCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the quota. */
  readonly quota: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: QuotaReplaceBody;
};

export type QuotaPatchCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the quota. */
  readonly quota: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: QuotaPatchBody | JsonPatch;
};

export type QuotaDeleteCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the quota. */
  readonly quota: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type QuotaWatchCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type QuotaWatchFrame =
  | ApiFrame<'snapshot', QuotaWatchSnapshot>
  | ApiFrame<'delta', QuotaWatchDelta>
  | ApiFrame<'bookmark', QuotaWatchBookmark>;

export type ServiceListCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those that bear this label, as `key:value`; several must all be borne. */
  readonly label?: readonly string[] | undefined;
  /** Only those whose description is this. */
  readonly description?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ServiceCreateCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewService;
};

export type ServiceGetCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the service. */
  readonly service: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ServiceReplaceCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the service. */
  readonly service: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: ServiceReplaceBody;
};

export type ServicePatchCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the service. */
  readonly service: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: ServicePatchBody | JsonPatch;
};

export type ServiceDeleteCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name or the id of the service. */
  readonly service: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointRegisterCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** The name of the instance: unique in its service. */
  readonly instance: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: EndpointRegisterBody;
};

export type EndpointDeregisterCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** The name of the instance: unique in its service. */
  readonly instance: string;
  /** The session this belongs to. */
  readonly session?: string | undefined;
  /** How long to wait for its callers to let go; 0: not at all. */
  readonly waitSeconds?: number | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointReportCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** The name of the instance: unique in its service. */
  readonly instance: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: EndpointReportBody;
};

export type EndpointDrainCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** The name of the instance: unique in its service. */
  readonly instance: string;
  /** How long to wait for its callers to let go; 0: not at all. */
  readonly waitSeconds?: number | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointExplainCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** The name of the instance: unique in its service. */
  readonly instance: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type EndpointUndrainCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** The name of the instance: unique in its service. */
  readonly instance: string;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ServiceAcceptExpiryCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The name of the service. */
  readonly service: string;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ServiceWatchCall = ApiCall & {
  /** The name or the id of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ServiceWatchFrame =
  | ApiFrame<'snapshot', ServiceWatchSnapshot>
  | ApiFrame<'delta', ServiceWatchDelta>
  | ApiFrame<'bookmark', ServiceWatchBookmark>;

export type SessionOpenCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: SessionOpenBody;
};

export type SessionRenewCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The id of the session. */
  readonly session: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: SessionRenewBody;
};

export type SessionEndCall = ApiCall & {
  /** The name of the project. Default: the client's own. */
  readonly project?: string | undefined;
  /** The id of the session. */
  readonly session: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ProjectWatchCall = ApiCall & {
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ProjectWatchFrame =
  | ApiFrame<'snapshot', ProjectWatchSnapshot>
  | ApiFrame<'delta', ProjectWatchDelta>
  | ApiFrame<'bookmark', ProjectWatchBookmark>;

export type RegionListCall = ApiCall & {
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose description is this. */
  readonly description?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type RegionCreateCall = ApiCall & {
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewRegion;
};

export type RegionGetCall = ApiCall & {
  /** The name or the id of the region. */
  readonly regionName: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type RegionReplaceCall = ApiCall & {
  /** The name or the id of the region. */
  readonly regionName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: RegionReplaceBody;
};

export type RegionPatchCall = ApiCall & {
  /** The name or the id of the region. */
  readonly regionName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: RegionPatchBody | JsonPatch;
};

export type RegionDeleteCall = ApiCall & {
  /** The name or the id of the region. */
  readonly regionName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type RegionWatchCall = ApiCall & {
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type RegionWatchFrame =
  | ApiFrame<'snapshot', RegionWatchSnapshot>
  | ApiFrame<'delta', RegionWatchDelta>
  | ApiFrame<'bookmark', RegionWatchBookmark>;

export type SessionRenewManyCall = ApiCall & {
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: readonly SessionRenewManyLine[];
};

export type TokenListCall = ApiCall & {
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose description is this. */
  readonly description?: string | undefined;
  /** Only those whose role is this. */
  readonly role?: 'reader' | 'writer' | 'admin' | undefined;
  /** Only those whose project is this. */
  readonly project?: string | undefined;
  /** Only those whose audience is this. */
  readonly audience?: 'internal' | 'public' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type TokenCreateCall = ApiCall & {
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewToken;
};

export type TokenGetCall = ApiCall & {
  /** The name or the id of the token. */
  readonly tokenName: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type TokenReplaceCall = ApiCall & {
  /** The name or the id of the token. */
  readonly tokenName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: TokenReplaceBody;
};

export type TokenPatchCall = ApiCall & {
  /** The name or the id of the token. */
  readonly tokenName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: TokenPatchBody | JsonPatch;
};

export type TokenDeleteCall = ApiCall & {
  /** The name or the id of the token. */
  readonly tokenName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type TokenWatchCall = ApiCall & {
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type TokenWatchFrame =
  | ApiFrame<'snapshot', TokenWatchSnapshot>
  | ApiFrame<'delta', TokenWatchDelta>
  | ApiFrame<'bookmark', TokenWatchBookmark>;

export type ZoneListCall = ApiCall & {
  /** The most items of one page. */
  readonly limit?: number | undefined;
  /** The `next_page_token` of the page before; filters and sort must be as they were there. */
  readonly pageToken?: string | undefined;
  /** The order; `-` turns it round. */
  readonly sort?: 'name' | '-name' | 'created_at' | '-created_at' | 'updated_at' | '-updated_at' | undefined;
  /** Only these fields of each object, such as `name,spec.labels`. */
  readonly fields?: readonly string[] | undefined;
  /** Only those whose description is this. */
  readonly description?: string | undefined;
  /** Only those whose region is this. */
  readonly region?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ZoneCreateCall = ApiCall & {
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** A name for this call, unique for its credential: repeated within 24 hours it is answered from memory and happens once. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: NewZone;
};

export type ZoneGetCall = ApiCall & {
  /** The name or the id of the zone. */
  readonly zoneName: string;
  /** An ETag: answered by 304 while it still holds. */
  readonly ifNoneMatch?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ZoneReplaceCall = ApiCall & {
  /** The name or the id of the zone. */
  readonly zoneName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch?: string | undefined;
  /** `*`: create it, and refuse when it exists. If-Match is not needed then. */
  readonly ifNoneMatch?: '*' | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: ZoneReplaceBody;
};

export type ZonePatchCall = ApiCall & {
  /** The name or the id of the zone. */
  readonly zoneName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
  readonly body: ZonePatchBody | JsonPatch;
};

export type ZoneDeleteCall = ApiCall & {
  /** The name or the id of the zone. */
  readonly zoneName: string;
  /** Do everything but keep it: the answer is what it would have been. */
  readonly dryRun?: boolean | undefined;
  /** The ETag that was read, or `*` to change whatever is there. */
  readonly ifMatch: string;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ZoneWatchCall = ApiCall & {
  /** A cursor: go on after what it names. Absent: begin with a snapshot. */
  readonly since?: string | undefined;
  /** The cursor of the last frame that was read; it wins over `since`. */
  readonly lastEventId?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type ZoneWatchFrame =
  | ApiFrame<'snapshot', ZoneWatchSnapshot>
  | ApiFrame<'delta', ZoneWatchDelta>
  | ApiFrame<'bookmark', ZoneWatchBookmark>;

export type AinariEndpointsCall = ApiCall & {
  /** Only endpoints in one of these zones. */
  readonly zone?: string | undefined;
  /** How long the caller waits. A call that is not done by then is given up and changes nothing. */
  readonly timeoutMs?: number | undefined;
};

export type AinariTokenCall = ApiCall & {
  readonly body: AinariTokenBody;
};

export type VersionCall = ApiCall & {
};

/**
 * Every operation, by name. A refusal is a MikoError with the code of Miko's problem document; any call may get
 * `invalid_request`, `unknown_version`, `not_acceptable`, `request_timeout`, `uri_too_long`, `headers_too_large`, `internal`.
 */
export type Api = {
  /** The same document as a page to read. Needs the role reader (document.read). Codes: `unauthenticated`, `not_ready`, `deadline_exceeded`. */
  readonly docs: (call?: DocsCall) => Promise<ApiAnswer<string>>;
  /** Whether the process turns. Answered without a credential. */
  readonly livez: (call?: LivezCall) => Promise<ApiAnswer<Alive>>;
  /** The OpenAPI document of the API date of the request. Needs the role reader (document.read). Codes: `unauthenticated`, `not_ready`, `deadline_exceeded`. */
  readonly openapi: (call?: OpenapiCall) => Promise<ApiAnswer<Readonly<Record<string, unknown>>>>;
  /** Whether calls may come. Answered without a credential. */
  readonly readyz: (call?: ReadyzCall) => Promise<ApiAnswer<Readiness>>;
  /** Search changes that are in files of the archive, newest first. Needs the role admin (archive.read). Codes: `unauthenticated`, `denied`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly archiveSearch: (call?: ArchiveSearchCall) => Promise<ApiAnswer<ArchivePage>>;
  /** List who did what, newest first. Needs the role admin (audit.read). Codes: `unauthenticated`, `denied`, `not_ready`, `deadline_exceeded`. */
  readonly auditList: (call?: AuditListCall) => Promise<ApiAnswer<AuditPage>>;
  /** List who was turned away and who was shown a secret, newest first. Needs the role admin (audit.read). Codes: `unauthenticated`, `denied`, `not_ready`, `deadline_exceeded`. */
  readonly auditRefusals: (call?: AuditRefusalsCall) => Promise<ApiAnswer<RefusalPage>>;
  /** Every row of the record with its seals, as lines that whoever holds them can verify. Needs the role admin (audit.read). Codes: `unauthenticated`, `denied`, `not_ready`, `deadline_exceeded`. */
  readonly auditExport: (call?: AuditExportCall) => AsyncIterable<string>;
  /** List every legal hold, a page at a time. Needs the role admin (legal_hold.read). Codes: `unauthenticated`, `denied`, `not_ready`, `deadline_exceeded`. */
  readonly legalHoldList: (call?: LegalHoldListCall) => Promise<ApiAnswer<LegalHoldPage>>;
  /** Create a legal hold. Needs the role admin (legal_hold.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly legalHoldCreate: (call: LegalHoldCreateCall) => Promise<ApiAnswer<LegalHold>>;
  /** Get a legal hold. Needs the role admin (legal_hold.read). Codes: `unauthenticated`, `denied`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly legalHoldGet: {
    (call: LegalHoldGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<LegalHold>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: LegalHoldGetCall): Promise<ApiAnswer<LegalHold | null>>;
  };
  /** Replace the spec of a legal hold, or with If-None-Match: * create it. Needs the role admin (legal_hold.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly legalHoldReplace: (call: LegalHoldReplaceCall) => Promise<ApiAnswer<LegalHold>>;
  /** Change parts of the spec of a legal hold. Needs the role admin (legal_hold.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly legalHoldPatch: (call: LegalHoldPatchCall) => Promise<ApiAnswer<LegalHold>>;
  /** Delete a legal hold. Needs the role admin (legal_hold.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly legalHoldDelete: (call: LegalHoldDeleteCall) => Promise<ApiAnswer<null>>;
  /** Watch every legal hold. Needs the role admin (legal_hold.read). Codes: `unauthenticated`, `denied`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly legalHoldWatch: (call?: LegalHoldWatchCall) => AsyncIterable<LegalHoldWatchFrame>;
  /** List how many objects there are and may be, by kind. Needs the role reader (limit.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly limitsList: (call?: LimitsListCall) => Promise<ApiAnswer<LimitsListAnswer>>;
  /** List every project, a page at a time. Needs the role reader (project.read). Codes: `unauthenticated`, `not_ready`, `deadline_exceeded`. */
  readonly projectList: (call?: ProjectListCall) => Promise<ApiAnswer<ProjectPage>>;
  /** Create a project. Needs the role admin (project.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly projectCreate: (call: ProjectCreateCall) => Promise<ApiAnswer<Project>>;
  /** Get a project. Needs the role reader (project.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly projectGet: {
    (call: ProjectGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<Project>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: ProjectGetCall): Promise<ApiAnswer<Project | null>>;
  };
  /** Replace the spec of a project, or with If-None-Match: * create it. Needs the role admin (project.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly projectReplace: (call: ProjectReplaceCall) => Promise<ApiAnswer<Project>>;
  /** Change parts of the spec of a project. Needs the role admin (project.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly projectPatch: (call: ProjectPatchCall) => Promise<ApiAnswer<Project>>;
  /** Delete a project. Needs the role admin (project.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly projectDelete: (call: ProjectDeleteCall) => Promise<ApiAnswer<null>>;
  /** List every endpoint override, a page at a time. Needs the role reader (endpoint_override.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly endpointOverrideList: (call?: EndpointOverrideListCall) => Promise<ApiAnswer<EndpointOverridePage>>;
  /** Create an endpoint override. Needs the role writer (endpoint_override.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointOverrideCreate: (call: EndpointOverrideCreateCall) => Promise<ApiAnswer<EndpointOverride>>;
  /** Get an endpoint override. Needs the role reader (endpoint_override.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly endpointOverrideGet: {
    (call: EndpointOverrideGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<EndpointOverride>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: EndpointOverrideGetCall): Promise<ApiAnswer<EndpointOverride | null>>;
  };
  /** Replace the spec of an endpoint override, or with If-None-Match: * create it. Needs the role writer (endpoint_override.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointOverrideReplace: (call: EndpointOverrideReplaceCall) => Promise<ApiAnswer<EndpointOverride>>;
  /** Change parts of the spec of an endpoint override. Needs the role writer (endpoint_override.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointOverridePatch: (call: EndpointOverridePatchCall) => Promise<ApiAnswer<EndpointOverride>>;
  /** Delete an endpoint override. Needs the role writer (endpoint_override.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointOverrideDelete: (call: EndpointOverrideDeleteCall) => Promise<ApiAnswer<null>>;
  /** Watch every endpoint override. Needs the role reader (endpoint_override.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointOverrideWatch: (call?: EndpointOverrideWatchCall) => AsyncIterable<EndpointOverrideWatchFrame>;
  /** The endpoint list. Needs the role reader (endpoint.list). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly endpointList: {
    (call?: EndpointListCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<EndpointList>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: EndpointListCall): Promise<ApiAnswer<EndpointList | null>>;
  };
  /** The stream of changes. Needs the role reader (endpoint.list). Codes: `unauthenticated`, `not_found`, `session_not_found`, `fenced`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointWatch: (call?: EndpointWatchCall) => AsyncIterable<EndpointWatchFrame>;
  /** List every quota, a page at a time. Needs the role reader (quota.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly quotaList: (call?: QuotaListCall) => Promise<ApiAnswer<QuotaPage>>;
  /** Create a quota. Needs the role admin (quota.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly quotaCreate: (call: QuotaCreateCall) => Promise<ApiAnswer<Quota>>;
  /** Get a quota. Needs the role reader (quota.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly quotaGet: {
    (call: QuotaGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<Quota>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: QuotaGetCall): Promise<ApiAnswer<Quota | null>>;
  };
  /** Replace the spec of a quota, or with If-None-Match: * create it. Needs the role admin (quota.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly quotaReplace: (call: QuotaReplaceCall) => Promise<ApiAnswer<Quota>>;
  /** Change parts of the spec of a quota. Needs the role admin (quota.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly quotaPatch: (call: QuotaPatchCall) => Promise<ApiAnswer<Quota>>;
  /** Delete a quota. Needs the role admin (quota.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly quotaDelete: (call: QuotaDeleteCall) => Promise<ApiAnswer<null>>;
  /** Watch every quota. Needs the role reader (quota.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly quotaWatch: (call?: QuotaWatchCall) => AsyncIterable<QuotaWatchFrame>;
  /** List every service, a page at a time. Needs the role reader (service.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly serviceList: (call?: ServiceListCall) => Promise<ApiAnswer<ServicePage>>;
  /** Create a service. Needs the role writer (service.write). A body has at most 65536 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly serviceCreate: (call: ServiceCreateCall) => Promise<ApiAnswer<Service>>;
  /** Get a service. Needs the role reader (service.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly serviceGet: {
    (call: ServiceGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<Service>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: ServiceGetCall): Promise<ApiAnswer<Service | null>>;
  };
  /** Replace the spec of a service, or with If-None-Match: * create it. Needs the role writer (service.write). A body has at most 65536 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly serviceReplace: (call: ServiceReplaceCall) => Promise<ApiAnswer<Service>>;
  /** Change parts of the spec of a service. Needs the role writer (service.write). A body has at most 65536 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly servicePatch: (call: ServicePatchCall) => Promise<ApiAnswer<Service>>;
  /** Delete a service. Needs the role writer (service.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly serviceDelete: (call: ServiceDeleteCall) => Promise<ApiAnswer<null>>;
  /** Register an endpoint, or change its registration. Needs the role writer (endpoint.register). A body has at most 65536 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `session_not_found`, `quota_exceeded`, `fenced`, `owned_by_other`, `too_large`, `unsupported_media_type`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointRegister: (call: EndpointRegisterCall) => Promise<ApiAnswer<Endpoint>>;
  /** Take a registration back, and wait for its callers. Needs the role writer (endpoint.register). Codes: `unauthenticated`, `denied`, `not_found`, `fenced`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointDeregister: (call: EndpointDeregisterCall) => Promise<ApiAnswer<null>>;
  /** Report the health of an endpoint with a ttl check. Needs the role writer (endpoint.register). A body has at most 4096 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `session_not_found`, `fenced`, `owned_by_other`, `too_large`, `unsupported_media_type`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointReport: (call: EndpointReportCall) => Promise<ApiAnswer<Endpoint>>;
  /** Drain an endpoint, and wait for its callers. Needs the role writer (endpoint.drain). A body has at most 1024 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `already_exists`, `in_use`, `quota_exceeded`, `in_flight`, `precondition_failed`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointDrain: (call: EndpointDrainCall) => Promise<ApiAnswer<Drain>>;
  /** Why an endpoint is in or out of the list, and who has seen it. Needs the role reader (endpoint.explain). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly endpointExplain: (call: EndpointExplainCall) => Promise<ApiAnswer<Explanation>>;
  /** Take a drain back. Needs the role writer (endpoint.drain). A body has at most 1024 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `in_use`, `in_flight`, `precondition_failed`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly endpointUndrain: (call: EndpointUndrainCall) => Promise<ApiAnswer<Undrain>>;
  /** Let a held mass expiry of the service proceed, in all zones. Needs the role writer (service.accept_expiry). A body has at most 1024 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly serviceAcceptExpiry: (call: ServiceAcceptExpiryCall) => Promise<ApiAnswer<AcceptedExpiry>>;
  /** Watch every service. Needs the role reader (service.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly serviceWatch: (call?: ServiceWatchCall) => AsyncIterable<ServiceWatchFrame>;
  /** Open a session; an older one of the same owner is fenced. Needs the role writer (session.hold). A body has at most 4096 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly sessionOpen: (call: SessionOpenCall) => Promise<ApiAnswer<Session>>;
  /** Renew, and acknowledge what was applied. Needs the role writer (session.hold). A body has at most 4096 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `session_not_found`, `fenced`, `too_large`, `unsupported_media_type`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly sessionRenew: (call: SessionRenewCall) => Promise<ApiAnswer<Session>>;
  /** Depart: its endpoints go at once. Needs the role writer (session.hold). Codes: `unauthenticated`, `denied`, `not_found`, `session_not_found`, `fenced`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly sessionEnd: (call: SessionEndCall) => Promise<ApiAnswer<null>>;
  /** Watch every project. Needs the role reader (project.read). Codes: `unauthenticated`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly projectWatch: (call?: ProjectWatchCall) => AsyncIterable<ProjectWatchFrame>;
  /** List every region, a page at a time. Needs the role reader (region.read). Codes: `unauthenticated`, `not_ready`, `deadline_exceeded`. */
  readonly regionList: (call?: RegionListCall) => Promise<ApiAnswer<RegionPage>>;
  /** Create a region. Needs the role admin (region.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly regionCreate: (call: RegionCreateCall) => Promise<ApiAnswer<Region>>;
  /** Get a region. Needs the role reader (region.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly regionGet: {
    (call: RegionGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<Region>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: RegionGetCall): Promise<ApiAnswer<Region | null>>;
  };
  /** Replace the spec of a region, or with If-None-Match: * create it. Needs the role admin (region.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly regionReplace: (call: RegionReplaceCall) => Promise<ApiAnswer<Region>>;
  /** Change parts of the spec of a region. Needs the role admin (region.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly regionPatch: (call: RegionPatchCall) => Promise<ApiAnswer<Region>>;
  /** Delete a region. Needs the role admin (region.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly regionDelete: (call: RegionDeleteCall) => Promise<ApiAnswer<null>>;
  /** Watch every region. Needs the role reader (region.read). Codes: `unauthenticated`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly regionWatch: (call?: RegionWatchCall) => AsyncIterable<RegionWatchFrame>;
  /** Many renewals, one a line. Needs the role writer (session.hold). A body has at most 1048576 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `too_large`, `unsupported_media_type`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly sessionRenewMany: (call: SessionRenewManyCall) => AsyncIterable<RenewedLine>;
  /** List every token, a page at a time. Needs the role admin (token.read). Codes: `unauthenticated`, `denied`, `not_ready`, `deadline_exceeded`. */
  readonly tokenList: (call?: TokenListCall) => Promise<ApiAnswer<TokenPage>>;
  /** Create a token. Needs the role admin (token.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly tokenCreate: (call: TokenCreateCall) => Promise<ApiAnswer<Token>>;
  /** Get a token. Needs the role admin (token.read). Codes: `unauthenticated`, `denied`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly tokenGet: {
    (call: TokenGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<Token>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: TokenGetCall): Promise<ApiAnswer<Token | null>>;
  };
  /** Replace the spec of a token, or with If-None-Match: * create it. Needs the role admin (token.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly tokenReplace: (call: TokenReplaceCall) => Promise<ApiAnswer<Token>>;
  /** Change parts of the spec of a token. Needs the role admin (token.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly tokenPatch: (call: TokenPatchCall) => Promise<ApiAnswer<Token>>;
  /** Delete a token. Needs the role admin (token.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly tokenDelete: (call: TokenDeleteCall) => Promise<ApiAnswer<null>>;
  /** Watch every token. Needs the role admin (token.read). Codes: `unauthenticated`, `denied`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly tokenWatch: (call?: TokenWatchCall) => AsyncIterable<TokenWatchFrame>;
  /** List every zone, a page at a time. Needs the role reader (zone.read). Codes: `unauthenticated`, `not_ready`, `deadline_exceeded`. */
  readonly zoneList: (call?: ZoneListCall) => Promise<ApiAnswer<ZonePage>>;
  /** Create a zone. Needs the role admin (zone.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `already_exists`, `quota_exceeded`, `in_flight`, `too_large`, `unsupported_media_type`, `idempotency_mismatch`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly zoneCreate: (call: ZoneCreateCall) => Promise<ApiAnswer<Zone>>;
  /** Get a zone. Needs the role reader (zone.read). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly zoneGet: {
    (call: ZoneGetCall & { readonly ifNoneMatch?: undefined }): Promise<ApiAnswer<Zone>>;
    /** The body is null, and the status 304, while the ETag still holds. */
    (call: ZoneGetCall): Promise<ApiAnswer<Zone | null>>;
  };
  /** Replace the spec of a zone, or with If-None-Match: * create it. Needs the role admin (zone.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `quota_exceeded`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly zoneReplace: (call: ZoneReplaceCall) => Promise<ApiAnswer<Zone>>;
  /** Change parts of the spec of a zone. Needs the role admin (zone.write). A body has at most 16384 bytes. Codes: `malformed_json`, `unauthenticated`, `denied`, `not_found`, `patch_test_failed`, `precondition_failed`, `too_large`, `unsupported_media_type`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly zonePatch: (call: ZonePatchCall) => Promise<ApiAnswer<Zone>>;
  /** Delete a zone. Needs the role admin (zone.write). Codes: `unauthenticated`, `denied`, `not_found`, `in_use`, `precondition_failed`, `precondition_required`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly zoneDelete: (call: ZoneDeleteCall) => Promise<ApiAnswer<null>>;
  /** Watch every zone. Needs the role reader (zone.read). Codes: `unauthenticated`, `not_ready`, `overloaded`, `deadline_exceeded`. */
  readonly zoneWatch: (call?: ZoneWatchCall) => AsyncIterable<ZoneWatchFrame>;
  /** One address of each service, as SDKs of ainari read it. Needs the role reader (endpoint.list). Codes: `unauthenticated`, `not_found`, `not_ready`, `deadline_exceeded`. */
  readonly ainariEndpoints: (call?: AinariEndpointsCall) => Promise<ApiAnswer<Readonly<Record<string, AinariAddresses>>>>;
  /** A token, as SDKs of ainari ask for one. Takes the credential from its body, or from the header. A body has at most 4096 bytes. Codes: `malformed_json`, `unauthenticated`, `too_large`, `unsupported_media_type`, `not_ready`. */
  readonly ainariToken: (call: AinariTokenCall) => Promise<ApiAnswer<AinariToken>>;
  /** Which Miko this is, and the API dates it speaks. Answered without a credential. */
  readonly version: (call?: VersionCall) => Promise<ApiAnswer<About>>;
};

export function createApi(send: ApiSender): Api {
  return {
    docs: (call?: DocsCall) => send.text({ method: 'GET', path: '/docs', headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    livez: (call?: LivezCall) => send.json<Alive>({ method: 'GET', path: '/livez' }, call),
    openapi: (call?: OpenapiCall) => send.json<Readonly<Record<string, unknown>>>({ method: 'GET', path: '/openapi.json', headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    readyz: (call?: ReadyzCall) => send.json<Readiness>({ method: 'GET', path: '/readyz', alsoAnswers: [503] }, call),
    archiveSearch: (call?: ArchiveSearchCall) => send.json<ArchivePage>({ method: 'GET', path: '/v1/archive', query: { kind: 'kind', name: 'name', project: 'project', since: 'since', until: 'until', limit: 'limit', pageToken: 'page_token' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    auditList: (call?: AuditListCall) => send.json<AuditPage>({ method: 'GET', path: '/v1/audit', query: { actor: 'actor', kind: 'kind', name: 'name', sinceRevision: 'since_revision', limit: 'limit', pageToken: 'page_token' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    auditRefusals: (call?: AuditRefusalsCall) => send.json<RefusalPage>({ method: 'GET', path: '/v1/audit/refusals', query: { actor: 'actor', code: 'code', since: 'since', limit: 'limit', pageToken: 'page_token' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    auditExport: (call?: AuditExportCall) => send.rawLines({ method: 'GET', path: '/v1/audit:export', query: { stream: 'stream', sinceRevision: 'since_revision' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    legalHoldList: (call?: LegalHoldListCall) => send.json<LegalHoldPage>({ method: 'GET', path: '/v1/legal-holds', query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', project: 'project', kind: 'kind', name: 'name', reason: 'reason' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    legalHoldCreate: (call: LegalHoldCreateCall) => send.json<LegalHold>({ method: 'POST', path: '/v1/legal-holds', query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    legalHoldGet: (call: LegalHoldGetCall) => send.json<LegalHold>({ method: 'GET', path: '/v1/legal-holds/{legalHoldName}', headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    legalHoldReplace: (call: LegalHoldReplaceCall) => send.json<LegalHold>({ method: 'PUT', path: '/v1/legal-holds/{legalHoldName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    legalHoldPatch: (call: LegalHoldPatchCall) => send.json<LegalHold>({ method: 'PATCH', path: '/v1/legal-holds/{legalHoldName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    legalHoldDelete: (call: LegalHoldDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/legal-holds/{legalHoldName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    legalHoldWatch: (call?: LegalHoldWatchCall) => send.frames<LegalHoldWatchFrame>({ method: 'GET', path: '/v1/legal-holds:watch', query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    limitsList: (call?: LimitsListCall) => send.json<LimitsListAnswer>({ method: 'GET', path: '/v1/limits', query: { project: 'project' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    projectList: (call?: ProjectListCall) => send.json<ProjectPage>({ method: 'GET', path: '/v1/projects', query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', description: 'description', createServices: 'create_services' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    projectCreate: (call: ProjectCreateCall) => send.json<Project>({ method: 'POST', path: '/v1/projects', query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    projectGet: (call: ProjectGetCall) => send.json<Project>({ method: 'GET', path: '/v1/projects/{project}', headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    projectReplace: (call: ProjectReplaceCall) => send.json<Project>({ method: 'PUT', path: '/v1/projects/{project}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    projectPatch: (call: ProjectPatchCall) => send.json<Project>({ method: 'PATCH', path: '/v1/projects/{project}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    projectDelete: (call: ProjectDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/projects/{project}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointOverrideList: (call?: EndpointOverrideListCall) => send.json<EndpointOverridePage>({ method: 'GET', path: '/v1/projects/{project}/endpoint-overrides', ownProject: true, query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', service: 'service', instance: 'instance', weight: 'weight', reason: 'reason', state: 'state' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointOverrideCreate: (call: EndpointOverrideCreateCall) => send.json<EndpointOverride>({ method: 'POST', path: '/v1/projects/{project}/endpoint-overrides', ownProject: true, query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    endpointOverrideGet: (call: EndpointOverrideGetCall) => send.json<EndpointOverride>({ method: 'GET', path: '/v1/projects/{project}/endpoint-overrides/{endpointOverride}', ownProject: true, headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointOverrideReplace: (call: EndpointOverrideReplaceCall) => send.json<EndpointOverride>({ method: 'PUT', path: '/v1/projects/{project}/endpoint-overrides/{endpointOverride}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    endpointOverridePatch: (call: EndpointOverridePatchCall) => send.json<EndpointOverride>({ method: 'PATCH', path: '/v1/projects/{project}/endpoint-overrides/{endpointOverride}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    endpointOverrideDelete: (call: EndpointOverrideDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/projects/{project}/endpoint-overrides/{endpointOverride}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointOverrideWatch: (call?: EndpointOverrideWatchCall) => send.frames<EndpointOverrideWatchFrame>({ method: 'GET', path: '/v1/projects/{project}/endpoint-overrides:watch', ownProject: true, query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    endpointList: (call?: EndpointListCall) => send.json<EndpointList>({ method: 'GET', path: '/v1/projects/{project}/endpoints', ownProject: true, query: { service: 'service', zone: 'zone', audience: 'audience', tag: 'tag', health: 'health', atLeast: 'at_least' }, repeated: ['tag'], headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointWatch: (call?: EndpointWatchCall) => send.frames<EndpointWatchFrame>({ method: 'GET', path: '/v1/projects/{project}/endpoints:watch', ownProject: true, query: { service: 'service', session: 'session', since: 'since', audience: 'audience' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    quotaList: (call?: QuotaListCall) => send.json<QuotaPage>({ method: 'GET', path: '/v1/projects/{project}/quotas', ownProject: true, query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', most: 'most', reason: 'reason' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    quotaCreate: (call: QuotaCreateCall) => send.json<Quota>({ method: 'POST', path: '/v1/projects/{project}/quotas', ownProject: true, query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    quotaGet: (call: QuotaGetCall) => send.json<Quota>({ method: 'GET', path: '/v1/projects/{project}/quotas/{quota}', ownProject: true, headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    quotaReplace: (call: QuotaReplaceCall) => send.json<Quota>({ method: 'PUT', path: '/v1/projects/{project}/quotas/{quota}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    quotaPatch: (call: QuotaPatchCall) => send.json<Quota>({ method: 'PATCH', path: '/v1/projects/{project}/quotas/{quota}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    quotaDelete: (call: QuotaDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/projects/{project}/quotas/{quota}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    quotaWatch: (call?: QuotaWatchCall) => send.frames<QuotaWatchFrame>({ method: 'GET', path: '/v1/projects/{project}/quotas:watch', ownProject: true, query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    serviceList: (call?: ServiceListCall) => send.json<ServicePage>({ method: 'GET', path: '/v1/projects/{project}/services', ownProject: true, query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', label: 'label', description: 'description' }, repeated: ['fields', 'label'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    serviceCreate: (call: ServiceCreateCall) => send.json<Service>({ method: 'POST', path: '/v1/projects/{project}/services', ownProject: true, query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    serviceGet: (call: ServiceGetCall) => send.json<Service>({ method: 'GET', path: '/v1/projects/{project}/services/{service}', ownProject: true, headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    serviceReplace: (call: ServiceReplaceCall) => send.json<Service>({ method: 'PUT', path: '/v1/projects/{project}/services/{service}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    servicePatch: (call: ServicePatchCall) => send.json<Service>({ method: 'PATCH', path: '/v1/projects/{project}/services/{service}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    serviceDelete: (call: ServiceDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/projects/{project}/services/{service}', ownProject: true, query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointRegister: (call: EndpointRegisterCall) => send.json<Endpoint>({ method: 'PUT', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}', ownProject: true, headers: { timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    endpointDeregister: (call: EndpointDeregisterCall) => send.json<null>({ method: 'DELETE', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}', ownProject: true, query: { session: 'session', waitSeconds: 'wait_seconds' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointReport: (call: EndpointReportCall) => send.json<Endpoint>({ method: 'PUT', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}/health', ownProject: true, headers: { timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    endpointDrain: (call: EndpointDrainCall) => send.json<Drain>({ method: 'POST', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}:drain', ownProject: true, query: { waitSeconds: 'wait_seconds' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointExplain: (call: EndpointExplainCall) => send.json<Explanation>({ method: 'GET', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}:explain', ownProject: true, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    endpointUndrain: (call: EndpointUndrainCall) => send.json<Undrain>({ method: 'POST', path: '/v1/projects/{project}/services/{service}/endpoints/{instance}:undrain', ownProject: true, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    serviceAcceptExpiry: (call: ServiceAcceptExpiryCall) => send.json<AcceptedExpiry>({ method: 'POST', path: '/v1/projects/{project}/services/{service}:accept_expiry', ownProject: true, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    serviceWatch: (call?: ServiceWatchCall) => send.frames<ServiceWatchFrame>({ method: 'GET', path: '/v1/projects/{project}/services:watch', ownProject: true, query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    sessionOpen: (call: SessionOpenCall) => send.json<Session>({ method: 'POST', path: '/v1/projects/{project}/sessions', ownProject: true, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    sessionRenew: (call: SessionRenewCall) => send.json<Session>({ method: 'PUT', path: '/v1/projects/{project}/sessions/{session}', ownProject: true, headers: { timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    sessionEnd: (call: SessionEndCall) => send.json<null>({ method: 'DELETE', path: '/v1/projects/{project}/sessions/{session}', ownProject: true, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    projectWatch: (call?: ProjectWatchCall) => send.frames<ProjectWatchFrame>({ method: 'GET', path: '/v1/projects:watch', query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    regionList: (call?: RegionListCall) => send.json<RegionPage>({ method: 'GET', path: '/v1/regions', query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', description: 'description' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    regionCreate: (call: RegionCreateCall) => send.json<Region>({ method: 'POST', path: '/v1/regions', query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    regionGet: (call: RegionGetCall) => send.json<Region>({ method: 'GET', path: '/v1/regions/{regionName}', headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    regionReplace: (call: RegionReplaceCall) => send.json<Region>({ method: 'PUT', path: '/v1/regions/{regionName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    regionPatch: (call: RegionPatchCall) => send.json<Region>({ method: 'PATCH', path: '/v1/regions/{regionName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    regionDelete: (call: RegionDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/regions/{regionName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    regionWatch: (call?: RegionWatchCall) => send.frames<RegionWatchFrame>({ method: 'GET', path: '/v1/regions:watch', query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    sessionRenewMany: (call: SessionRenewManyCall) => send.lines<RenewedLine>({ method: 'POST', path: '/v1/sessions:renew', headers: { timeoutMs: 'Miko-Timeout-Ms' }, body: 'lines' }, call),
    tokenList: (call?: TokenListCall) => send.json<TokenPage>({ method: 'GET', path: '/v1/tokens', query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', description: 'description', role: 'role', project: 'project', audience: 'audience' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    tokenCreate: (call: TokenCreateCall) => send.json<Token>({ method: 'POST', path: '/v1/tokens', query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    tokenGet: (call: TokenGetCall) => send.json<Token>({ method: 'GET', path: '/v1/tokens/{tokenName}', headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    tokenReplace: (call: TokenReplaceCall) => send.json<Token>({ method: 'PUT', path: '/v1/tokens/{tokenName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    tokenPatch: (call: TokenPatchCall) => send.json<Token>({ method: 'PATCH', path: '/v1/tokens/{tokenName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    tokenDelete: (call: TokenDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/tokens/{tokenName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    tokenWatch: (call?: TokenWatchCall) => send.frames<TokenWatchFrame>({ method: 'GET', path: '/v1/tokens:watch', query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    zoneList: (call?: ZoneListCall) => send.json<ZonePage>({ method: 'GET', path: '/v1/zones', query: { limit: 'limit', pageToken: 'page_token', sort: 'sort', fields: 'fields', description: 'description', region: 'region' }, repeated: ['fields'], headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    zoneCreate: (call: ZoneCreateCall) => send.json<Zone>({ method: 'POST', path: '/v1/zones', query: { dryRun: 'dry_run' }, headers: { idempotencyKey: 'Idempotency-Key', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    zoneGet: (call: ZoneGetCall) => send.json<Zone>({ method: 'GET', path: '/v1/zones/{zoneName}', headers: { ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    zoneReplace: (call: ZoneReplaceCall) => send.json<Zone>({ method: 'PUT', path: '/v1/zones/{zoneName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', ifNoneMatch: 'If-None-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'json' }, call),
    zonePatch: (call: ZonePatchCall) => send.json<Zone>({ method: 'PATCH', path: '/v1/zones/{zoneName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' }, body: 'patch' }, call),
    zoneDelete: (call: ZoneDeleteCall) => send.json<null>({ method: 'DELETE', path: '/v1/zones/{zoneName}', query: { dryRun: 'dry_run' }, headers: { ifMatch: 'If-Match', timeoutMs: 'Miko-Timeout-Ms' } }, call),
    zoneWatch: (call?: ZoneWatchCall) => send.frames<ZoneWatchFrame>({ method: 'GET', path: '/v1/zones:watch', query: { since: 'since' }, headers: { lastEventId: 'Last-Event-ID', timeoutMs: 'Miko-Timeout-Ms' } }, ['snapshot', 'delta', 'bookmark'], call),
    ainariEndpoints: (call?: AinariEndpointsCall) => send.json<Readonly<Record<string, AinariAddresses>>>({ method: 'GET', path: '/v1alpha/endpoints', query: { zone: 'zone' }, headers: { timeoutMs: 'Miko-Timeout-Ms' } }, call),
    ainariToken: (call: AinariTokenCall) => send.json<AinariToken>({ method: 'POST', path: '/v1alpha/token', body: 'form' }, call),
    version: (call?: VersionCall) => send.json<About>({ method: 'GET', path: '/version' }, call),
  };
}
