/** The PostgreSQL below a Miko, for set-up that would take an API too long, and as the plain side of a comparison. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

export type Database = {
  readonly query: (text: string, values?: readonly unknown[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Of the embedded server in `dataDir`, while it runs. */
export async function connectToDatabase(dataDir: string): Promise<Database> {
  // The fifth line of postmaster.pid is the folder of its socket (PostgreSQL, "pidfile.h").
  const host = readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[4] ?? '';
  const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8').trim();
  const client = new pg.Client({ host, user: 'miko', password, database: 'postgres' });
  await client.connect();
  return {
    query: async (text, values = []) => void (await client.query({ name: text.slice(0, 60), text, values: [...values] })),
    close: () => client.end(),
  };
}
