import type { ScriptedAnswer } from '../miko/script.ts';
import type { Change, Gone, ListedEndpoint } from '../miko/truth.ts';
import type { Pace, StreamMode } from '../miko/watchers.ts';
import type { Stage } from './stage.ts';

type Args = Readonly<Record<string, unknown>>;

/** The step `miko`: each of its words in a fixed order, what prepares before what tells. */
export async function actOnMiko(stage: Stage, args: Args): Promise<void> {
  const { miko } = stage;
  const { truth, watchers, script, sessions } = miko;
  const given = <T>(word: string, act: (value: T) => unknown): unknown => (args[word] === undefined ? undefined : act(args[word] as T));
  given<Args>('list', lists => { for (const [service, list] of Object.entries(lists)) setList(stage, service, list); });
  given<boolean>('lists_registrations', on => { miko.listsRegistrations = on; });
  given<number>('renew_every_seconds', seconds => { sessions.renewEverySeconds = seconds; });
  given('clear', () => script.clear());
  given<Partial<ScriptedAnswer>>('answer', answer => script.add({ ...plainAnswer, ...answer }));
  given('release', () => script.release());
  given<{ mode: StreamMode; times?: number }>('streams', ({ mode, times }) => watchers.answerNext(mode, times ?? null));
  given<Pace>('pace', pace => { watchers.pace = pace; });
  given('forget_cursors', () => truth.forgetCursors());
  given('snapshot', () => watchers.snapshot());
  given<Args>('delta', changes => watchers.delta(truth.change(changesOf(stage, changes))));
  given<Args>('half_delta', changes => watchers.half(truth.change(changesOf(stage, changes))));
  given<Args>('missed_delta', changes => truth.change(changesOf(stage, changes)));
  given('bookmark', () => watchers.bookmark());
  given<string>('raw', text => watchers.raw(text));
  given<{ code: string; status?: number; retry_ms?: number }>('error', ({ code, status, retry_ms }) => watchers.error(code, status ?? 503, retry_ms ?? null));
  given('end', () => watchers.end());
  given('reset', () => watchers.reset());
  given<'forgotten' | 'fenced'>('sessions', state => sessions.lose(state));
  if (args['down'] === true) await miko.down();
  if (args['up'] === true) await miko.up();
}

const plainAnswer: ScriptedAnswer = {
  method: null, path: null, times: null, status: null, code: null, errors: [], headers: {}, body: null, text: null, reset: false, hold: false, delay_ms: 0,
};

/** A list: its endpoints · null: no such service · a text: empty, for that cause. */
function setList(stage: Stage, service: string, list: unknown): void {
  if (Array.isArray(list)) stage.miko.truth.replace(service, list.map(endpoint => endpointOf(stage, service, endpoint)), null);
  else stage.miko.truth.replace(service, list === null ? null : [], list as string | null);
}

function changesOf(stage: Stage, changes: Args): Record<string, Change> {
  return Object.fromEntries(Object.entries(changes).map(([service, change]) => {
    const { set = [], gone = [], state = null, cause = null } = change as { set?: unknown[]; gone?: unknown[]; state?: string; cause?: string };
    return [service, { set: set.map(one => endpointOf(stage, service, one)), gone: gone.map(one => goneOf(stage, service, one, cause)), state, cause }];
  }));
}

/** A name, which stands for the upstream of that name, or what differs from it, or from what is listed already. */
function endpointOf(stage: Stage, service: string, given: unknown): ListedEndpoint {
  const { more = {}, ...fields } = (typeof given === 'string' ? { instance: given } : given) as { instance: string; upstream?: string; more?: object } & Partial<ListedEndpoint>;
  const { instance, upstream = instance, ...rest } = fields;
  const plain: ListedEndpoint = {
    id: `ep_${instance}`, instance, host: '127.0.0.1', port: stage.upstreams.get(upstream)?.port ?? NOBODY, protocol: 'http', public_url: null, zone: null, weight: 100, tags: [], labels: {},
    health: 'passing', state: 'active', revision: stage.miko.truth.revision,
  };
  return { ...plain, ...stage.miko.truth.endpoint(service, instance), ...rest, ...more };
}

/** The port of endpoints that no call is meant to reach. */
const NOBODY = 9;

function goneOf(stage: Stage, service: string, given: unknown, cause: string | null): Gone {
  if (typeof given !== 'string') return { cause: cause ?? 'departed', ...(given as { instance: string; id: string }) };
  return { instance: given, id: stage.miko.truth.endpoint(service, given)?.id ?? `ep_${given}`, cause: cause ?? 'departed' };
}
