import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveTarget } from './archive-target.ts';
import { sign, type Credentials } from './s3-signature.ts';

/** Storage that speaks S3: where it is, which bucket, and whose it is. */
export interface S3Place {
  /** `https://s3.eu-central-1.amazonaws.com`; the bucket stands in the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every name; empty, or ends in `/`. */
  readonly prefix: string;
  readonly credentials: Credentials;
}

const TIMEOUT_MS = 60_000;
const MOST_TRIES = 3;
/** Before the second try; four times as long before the third. */
const PAUSE_MS = 500;

/** An object is there to stay once its PUT was answered, and reads see it from then on: that is S3's own promise. */
export class S3Target implements ArchiveTarget {
  readonly #place: S3Place;
  readonly #pauseMs: number;

  constructor(place: S3Place, pauseMs = PAUSE_MS) {
    this.#place = place;
    this.#pauseMs = pauseMs;
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    const response = await this.#send('PUT', name, bytes);
    if (!response.ok) throw await refused(response, 'PUT', name);
  }

  async get(name: string): Promise<Buffer | null> {
    const response = await this.#send('GET', name, null);
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok) throw await refused(response, 'GET', name);
    return Buffer.from(await response.arrayBuffer());
  }

  /** What the storage cannot do now is tried again a little later a few times; after that the next pass does. */
  async #send(method: 'GET' | 'PUT', name: string, bytes: Buffer | null): Promise<Response> {
    const { endpoint, region, bucket, prefix, credentials } = this.#place;
    const url = new URL(`${endpoint}/${bucket}/${prefix}${name}`);
    for (let tries = 1; ; tries++) {
      const headers = sign({ method, url, headers: {}, body: bytes, region, service: 's3', at: new Date() }, credentials);
      try {
        const response = await fetch(url, { method, headers, ...(bytes === null ? {} : { body: new Uint8Array(bytes) }), redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
        if (response.status < 500 || tries === MOST_TRIES) return response;
        await response.body?.cancel();
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
      }
      await sleep(this.#pauseMs * 4 ** (tries - 1));
    }
  }
}

/** With the beginning of what the storage says; its answers hold no secret. */
async function refused(response: Response, method: string, name: string): Promise<Error> {
  return new Error(`the archive's storage answered ${method} ${name} with ${response.status}: ${(await response.text()).slice(0, 300)}`);
}
