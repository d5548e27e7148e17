import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError, MikoApi } from './miko-api.ts';
import { PROJECT } from './plan.ts';
import { DemoError } from './settings.ts';

/** One credential for each kind of caller; all may write in one project and nowhere else. A session is a write, so the client needs that too. */
export interface Tokens {
  readonly services: string;
  readonly client: string;
  /** The supervisor's own: durable endpoints belong to the credential, so it is the same after a restart. */
  readonly supervisor: string;
}

/** Makes what is missing, once: the secrets stay in `<dataDir>/demo/` (0600), as Miko keeps only hashes. */
export async function demoTokens(url: string, dataDir: string): Promise<Tokens> {
  const admin = new MikoApi(url, adminToken(dataDir));
  const folder = join(dataDir, 'demo');
  const token = (name: string, description: string): Promise<string> => ensure({ admin, url, file: join(folder, `${name}-token`), name: `demo-${name}`, description });
  return {
    services: await token('services', "The demo's services: they register themselves"),
    client: await token('client', "The demo's client: it reads endpoint lists and says what it applied"),
    supervisor: await token('supervisor', "The demo's supervisor: it drains, and registers the cache"),
  };
}

function adminToken(dataDir: string): string {
  const token = read(join(dataDir, 'admin-token')) ?? process.env['MIKO_TOKEN'];
  if (token !== undefined) return token;
  throw new DemoError(`there is no admin token in ${dataDir}: this database was first used by another Miko. Give its token in MIKO_TOKEN`);
}

interface Wanted {
  readonly admin: MikoApi;
  readonly url: string;
  readonly file: string;
  readonly name: string;
  readonly description: string;
}

async function ensure({ admin, url, file, name, description }: Wanted): Promise<string> {
  const kept = read(file);
  if (kept !== undefined && (await isValid(url, kept))) return kept;
  const made = await create(admin, name, description);
  writeFileSync(`${file}.new`, `${made}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}

async function create(admin: MikoApi, name: string, description: string): Promise<string> {
  const body = { name, spec: { description, role: 'writer', project: PROJECT, audience: 'internal' } };
  const post = async (): Promise<string> => (await admin.call<{ secret: string }>('POST', '/v1/tokens', { body })).secret;
  try {
    return await post();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'already_exists') throw error;
    // Its secret is lost, so it is of no use to anybody.
    await admin.call('DELETE', `/v1/tokens/${name}`, { ifMatch: '*' });
    return post();
  }
}

/** The database may be another one than that for which the file was written. */
async function isValid(url: string, token: string): Promise<boolean> {
  try {
    await new MikoApi(url, token).call('GET', `/v1/projects/${PROJECT}/services/web`);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    if (error instanceof ApiError && error.status === 404) return true;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
