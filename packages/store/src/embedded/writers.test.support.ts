import { Client } from 'pg';
import type { Connection } from './server.ts';

/** Writes of single rows, each noted after its acknowledgement: what must be there after any crash. */
export interface Writers {
  /** Settles when every writer's connection has failed. */
  readonly ended: Promise<unknown>;
}

const writerCount = 4;
let lastId = 0;

export async function startWriters(connection: Connection, acknowledged: (id: number) => void): Promise<Writers> {
  const first = await connect(connection);
  await first.query('create table if not exists acked (id bigint primary key)');
  await first.end();
  return { ended: Promise.all(Array.from({ length: writerCount }, writeOn)) };

  async function writeOn(): Promise<void> {
    const client = await connect(connection);
    try {
      for (;;) {
        const id = process.pid * 10_000_000 + ++lastId;
        await client.query('insert into acked values ($1)', [id]);
        acknowledged(id);
      }
    } catch {
      return; // the server was killed: that row may or may not be there
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** The acknowledged rows that are not there. */
export async function lostRows(connection: Connection, acked: ReadonlySet<number>): Promise<number[]> {
  const client = await connect(connection);
  const { rows } = await client.query<{ id: string }>('select id from acked');
  await client.end();
  const present = new Set(rows.map(({ id }) => Number(id)));
  return [...acked].filter((id) => !present.has(id));
}

export async function connect(connection: Connection): Promise<Client> {
  const client = new Client({ ...connection });
  client.on('error', () => {});
  await client.connect();
  return client;
}
