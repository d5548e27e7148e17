import { int, nullable, object, text, type Infer } from './schema.ts';

/** Sessions: what a running process holds, and by whose renewal its endpoints stay listed. */

/** How long renewals are gathered before one grouped pulse makes them durable. A session ends no earlier than last durable pulse + TTL + this. */
export const PULSE_INTERVAL_MS = 500;

/** A durable endpoint is owned by the credential that registered it: an owner named like one would take its endpoints over. */
const OWNER = '^(?!tok_)[\\x21-\\x7e]+$';

export const sessionSchema = object({
  name: text({ min: 1, max: 128, pattern: '^[\\x20-\\x7e]+$', description: 'What people know the process by' }),
  owner: text({ min: 1, max: 256, pattern: OWNER, description: 'The stable id of one process slot; two processes never share it' }),
  ttl_seconds: int({ min: 2, max: 3600, description: 'Seconds without a renewal after which its endpoints go' }),
});
export type SessionRequest = Infer<typeof sessionSchema>;

const applied = nullable(int({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Every revision up to it is applied; null: nothing to say of that' }));
export const renewalSchema = object({ applied });
export type Renewal = Infer<typeof renewalSchema>;

/** One line of many renewals. */
export const renewalLineSchema = object({
  project: text({ min: 1, max: 63, description: 'The project the session lies in' }),
  session: text({ min: 1, max: 64, description: 'Its id' }),
  applied,
});

export const sessionLimits = { perProject: 100_000, bodyBytes: 4_096 } as const;

export const renewEverySeconds = (ttlSeconds: number): number => Math.max(1, Math.floor(ttlSeconds / 3));

/** `fenced`: a newer session of the same owner has taken over; its endpoints stay for its remaining TTL. */
export type SessionState = 'live' | 'fenced' | 'ended';

export interface SessionRecord {
  readonly id: string;
  readonly project: string;
  readonly owner: string;
  readonly name: string;
  /** Rises with each session of the same owner: the revision at which it was opened. */
  readonly generation: number;
  readonly ttlSeconds: number;
  readonly state: SessionState;
  readonly credential: string;
  /** Milliseconds since the epoch on the database's clock. */
  readonly openedAt: number;
  readonly expiresAt: number;
  /** The highest revision its client said it has applied; 0 before the first. */
  readonly applied: number;
  /** The services its client watches, `*` for all; empty: none. */
  readonly watching: readonly string[];
}
