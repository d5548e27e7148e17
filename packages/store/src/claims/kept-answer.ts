import type pg from 'pg';
import { StoreError } from '../error.ts';
import type { ObjectResult } from '../objects/decision.ts';

/** What of an answer is kept to be given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A key that a call carries: the same call under the same key happens once, and is answered the same for 24 hours. */
export interface CallClaim {
  /** Keys of different credentials are different keys. */
  readonly credential: string;
  readonly key: string;
  /** Of all that makes the call what it is: another one under the same key is refused. */
  readonly fingerprint: string;
}

/** A key claimed by a write of an object. */
export interface Claim extends CallClaim {
  /** What is kept: no secret belongs in it. */
  answer(result: ObjectResult): KeptAnswer;
}

/** The most that is kept of one answer, headers and body together, in bytes. */
export const MOST_KEPT_BYTES = 65_536;

/**
 * Takes the key for the transaction of this client: nobody else gets it until that ends. The answer that is kept, or null.
 * Throws StoreError `in_flight` without waiting, and `idempotency_mismatch`.
 */
export async function take(client: pg.ClientBase, claim: CallClaim): Promise<KeptAnswer | null> {
  return await taken(client, claim, 'pg_try_advisory_xact_lock');
}

/** The same until the connection ends or `release` is called. */
export async function hold(client: pg.ClientBase, claim: CallClaim): Promise<KeptAnswer | null> {
  return await taken(client, claim, 'pg_try_advisory_lock');
}

export async function release(client: pg.ClientBase, { credential, key }: CallClaim): Promise<void> {
  await client.query('select pg_advisory_unlock(miko_claim_key($1, $2))', [credential, key]);
}

/** Throws StoreError `too_large`. */
export async function keep(client: pg.ClientBase, { credential, key, fingerprint }: CallClaim, { status, headers, body }: KeptAnswer): Promise<void> {
  const head = JSON.stringify(headers);
  if (Buffer.byteLength(head) + Buffer.byteLength(body ?? '') > MOST_KEPT_BYTES) {
    throw new StoreError('too_large', `an answer of more than ${MOST_KEPT_BYTES} bytes cannot be kept for a repetition of the call`);
  }
  // What is there is older than is kept, and was not pruned yet.
  await client.query({
    name: 'miko_keep',
    text: `insert into idempotency (credential, key, fingerprint, status, headers, body, kept_at) values ($1, $2, $3, $4, $5, $6, clock_timestamp())
      on conflict (credential, key) do update set fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
        body = excluded.body, kept_at = excluded.kept_at`,
    values: [credential, key, fingerprint, status, head, body],
  });
}

async function taken(client: pg.ClientBase, { credential, key, fingerprint }: CallClaim, lock: string): Promise<KeptAnswer | null> {
  const { rows: [locked] } = await client.query<{ got: boolean }>(`select ${lock}(miko_claim_key($1, $2)) as got`, [credential, key]);
  if (locked?.got !== true) throw inFlight();
  // A statement of its own: it sees what the holder before committed.
  const { rows: [found] } = await client.query<KeptAnswer & { fingerprint: string }>({
    name: 'miko_kept',
    text: `select fingerprint, status, headers, body from idempotency
      where credential = $1 and key = $2 and kept_at > clock_timestamp() - interval '24 hours'`,
    values: [credential, key],
  });
  if (found === undefined) return null;
  if (found.fingerprint !== fingerprint) throw new StoreError('idempotency_mismatch', 'this key was used for another call');
  return { status: found.status, headers: found.headers, body: found.body };
}

export const inFlight = (): StoreError => new StoreError('in_flight', 'a call under this key is running');
