import {
  bool, choice, described, endpointLimits, int, INSTANCE_NAME, list, map, nullable, object, OBJECT_NAME, oneOf, optional, registrationSchema, sessionLimits, text, type Schema,
} from '@miko/model';
import { titled } from '../api/answered.ts';

/** What the directory answers, for the document. Callers of public addresses see no `host` and no `port`. */
const MOST_SERVICES = 10_000;
const revision = described('Of what is shown', int({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const instance = text({ min: 1, max: 128, pattern: INSTANCE_NAME, description: 'Unique in its service' });
const endpointId = text({ min: 29, max: 29, pattern: '^ep_[0-9a-z]{26}$', description: 'New for each registration by a new session' });
const nothing = (description: string): Schema<null> => ({ type: 'null', description });
const { host, port, protocol, public_url, zone, weight, tags, labels } = registrationSchema.properties as Readonly<Record<string, Schema>>;

export const endpointSchema = titled('Endpoint', object({
  id: endpointId, instance, host: optional(host!), port: optional(port!), protocol: protocol!, public_url: public_url!, zone: zone!, weight: weight!, tags: tags!, labels: labels!,
  health: described('What its checks found; unknown: the evidence was lost', oneOf('starting', 'passing', 'warning', 'critical', 'unknown')),
  state: described('What an operator decided', oneOf('active', 'draining', 'denied')),
  held: optional(bool({ description: 'It is overdue and kept, because too many went at once' })),
  revision,
}));

const endpoints = list(endpointSchema, { max: endpointLimits.perService, description: 'By instance' });
const why = described('What emptied it last', oneOf('starting', 'never_registered', 'departed', 'deregistered', 'expired', 'draining', 'denied', 'critical', 'filtered'));
const none = list(endpointSchema, { max: 0, description: 'Always empty' });

export const endpointListSchema = titled('EndpointList', object({
  revision: described('The highest of the services shown', revision),
  services: map(choice('state', {
    known: { cause: nothing('Null while it is known'), revision, endpoints },
    empty: { cause: why, revision, endpoints: none },
    unknown: { endpoints: none },
  }), { keys: OBJECT_NAME, max: MOST_SERVICES, description: 'Those asked for, by name' }),
}));

const gone = object({ instance, id: endpointId, cause: oneOf('departed', 'deregistered', 'expired') });
const moved = { revision, set: list(endpointSchema, { max: endpointLimits.perService, description: 'New or changed, whole' }), gone: list(gone, { max: endpointLimits.perService }) };
const bookmark = object({ revision });

/** Frames of the stream: `data` by `event`. After `error` (a problem) the stream ends. */
export const endpointFrameSchema = choice('event', {
  snapshot: { data: endpointListSchema },
  delta: {
    data: titled('EndpointDelta', object({
      revision,
      services: map(choice('state', { known: { cause: nothing('Null while it is known'), ...moved }, empty: { cause: why, ...moved }, unknown: moved }), { keys: OBJECT_NAME, max: MOST_SERVICES }),
    })),
  },
  bookmark: { data: bookmark },
  error: { data: { type: 'object', description: 'A problem, as errors are answered' } },
});

const sessionId = text({ min: 30, max: 30, pattern: '^ses_[0-9a-z]{26}$' });

export const sessionShownSchema = titled('Session', object({
  id: sessionId,
  name: text({ min: 1, max: 128 }),
  owner: text({ min: 1, max: 256 }),
  generation: int({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Rises with each session of the owner; the older ones are fenced' }),
  ttl_seconds: int({ min: 2, max: 3_600 }),
  renew_every_seconds: int({ min: 1, max: 1_200 }),
  expires_at: text({ min: 24, max: 24, description: 'Unless it is renewed' }),
}));

export const renewedLineSchema = titled('RenewedLine', object({
  session: nullable(text({ max: 64, description: 'Null: the line could not be read' })),
  status: int({ min: 200, max: 599, description: 'As one renewal alone would be answered' }),
  code: nullable(text({ max: 64, description: 'Of the problem; null: it is renewed' })),
}));

const holder = { session: sessionId, name: text({ max: 128 }), applied: int({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'The highest revision it said it has applied' }) };
const unsessioned = int({ min: 0, max: 1_000_000, description: 'Watchers without a session: nobody knows what they have applied' });

export const drainSchema = titled('Drain', object({
  revision,
  waited_ms: int({ min: 0, max: 3_600_000 }),
  released: bool({ description: 'Every session that watches has applied it' }),
  holding: list(object(holder), { max: 10_000, description: 'Those that have not' }),
  unsessioned_watchers: unsessioned,
}));

export const undrainSchema = titled('Undrain', object({ revision }));

export const explanationSchema = titled('Explanation', object({
  service: text({ max: 63 }), instance,
  listed: bool({ description: 'The default list holds it' }),
  revision,
  steps: list(object({
    step: oneOf('registered', 'session', 'health', 'override', 'listed', 'delivered'),
    ok: bool(), text: text({ max: 1_000 }),
  }), { max: 20, description: 'On the way into the list, in order' }),
  probe: nullable(object({ at: text({ max: 24 }), text: text({ max: 10_000 }) })),
  watchers: list(object({ ...holder, seen: bool({ description: 'It has applied the revision' }) }), { max: Math.min(10_000, sessionLimits.perProject) }),
  unsessioned_watchers: unsessioned,
}));

export const acceptedSchema = titled('AcceptedExpiry', object({ accepted: int({ min: 0, max: endpointLimits.perService, description: 'Held endpoints that went' }) }));
