import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../eventually.ts';
import type { MikoProcess } from '../miko-process.ts';
import { endpointPath, openSession, registration } from '../registration.ts';
import { attempt, killPostgres, rounds, seeded, tables, testMiko } from './fault.test.support.ts';

const KILLS = rounds(20);
const WRITERS = 8;
const OWN_INSTANCES = 4;

interface Shown {
  readonly id: string;
  readonly instance: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
}
interface Acknowledgement {
  readonly instance: string;
  readonly revision: number;
  /** What was written, told apart from all other writes. */
  readonly content: string;
}

/** Writes without end, through whatever happens to Miko; each write goes on until it is acknowledged. */
class Writer {
  readonly acknowledged: Acknowledgement[];
  readonly attempted: Set<string>;
  repeated = 0;
  #stop = false;
  readonly #ended: Promise<void>;
  #failure: unknown = null;

  constructor(miko: MikoProcess, random: () => number, name: string, session: string, all: { acknowledged: Acknowledgement[]; attempted: Set<string> }) {
    this.acknowledged = all.acknowledged;
    this.attempted = all.attempted;
    this.#ended = this.#run(miko, random, name, session).catch((error: unknown) => { this.#failure = error; });
  }

  /** Throws what the writer did not expect. */
  check(): void {
    if (this.#failure !== null) throw this.#failure as Error;
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#ended;
    this.check();
  }

  async #run(miko: MikoProcess, random: () => number, name: string, session: string): Promise<void> {
    for (let n = 0; !this.#stop; n++) {
      // Every third write goes to an instance that all writers share.
      const shared = n % 3 === 0;
      const instance = shared ? `shared-${Math.floor(random() * 3)}` : `${name}-${n % OWN_INSTANCES}`;
      const content = `${name}-${n}`;
      const body = registration(shared ? null : session, { labels: { content } });
      const before = Math.max(0, ...this.acknowledged.map(({ revision }) => revision));
      const first = await this.#write(miko, instance, content, body);
      if (first === null) return;
      // Revisions never fall: what is acknowledged stands above all that was acknowledged before its call began.
      expect(first.revision).toBeGreaterThan(before);
      if (shared || random() < 0.5) continue;
      const again = await this.#write(miko, instance, content, body);
      if (again === null) return;
      expect(again).toEqual(first);
      this.repeated++;
    }
  }

  async #write(miko: MikoProcess, instance: string, content: string, body: object): Promise<{ id: string; revision: number } | null> {
    this.attempted.add(content);
    while (!this.#stop) {
      const reply = await attempt<Shown>(miko, 'PUT', endpointPath('web', instance), body);
      if (reply === null || reply.status === 503) {
        await sleep(10);
        continue;
      }
      expect([200, 201]).toContain(reply.status);
      const revision = Number(reply.headers.get('miko-revision'));
      this.acknowledged.push({ instance, revision, content });
      return { id: reply.body.id, revision };
    }
    return null;
  }
}

test(`kill -9 of Miko, of its PostgreSQL and of both, ${KILLS} times in the middle of registrations, loses nothing that was acknowledged`, async () => {
  const random = seeded();
  const miko = await testMiko(onTestFinished);
  const all = { acknowledged: [] as Acknowledgement[], attempted: new Set<string>() };
  const writers = await Promise.all(Array.from({ length: WRITERS }, async (_, i) => {
    const { id } = await openSession(miko, `writer-${i}`, 600);
    return new Writer(miko, random, `w${i}`, id, all);
  }));
  const kills = { miko: 0, postgres: 0, both: 0 };
  const more = (count: number) => {
    const goal = all.acknowledged.length + count;
    return eventually(() => {
      for (const writer of writers) writer.check();
      return all.acknowledged.length >= goal || undefined;
    }, 30_000, `${count} more acknowledgements`, 1);
  };
  for (let kill = 0; kill < KILLS; kill++) {
    await more(20);
    await sleep(random() * 30);
    const what = (['miko', 'postgres', 'both'] as const)[kill % 3]!;
    kills[what]++;
    // Backends may go on for a moment after their postmaster was killed: then there is none to kill yet.
    if (what !== 'miko') await eventually(() => killPostgres(miko) || undefined, 30_000, 'a PostgreSQL to kill', 1);
    if (what !== 'postgres') {
      await miko.kill();
      await miko.start();
    }
  }
  await more(20);
  await Promise.all(writers.map(writer => writer.stop()));
  // A last one by kill of both, with nobody writing.
  await eventually(() => killPostgres(miko) || undefined, 30_000, 'a PostgreSQL to kill', 1);
  await miko.kill();
  await miko.start();

  const { body } = await miko.call<{ services: { web: { endpoints: Shown[] } } }>('GET', '/v1/projects/default/endpoints?service=web&health=any');
  const listed = new Map(body.services.web.endpoints.map(endpoint => [endpoint.instance, endpoint]));
  const lost = all.acknowledged.filter(({ instance, revision, content }) => {
    const now = listed.get(instance);
    return now === undefined || now.revision < revision || (now.revision === revision && now.labels['content'] !== content);
  });
  expect(lost).toEqual([]);
  for (const { labels } of listed.values()) expect(all.attempted).toContain(labels['content']);
  const [row] = await tables<{ counted: number; changes: number; first: number; last: number }>(
    miko, 'select revision as counted, (select count(*) from change) as changes, (select min(revision) from change) as first, (select max(revision) from change) as last from counter',
  );
  expect(row).toEqual({ counted: row!.counted, changes: row!.counted, first: 1, last: row!.counted });
  const repeated = writers.reduce((sum, writer) => sum + writer.repeated, 0);
  expect(repeated).toBeGreaterThan(10);
  console.log(`${all.acknowledged.length} acknowledged, ${repeated} repeated with the same result, ${lost.length} lost; kills: ${JSON.stringify(kills)}`);
}, 240_000);

test('a counted sync stands behind each acknowledgement', async () => {
  const miko = await testMiko(onTestFinished);
  const { id } = await openSession(miko, 'writer', 600);
  let acknowledged = 0;
  const write = async () => {
    const { status } = await miko.call('PUT', endpointPath('web', 'web-1'), registration(id, { port: 1 + (acknowledged % 60_000) }));
    expect([200, 201]).toContain(status);
    acknowledged++;
  };
  const syncs = async () => {
    const [row] = await tables<{ n: number }>(miko, `select coalesce(sum(io.fsyncs), 0)::int as n from pg_stat_activity a, pg_stat_get_backend_io(a.pid) io
      where a.application_name = 'miko-records' and io.object = 'wal'`);
    return row!.n;
  };
  // The writer's backend tells its counts once a second, with a commit: at that moment all of its syncs so far are told.
  const told = async () => {
    const before = await syncs();
    return eventually(async () => {
      await write();
      const now = await syncs();
      return now > before ? { syncs: now, acknowledged } : undefined;
    }, 20_000, 'the backend to tell its syncs', 0);
  };
  const begin = await told();
  for (let i = 0; i < 200; i++) await write();
  const end = await told();
  const done = { acknowledged: end.acknowledged - begin.acknowledged, syncs: end.syncs - begin.syncs };
  console.log(`${done.acknowledged} acknowledged one at a time, ${done.syncs} syncs of the log`);
  expect(done.acknowledged).toBeGreaterThan(200);
  expect(done.syncs).toBeGreaterThanOrEqual(done.acknowledged);
});
