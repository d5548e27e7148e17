import { createSender } from './api/sender.ts';
import { callDirectoryOf } from './call/call-directory.ts';
import { createCalls } from './call/calls.ts';
import type { Client, Status } from './client.ts';
import { createCache } from './directory/cache.ts';
import { createDirectory } from './directory/directory.ts';
import { createFixedConnections } from './directory/fixed.ts';
import { untilAllKnown } from './directory/required.ts';
import { createWatch } from './directory/watch.ts';
import { API_DATE, createApi } from './generated/api.ts';
import { createHttp } from './http.ts';
import { createEvents } from './observe/events.ts';
import type { ClientEvent, Events } from './observe/events.ts';
import type { Settings } from './options.ts';
import { asMikoError, MikoError } from './problem.ts';
import { createRegistrations } from './register/registrations.ts';
import { atMost } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { readReadyOptions, readSignal, unlessAborted } from './waiting.ts';

/** After the departure: what calls in flight, and then all ends together, may take. Five seconds with the departure's own. */
const CALLS_MS = 2_000;
const ENDS_MS = 4_000;

/** Puts the parts of a client together. Throws `too_many`. */
export function createClient(settings: Settings, runtime: Runtime): Client {
  const { url, project, drainSeconds } = settings;
  const http = createHttp(url, settings.token, runtime);
  const events: Events = createEvents(listenerFailed);
  const fixed = createFixedConnections(settings.fixed, runtime.wallNow);
  const registrations = createRegistrations({
    http,
    runtime,
    settings,
    events,
    applied: () => directory.applied(),
    onSession: () => directory.sessionChanged(),
  });
  const directory = createDirectory({
    ...settings,
    http,
    runtime,
    cache: settings.cacheDir === null ? null : createCache(settings.cacheDir, url, project),
    fixed,
    events,
    session: registrations.sessionForStream,
    onStreamFailed: registrations.streamFailed,
    onReleased: registrations.acknowledge,
  });
  const calls = createCalls({
    runtime,
    events,
    directory: callDirectoryOf(directory, fixed, refuseWhenClosed),
    policyOf: (service) => settings.services.get(service) ?? settings.policy,
    zone: settings.zone,
    owner: settings.owner ?? crypto.randomUUID(),
    propagate: settings.propagate,
  });
  let closing: Promise<void> | null = null;
  /** It has departed: nothing is answered any more. Until then it serves, and so it calls. */
  let closed = false;
  try {
    directory.subscribe([...settings.required, ...settings.optional]);
  } catch (error) {
    void close();
    throw error;
  }

  return {
    api: createApi(createSender({ base: url, token: settings.token, project, apiDate: API_DATE, runtime })),
    register: (options) => {
      if (closing !== null) throw closedError();
      return registrations.register(options);
    },
    endpoints: async (service, options) => {
      refuseWhenClosed();
      const signal = readSignal(options);
      return unlessAborted(directory.answer(service), signal);
    },
    watch: createWatch(directory),
    ready: async (options) => {
      refuseWhenClosed();
      return untilAllKnown(directory, runtime, settings.required, readReadyOptions(options));
    },
    fetch: calls.fetch,
    dispatcher: calls.dispatcher,
    pick: (service, options) => (closed ? Promise.reject(closedError()) : calls.pick(service, options)),
    on: events.on,
    status,
    fixedReport: fixed.report,
    close,
    [Symbol.asyncDispose]: close,
  };

  function status(): Status {
    const all = registrations.all().map((one) => ({ service: one.service, instance: one.instance, registered: one.registered() }));
    return {
      connected: directory.connected(),
      staleSince: directory.staleSince(),
      revision: directory.applied(),
      session: registrations.session(),
      registered: all.length > 0 && all.every((one) => one.registered),
      registrations: all,
    };
  }

  function close(): Promise<void> {
    closing ??= leave();
    return closing;
  }

  async function leave(): Promise<void> {
    // The stream runs on meanwhile: this client, too, may be among the callers that are waited for.
    await atMost(runtime, drainSeconds * 1000 + 1_000, registrations.depart());
    closed = true;
    await atMost(runtime, ENDS_MS, Promise.all([calls.close(CALLS_MS), registrations.close(), directory.close()]));
  }

  function refuseWhenClosed(): void {
    if (closed) throw closedError();
  }

  function listenerFailed(thrown: unknown, event: ClientEvent): void {
    const error = asMikoError(thrown, 'listener_failed', `a listener of "${event}" threw`);
    if (event === 'error') runtime.warn(error.message, 'MIKO_LISTENER_FAILED');
    else events.emit('error', { during: 'listener', error });
  }
}

function closedError(): MikoError {
  return new MikoError('closed', 'the client is closed');
}
