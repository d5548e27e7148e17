import { connect, type Client, type ClientEvent, type ConnectOptions } from '@miko/client';
import { answerWords, camelled, isRecord, snaked } from './words.ts';

type Say = (line: Readonly<Record<string, unknown>>) => void;

/** Every event of the SDK; the type keeps the list whole. */
const EVENTS: { readonly [Event in ClientEvent]: true } = {
  picked: true, retried: true, hedged: true, ejected: true, returned: true, opened: true, half_opened: true, closed: true, paused: true, overloaded: true, limit: true,
  changed: true, held_empty: true, connected: true, stale: true, polling: true, registered: true, session: true, error: true,
};

/** The one client of this process, from `connect` to `close`; what belongs to it ends with it. */
export class HeldClient {
  readonly say: Say;
  #client: Client | null = null;
  #ends: (() => void)[] = [];

  constructor(say: Say) {
    this.say = say;
  }

  get client(): Client {
    if (this.#client === null) throw Object.assign(new Error('there is no client: connect first'), { code: 'invalid_argument' });
    return this.#client;
  }

  connect(url: string, token: string, options: Readonly<Record<string, unknown>>): void {
    if (this.#client !== null) throw Object.assign(new Error('there is a client already: close it first'), { code: 'invalid_argument' });
    const client = connect(url, { token, ...optionsOf(options) });
    this.#client = client;
    for (const event of Object.keys(EVENTS) as ClientEvent[]) client.on(event, (value) => this.#tell(event, value));
  }

  /** Calls `end` when the client closes. */
  atEnd(end: () => void): void {
    this.#ends.push(end);
  }

  async close(): Promise<void> {
    await this.#client?.close();
    this.#client = null;
    for (const end of this.#ends.splice(0)) end();
  }

  #tell(event: ClientEvent, value: unknown): void {
    if (event === 'changed') {
      const answer = value as Parameters<typeof answerWords>[0];
      this.say({ event, service: answer.service, ...answerWords(answer) });
    } else this.say({ event, ...(snaked(value) as object) });
  }
}

/** Functions cannot be told over a line: `propagate` names the headers that it is to add. */
function optionsOf({ propagate, ...options }: Readonly<Record<string, unknown>>): ConnectOptions {
  const camel = camelled(options) as ConnectOptions;
  return isRecord(propagate) ? { ...camel, propagate: (headers) => void Object.assign(headers, propagate) } : camel;
}
