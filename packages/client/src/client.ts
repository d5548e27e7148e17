import type { Calls } from './call/calls.ts';
import { createClient } from './create-client.ts';
import type { Answer } from './directory/endpoint.ts';
import type { FixedReport } from './directory/fixed.ts';
import type { AnswerIterator } from './directory/watch.ts';
import type { Api } from './generated/api.ts';
import type { ClientEvent, ClientListener } from './observe/events.ts';
import { readSettings } from './options.ts';
import type { ConnectOptions } from './options.ts';
import type { RegisterOptions } from './register/register-options.ts';
import type { Registration } from './register/registration.ts';
import { systemRuntime } from './runtime.ts';

/**
 * A client of the Miko at `url` (default `MIKO_URL`, else http://127.0.0.1:7450). Answers at once, whether Miko is there
 * or not. Throws `invalid_argument`.
 */
export function connect(url?: string, options: ConnectOptions = {}): Client {
  return createClient(readSettings(url, options, process.env), systemRuntime);
}

/** A connection to one project of one Miko. Close it: its stream keeps the process alive. */
export type Client = AsyncDisposable &
  Pick<Calls, 'fetch' | 'dispatcher' | 'pick'> & {
    /** Miko's whole API, typed: one method for each operation of its document. It works on after `close`. */
    readonly api: Api;
    /** Puts an endpoint into the directory and keeps it there until its `close`, or the client's. */
    readonly register: (options: RegisterOptions) => Registration;
    /**
     * What the directory says of the service. From memory after the first time; the first time it waits at most
     * `firstAnswerMs`, and while Miko is down it answers from the disk. The service is watched from then on.
     */
    readonly endpoints: (service: string) => Promise<Answer>;
    /** Calls `listener` with the answer held and with each new one, until the function it answers is called. */
    readonly watch: {
      (service: string, listener: (answer: Answer) => void): () => void;
      (service: string): AnswerIterator;
    };
    /**
     * Waits until each `required` service is known, at most `timeoutMs` (default 10,000). Rejects with `not_ready`, which
     * names those that are not; the client works on all the same.
     */
    readonly ready: (timeoutMs?: number) => Promise<void>;
    readonly on: <E extends ClientEvent>(event: E, listener: ClientListener<E>) => () => void;
    readonly status: () => Status;
    /** How much each entry of `fixed` was needed: one whose `callsByFixed` stays 0 can be deleted. */
    readonly fixedReport: () => readonly FixedReport[];
    /**
     * Leaves deliberately: its endpoints go, their callers let go of them within `drainSeconds`, then the session and
     * the stream end. Go on serving until then. Takes `drainSeconds` + 5 s at most and never rejects.
     */
    readonly close: () => Promise<void>;
  };

export type Status = {
  /** The stream runs, or polling in its place: the lists are current. */
  readonly connected: boolean;
  /** Since when the lists may be old; null while they are current, and while there are none. */
  readonly staleSince: Date | null;
  /** The revision up to which all is applied; null before Miko's first word. */
  readonly revision: number | null;
  readonly session: string | null;
  /** There are registrations, and all of them stand in the directory. */
  readonly registered: boolean;
  readonly registrations: readonly { readonly service: string; readonly instance: string; readonly registered: boolean }[];
};
