import { eventually } from '../../eventually.ts';
import { MikoProcess } from '../../miko-process.ts';
import { DriverProcess, type DriverCommand } from '../runner/driver-process.ts';
import { sdkOf, type SdkName } from '../runner/sdks.ts';
import { Instance, type Place } from './instance.ts';

export interface AskedReal {
  readonly sdks: readonly SdkName[];
  /** How long the load goes on at least; what happens meanwhile is begun anew until then. */
  readonly seconds: number;
  readonly json: boolean;
}

export interface Tally {
  readonly ok: number;
  readonly failed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
  readonly by_instance: Readonly<Record<string, number>>;
  readonly first_errors?: readonly unknown[];
}

/** Each SDK with a real Miko, which is restarted and killed, and instances that are killed and leave, under load; resolves to whether no call failed. */
export async function real({ sdks, seconds, json }: AskedReal): Promise<boolean> {
  const tallies: Record<string, Tally | { skipped: string }> = {};
  let held = true;
  for (const name of sdks) {
    const sdk = sdkOf(name);
    if ('why' in sdk) {
      tallies[name] = { skipped: sdk.why };
      process.stdout.write(`SKIPPED ${name}: ${sdk.why}\n`);
      continue;
    }
    try {
      const tally = await realOne(name, sdk.command, seconds, said => process.stdout.write(`${name}: ${said}\n`));
      tallies[name] = tally;
      held &&= isWhole(tally);
      process.stdout.write(`${isWhole(tally) ? 'ok     ' : 'FAILED '} ${name}: ${tally.ok} calls, ${tally.failed} failed ${JSON.stringify({ statuses: tally.statuses, codes: tally.codes, first_errors: tally.first_errors })}\n`);
    } finally {
      sdk.clear();
    }
  }
  if (json) process.stdout.write(`${JSON.stringify(tallies)}\n`);
  return held;
}

export const isWhole = ({ ok, failed, statuses }: Tally): boolean => ok > 0 && failed === 0 && Object.keys(statuses).every(status => status === '200');

const WITHIN_MS = 40_000;

/** Starts a Miko, three instances and a client with load on them, and lets everything happen that happens. */
export async function realOne(name: string, command: DriverCommand, seconds: number, say: (text: string) => void): Promise<Tally> {
  const miko = await MikoProcess.start({ env: { MIKO_LOG_LEVEL: 'warn' } });
  const place: Place = { command, url: miko.url, token: miko.token, service: `real-${name}` };
  const client = new DriverProcess(command);
  const instances: Instance[] = [];
  try {
    for (const instance of ['a', 'b', 'c']) instances.push(await Instance.start(instance, place));
    await client.do('connect', { url: place.url, token: place.token, options: { cache_dir: null, required: [place.service], policy: {} } });
    await client.do('ready', { timeout_ms: WITHIN_MS }, WITHIN_MS + 5_000);
    await listed(client, place, ['a', 'b', 'c']);
    await client.do('load_start', { service: place.service, method: 'GET', path: '/', headers: {}, body: null, concurrency: 8, per_second: 150 });
    for (const end = Date.now() + seconds * 1_000; ;) {
      await everything({ miko, client, place, instances, say });
      if (Date.now() > end) break;
    }
    return (await client.do('load_stop', {}, 60_000)) as Tally;
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}${client.stderr === '' ? '' : `\n${client.stderr.slice(-2_000)}`}`, { cause: error });
  } finally {
    await client.do('close', {}, 15_000).catch(() => {});
    await client.end();
    await Promise.all(instances.map(instance => instance.stop()));
    await miko.dispose();
  }
}

interface Play {
  readonly miko: MikoProcess;
  readonly client: DriverProcess;
  readonly place: Place;
  readonly instances: readonly Instance[];
  readonly say: (text: string) => void;
}

/** Each misfortune once; the next begins when the client has got over the one before. */
async function everything({ miko, client, place, instances, say }: Play): Promise<void> {
  const [a, b, c] = instances as [Instance, Instance, Instance];
  say('an instance is killed, and comes back');
  await a.kill();
  await listed(client, place, ['b', 'c']);
  await a.restart();
  await called(client, place, a);

  say('an instance leaves, and comes back');
  await b.depart();
  await listed(client, place, ['a', 'c']);
  await b.restart();
  await called(client, place, b);

  say('Miko is restarted');
  await miko.kill('SIGTERM');
  await miko.start();
  await connected(client);
  await listed(client, place, ['a', 'b', 'c']);

  say('Miko is killed, and an instance while it is away');
  await miko.kill('SIGKILL');
  await c.kill();
  await going(a, b);
  await c.restart();
  await miko.start();
  await connected(client);
  await listed(client, place, ['a', 'b', 'c']);
  await called(client, place, c);
}

const listed = (client: DriverProcess, { service }: Place, wanted: readonly string[]): Promise<true> => eventually(async () => {
  const { instances } = (await client.do('endpoints', { service })) as { instances: readonly string[] };
  return JSON.stringify(instances) === JSON.stringify(wanted) ? true : undefined;
}, WITHIN_MS, `${service} to list ${wanted.join(', ')}`);

const connected = (client: DriverProcess): Promise<true> =>
  eventually(async () => (((await client.do('status', {})) as { connected: boolean }).connected ? true : undefined), WITHIN_MS, 'the client to be connected again');

/** Until it is listed and gets calls. */
async function called(client: DriverProcess, place: Place, instance: Instance): Promise<void> {
  await listed(client, place, ['a', 'b', 'c']);
  const before = instance.hits;
  await eventually(() => (instance.hits > before + 5 ? true : undefined), WITHIN_MS, `calls to reach ${instance.name}`);
}

/** Until the others have got a good number of calls. */
async function going(...instances: readonly Instance[]): Promise<void> {
  const before = instances.map(({ hits }) => hits);
  await eventually(() => (instances.every(({ hits }, i) => hits > before[i]! + 100) ? true : undefined), WITHIN_MS, 'calls to go on');
}
