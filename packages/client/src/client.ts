import type { Calls } from './call/calls.ts';
import { createClient } from './create-client.ts';
import type { Answer } from './directory/endpoint.ts';
import type { FixedReport } from './directory/fixed.ts';
import type { Watch } from './directory/watch.ts';
import type { Api } from './generated/api.ts';
import type { ClientEvent, ClientListener } from './observe/events.ts';
import { readSettings } from './options.ts';
import type { ConnectOptions } from './options.ts';
import type { RegisterOptions } from './register/register-options.ts';
import type { Registration } from './register/registration.ts';
import { systemRuntime } from './runtime.ts';
import type { ReadyOptions, WaitOptions } from './waiting.ts';

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
    /**
     * Puts an endpoint into the directory and keeps it there until its `close`, or the client's. Answers at once; its
     * `ready` resolves when it stands there. Throws `invalid_argument`, `too_many`, `closed`.
     */
    readonly register: (options: RegisterOptions) => Registration;
    /**
     * What the directory says of the service. From memory after the first time; the first time it waits at most
     * `firstAnswerMs`, and while Miko is down it answers from the disk. The service is watched from then on. Rejects with
     * `invalid_argument`, `too_many`, `closed`, or the reason of the signal.
     */
    readonly endpoints: (service: string, options?: WaitOptions) => Promise<Answer>;
    /**
     * `watch(service, listener)` calls `listener` with the answer held and with each new one, until the function that it
     * answers is called or the signal aborts. `for await (const answer of watch(service))` reads them, the newest where the
     * loop is slow; it ends with the client, and throws the reason of a signal that aborts. Throws `invalid_argument`,
     * `too_many`, `closed`.
     */
    readonly watch: Watch;
    /**
     * Waits until each `required` service is known, at most `timeoutMs` (default 30,000, at most a day). Rejects with
     * `not_ready`, which names those that are not and has the last failure as its cause: at once when Miko refuses to
     * answer and neither disk nor `fixed` stand in. The client works on all the same.
     */
    readonly ready: (options?: number | ReadyOptions) => Promise<void>;
    /**
     * Calls `listener` at each such event until the function that it answers is called. A listener that throws breaks
     * nothing. Throws `invalid_argument` for an event that does not exist.
     */
    readonly on: <E extends ClientEvent>(event: E, listener: ClientListener<E>) => () => void;
    /** What the client knows and holds at this moment. */
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
