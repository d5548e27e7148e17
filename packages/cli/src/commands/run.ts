import { hostname } from 'node:os';
import { isInstanceName, isObjectName } from '@miko/model';
import { connect, MikoError, type Check, type Client, type Registration } from '@miko/client';
import type { Call } from '../call.ts';
import { fetchList } from '../endpoint-list.ts';
import { exitOfStatus } from '../exit-codes.ts';
import { Failure, usage } from '../failure.ts';
import { checkOf, type CheckFlags, type EndpointName } from '../flags.ts';
import { takeStopSignals, type StopSignals } from '../interrupt.ts';
import { plain } from '../output.ts';
import { drainOwn, takeBackLeftOver } from '../run/own-drain.ts';
import { addressTowards, portAnswers, untilPortAnswers } from '../run/port.ts';
import { startProgram, type RunningProgram } from '../run/program.ts';
import type { RegisterFlags } from './register.ts';

export interface RunFlags extends RegisterFlags {
  readonly service: string;
  readonly port: number;
  readonly instance?: string;
  readonly host?: string;
  readonly ttl: number;
  readonly readyTimeout: number;
  readonly drainTimeout: number;
  readonly stopTimeout: number;
}

const LONGEST_DRAIN_MS = 10_000;

/**
 * Runs a program and holds its place in the directory: registered when its port answers, gone at once when it ends; asked
 * to stop, it is drained, taken out, and only then signalled. Ends with the program's exit code.
 */
export async function runProgram(call: Call, command: readonly string[], flags: RunFlags): Promise<void> {
  const place = await placeOf(call, flags);
  await readyToRun(call, place);
  const stop = takeStopSignals();
  const program = await startProgram(command, environment(call, place));
  try {
    process.exitCode = await holdWhileItRuns(call, place, program, stop);
  } catch (error) {
    // Without its place in the directory the program is not what was asked for.
    await stopProgram(call, program, 'SIGTERM', flags.stopTimeout);
    throw error;
  }
}

interface Place {
  readonly name: EndpointName;
  readonly host: string;
  /** Where its port is looked for: the address of others may not be one of this machine. */
  readonly lookAt: readonly string[];
  readonly flags: RunFlags;
}

async function placeOf(call: Call, flags: RunFlags): Promise<Place> {
  const { url, token } = call.settings();
  if (token === null) throw new Failure('login_needed', 'unauthenticated', 'A token is needed to register');
  if (flags.drainTimeout > LONGEST_DRAIN_MS) throw usage('--drain-timeout may be 10s at most');
  if (flags.ttl < 2000 || flags.ttl > 3_600_000 || flags.ttl % 1000 !== 0) throw usage('--ttl must be whole seconds from 2s to 1h');
  if (!isObjectName(flags.service)) throw usage(`--service ${flags.service} is no name of a service: small letters, digits and -, beginning with a letter, at most 63`);
  const host = flags.host ?? (await addressTowards(url));
  if (host === null) throw usage(`${url.origin} is not reached, so the address of this machine is not known`, 'Say it with --host.');
  const instance = flags.instance ?? `${hostname()}:${flags.port}`.replace(/[^A-Za-z0-9._:-]/g, '-').slice(-128).replace(/^[^A-Za-z0-9]+/, '');
  if (!isInstanceName(instance)) throw usage(`--instance ${instance} is no name of an instance: letters, digits and . _ : -, at most 128`);
  return { name: { service: flags.service, instance }, host, lookAt: [host, '127.0.0.1', '::1'], flags };
}

/** What would surely fail is told before the program is started. A Miko that is away does not hinder it. */
async function readyToRun(call: Call, { name, lookAt, flags }: Place): Promise<void> {
  if (flags.protocol !== 'udp' && (await portAnswers(lookAt, flags.port))) {
    throw new Failure('conflict', 'port_taken', `Something answers on port ${flags.port} already`);
  }
  const { project } = call.settings();
  try {
    await fetchList(call.api(), project, { service: name.service });
    await takeBackLeftOver(call.api(), project, name);
  } catch (error) {
    if (!(error instanceof Failure) || (error.exit !== 'unreachable' && error.exit !== 'timed_out')) throw error;
    call.output.warn(`miko: ${plain(error.message)}; the program is started, and registered when Miko answers`);
  }
}

function environment(call: Call, { name, flags }: Place): Readonly<Record<string, string>> {
  const { url, project } = call.settings();
  return {
    PORT: String(flags.port),
    MIKO_URL: url.href.replace(/\/+$/, ''),
    MIKO_PROJECT: project,
    MIKO_SERVICE: name.service,
    MIKO_INSTANCE: name.instance,
  };
}

async function holdWhileItRuns(call: Call, place: Place, program: RunningProgram, stop: StopSignals): Promise<number> {
  const { flags } = place;
  const waiting = new AbortController();
  const answers = flags.protocol === 'udp' ? Promise.resolve(true) : untilPortAnswers(place.lookAt, flags.port, flags.readyTimeout, waiting.signal);
  const first = await Promise.race([answers, program.ended, stop.first]);
  waiting.abort();
  if (typeof first === 'number') return first;
  if (typeof first === 'string') return stopProgram(call, program, first, flags.stopTimeout);
  if (!first) {
    throw new Failure('timed_out', 'port_silent', `Port ${flags.port} did not answer within ${flags.readyTimeout / 1000} s; the program is stopped`);
  }
  return holdRegistered(call, place, program, stop);
}

async function holdRegistered(call: Call, place: Place, program: RunningProgram, stop: StopSignals): Promise<number> {
  const { name, flags } = place;
  await using client = join(call, flags.ttl / 1000);
  const registration = client.register(registrationOf(place));
  const refused = new Promise<never>((_, reject) => {
    registration.ready.catch((error: unknown) => reject(refusalOf(error)));
  });
  client.on('registered', () => call.output.note(`miko: ${plain(`${name.service}/${name.instance}`)} is registered`));
  const first = await Promise.race([program.ended, stop.first, refused]);
  if (typeof first === 'number') return first;
  await depart(call, place, client, registration, program, stop);
  return stopProgram(call, program, first, flags.stopTimeout);
}

function join(call: Call, ttlSeconds: number): Client {
  const { url, project, token } = call.settings();
  // Its callers are waited for by the drain before it departs.
  const client = connect(url.href, { project, ttlSeconds, drainSeconds: 0, cacheDir: null, ...(token === null ? {} : { token }) });
  // What the SDK would say on stderr is said here, in the words of the command.
  process.removeAllListeners('warning');
  let told = '';
  let joined = false;
  client.on('registered', () => {
    told = '';
    joined = true;
  });
  client.on('error', ({ error }) => {
    // A refusal of the first registration ends the command and is told then; the rest is told once for each outage.
    if (error.code === told || (!joined && isRefusal(error))) return;
    told = error.code;
    call.output.warn(`miko: ${plain(error.message)}; trying again`);
  });
  return client;
}

/** Nobody calls it any more when this ends, or the time is up: then whoever still calls meets a program that stops. */
async function depart(call: Call, { name, flags }: Place, client: Client, registration: Registration, program: RunningProgram, stop: StopSignals): Promise<void> {
  if (!registration.registered()) return client.close();
  const { project } = call.settings();
  const api = call.api();
  const ended = new AbortController();
  void program.ended.then(() => ended.abort());
  try {
    const drained = await drainOwn(api, project, name, flags.drainTimeout, AbortSignal.any([stop.hurry, ended.signal]));
    if (!drained.answer.released) {
      call.output.warn(`miko: still held by ${drained.answer.holding.map(holder => plain(holder.name)).join(', ')}; stopping all the same`);
    }
    await client.close();
    await drained.takeBack();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    call.output.warn(`miko: ${plain(error.message)}; stopping all the same`);
    await client.close();
  }
}

/** Signals it and waits; what does not end in time is killed. */
async function stopProgram(call: Call, program: RunningProgram, signal: NodeJS.Signals, timeoutMs: number): Promise<number> {
  program.signal(signal);
  const timer = setTimeout(() => {
    call.output.warn(`miko: the program did not end within ${timeoutMs / 1000} s and is killed`);
    program.signal('SIGKILL');
  }, timeoutMs);
  const code = await program.ended;
  clearTimeout(timer);
  return code;
}

function registrationOf({ name, host, flags }: Place): Parameters<Client['register']>[0] {
  return {
    ...name,
    host,
    port: flags.port,
    protocol: flags.protocol,
    publicUrl: flags.publicUrl ?? null,
    zone: flags.zone ?? null,
    weight: flags.weight,
    tags: flags.tag ?? [],
    labels: flags.label ?? {},
    check: sdkCheck(flags),
  };
}

function sdkCheck(flags: CheckFlags): Check | null {
  const check = checkOf(flags);
  if (check === null) return null;
  if (check.type === 'ttl') throw usage('--check ttl cannot be used here: nobody would report; use http:/PATH, tcp or grpc');
  const timing = { intervalMs: check.interval_ms, timeoutMs: check.timeout_ms, rise: check.rise, fall: check.fall };
  if (check.type === 'http') return { type: 'http', path: check.path, ...timing };
  return check.type === 'tcp' ? { type: 'tcp', ...timing } : { type: 'grpc', service: check.service, ...timing };
}

const isRefusal = ({ status }: MikoError): boolean => status !== null && ['usage', 'login_needed', 'denied'].includes(exitOfStatus(status));

function refusalOf(error: unknown): unknown {
  if (!(error instanceof MikoError) || error.status === null) return error;
  // The SDK's message ends with what is printed beside it here.
  const message = error.message.replace(/ \([^()]*\)$/, '');
  return new Failure(exitOfStatus(error.status), error.code, message, { status: error.status, requestId: error.requestId, flaws: error.fields, cause: error });
}
