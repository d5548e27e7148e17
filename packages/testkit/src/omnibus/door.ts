import type { Frames } from './frames.ts';
import type { Told } from './told.ts';

/** A request; nothing is added to it but the credential and the media type of its body. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  /** A value is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  /** An empty value is not sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Null: none; absent: the admin's. */
  readonly token?: string | null;
}

/** A way to a Miko: over a socket, or straight into its pipeline. The cases cannot tell them apart. */
export interface Door {
  readonly admin: string;
  send<T = never>(sent: Sent): Promise<Told<T>>;
  /** A stream, into `frames` where a reader goes on with it; rejects where it is refused. */
  stream(sent: Sent, frames?: Frames): Promise<Frames>;
  /** Where a command line finds it; null: nowhere. */
  readonly url: string | null;
}

export const bytesOf = (body: unknown): Buffer | null =>
  body === undefined ? null : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

/** The header fields of a request as they are sent, lower case. */
export function headersOf({ headers = {}, token, body }: Sent, admin: string): Record<string, string> {
  const sent = {
    ...(token === null ? {} : { authorization: `Bearer ${token ?? admin}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''));
}
