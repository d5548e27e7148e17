import { chmodSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCRIPTED_TOKEN } from '../miko/scripted-miko.ts';
import { driverOps, observations, type Step } from '../scenario.ts';
import type { Behaviour } from '../upstreams/behaviour.ts';
import { Upstream, type UpstreamKind } from '../upstreams/upstream.ts';
import { actOnMiko } from './act-on-miko.ts';
import { DriverError } from './driver-process.ts';
import { mismatch } from './match.ts';
import { diskFile, observe } from './observe.ts';
import type { Outcome, Stage } from './stage.ts';

type Args = Readonly<Record<string, unknown>>;

const LOOK_AGAIN_MS = 20;

/** Does one step, as often as it says; throws where what comes of it is not what it should be. */
export async function runStep(stage: Stage, step: Step): Promise<void> {
  for (let i = 1; i <= step.repeat; i++) {
    stage.turn = i;
    await runOnce(stage, step);
  }
}

async function runOnce(stage: Stage, step: Step): Promise<void> {
  const { check } = step;
  if (step.background !== null) {
    const outcome = outcomeOf(stage, step);
    // Looked at by `await`, or when the scenario is over: until then nobody waits for it.
    outcome.catch(() => {});
    stage.background.set(step.background, outcome);
    return;
  }
  if (check.kind === 'until') return keep(stage, step, await until(stage, step, check.matcher, check.withinMs));
  if (check.kind === 'steady') return keep(stage, step, await steady(stage, step, check.matcher, check.forMs));
  const outcome = await outcomeOf(stage, step);
  const found = judged(stage, step, outcome);
  if (found !== null) throw new Error(found);
  keep(stage, step, 'ok' in outcome ? outcome.ok : outcome.error);
}

function keep(stage: Stage, { as }: Step, value: unknown): void {
  if (as !== null) stage.kept.set(as, value);
}

function judged(stage: Stage, { check }: Step, outcome: Outcome): string | null {
  if (check.kind === 'may_fail') return null;
  if (check.kind === 'error') return 'error' in outcome ? mismatch(outcome.error, stage.filled(check.matcher), 'error') : `it should be refused, and was not: ${JSON.stringify(outcome.ok)?.slice(0, 300)}`;
  if ('error' in outcome) return `it failed: ${String(outcome.error['code'])}: ${String(outcome.error['message'])}`;
  return check.kind === 'expect' ? mismatch(outcome.ok, stage.filled(check.matcher)) : null;
}

async function until(stage: Stage, step: Step, matcher: unknown, withinMs: number): Promise<unknown> {
  for (const end = performance.now() + withinMs; ; await sleep(LOOK_AGAIN_MS)) {
    const outcome = await outcomeOf(stage, step);
    const found = 'error' in outcome ? `it failed: ${String(outcome.error['code'])}: ${String(outcome.error['message'])}` : mismatch(outcome.ok, stage.filled(matcher));
    if (found === null) return (outcome as { ok: unknown }).ok;
    if (performance.now() > end || stage.driver.isGone) throw new Error(`not within ${withinMs} ms: ${found}`);
  }
}

async function steady(stage: Stage, step: Step, matcher: unknown, forMs: number): Promise<unknown> {
  for (const end = performance.now() + forMs; ; await sleep(LOOK_AGAIN_MS)) {
    const outcome = await outcomeOf(stage, step);
    const found = 'error' in outcome ? `it failed: ${String(outcome.error['code'])}` : mismatch(outcome.ok, stage.filled(matcher));
    if (found !== null) throw new Error(`not for ${forMs} ms: ${found}`);
    if (performance.now() > end) return (outcome as { ok: unknown }).ok;
  }
}

/** What the SDK answered or refused. A driver without an answer is neither: that is thrown. */
async function outcomeOf(stage: Stage, step: Step): Promise<Outcome> {
  try {
    return step.verb === 'await' ? await awaited(stage, step.args['name'] as string) : { ok: await act(stage, step, stage.filled(step.args) as Args) };
  } catch (error) {
    if (error instanceof DriverError) return { error: error.body };
    throw error;
  }
}

function awaited(stage: Stage, name: string): Promise<Outcome> {
  const outcome = stage.background.get(name);
  if (outcome === undefined) throw new Error(`nothing runs in the background as ${name}`);
  return outcome;
}

async function act(stage: Stage, { verb }: Step, args: Args): Promise<unknown> {
  const op = driverOps.find(one => one === verb);
  const began = performance.now();
  if (op !== undefined) return told(op, await stage.driver.do(op, completed[op]?.(stage, args) ?? args), began);
  const observation = observations.find(one => one === verb);
  if (observation !== undefined) return observe(stage, observation, args);
  if (verb === 'miko') await actOnMiko(stage, args);
  else if (verb === 'upstreams') await startUpstreams(stage, args);
  else if (verb === 'upstream') await actOnUpstream(stage, args);
  else if (verb === 'mark') stage.mark(args['name'] as string);
  else if (verb === 'disk_file') writeDisk(stage, args);
  return {};
}

const call = ({ via }: Stage): Args => ({ method: 'GET', path: '/', headers: {}, body: null, ...(via === null ? {} : { via }) });

/** Far beyond the SDKs' own default: a busy machine must not look like a Miko that does not answer. */
const PATIENT_MS = 20_000;

/** What a scenario need not say. */
const completed: Partial<Record<string, (stage: Stage, args: Args) => Args>> = {
  connect: (stage, args) => ({ url: stage.miko.url, token: SCRIPTED_TOKEN, ...args, options: { cache_dir: null, first_answer_ms: PATIENT_MS, ...(args['options'] as object | undefined) } }),
  register: (_, args) => ({ host: '127.0.0.1', port: 8080, protocol: 'http', weight: 100, zone: null, tags: [], labels: {}, check: null, readiness: null, ...args }),
  registered: (_, args) => ({ timeout_ms: 10_000, ...args }),
  pick: (_, args) => ({ times: 1, ...args }),
  call: (stage, args) => ({ ...call(stage), ...args }),
  calls: (stage, args) => ({ ...call(stage), concurrency: 1, ...args }),
  load_start: (stage, args) => ({ ...call(stage), ...args }),
  api: (_, args) => ({ params: {}, ...args }),
};

/** With what scenarios ask of it beside: how long a close took, how often each instance was picked. */
function told(op: string, ok: unknown, began: number): unknown {
  if (op === 'close') return { ms: Math.round(performance.now() - began) };
  if (op !== 'pick') return ok;
  const { instances } = ok as { instances: string[] };
  const counts: Record<string, number> = {};
  for (const instance of instances) counts[instance] = (counts[instance] ?? 0) + 1;
  return { instances, counts };
}

async function startUpstreams(stage: Stage, args: Args): Promise<void> {
  for (const [name, given] of Object.entries(args)) {
    const { kind = 'http', ...behaviour } = (given ?? {}) as { kind?: UpstreamKind } & Partial<Behaviour>;
    const upstream = await Upstream.start(name, kind);
    upstream.behaviours.set(behaviour, null);
    stage.upstreams.set(name, upstream);
  }
}

async function actOnUpstream(stage: Stage, args: Args): Promise<void> {
  const upstream = stage.upstream(args['name'] as string);
  const times = (args['times'] as number | undefined) ?? null;
  if (args['set'] !== undefined) upstream.behaviours.set(args['set'] as Partial<Behaviour>, times);
  if (args['next'] !== undefined) upstream.behaviours.add(args['next'] as Partial<Behaviour>, null);
  if (args['release'] === true) upstream.release();
  if (args['down'] === true) await upstream.down();
  if (args['up'] === true) await upstream.up();
}

const LONG_AGO = Date.UTC(2021, 0, 1);

/** A cache as an SDK has left it years ago, or something else in its place. */
function writeDisk(stage: Stage, args: Args): void {
  const saved = { format: 1, url: stage.miko.url, project: 'default', saved_at: LONG_AGO, services: args['services'] ?? {} };
  const text = (args['text'] as string | undefined) ?? JSON.stringify(saved);
  const padding = args['megabytes'] === undefined ? '' : ' '.repeat((args['megabytes'] as number) * 1024 * 1024);
  chmodSync(stage.cacheDir, 0o700);
  writeFileSync(diskFile(stage), text + padding, { mode: 0o600 });
}
