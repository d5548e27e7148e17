import { randomBytes } from 'node:crypto';
import type { Role, TokenSpec } from '@miko/model';
import { path, type Api } from '../api.ts';
import type { Call } from '../call.ts';
import { confirm } from '../confirm.ts';
import { Failure } from '../failure.ts';
import { didYouMean } from '../nearest-name.ts';
import { plain } from '../output.ts';
import { renderTable } from '../table.ts';

export interface TokenObject {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly spec: TokenSpec;
  /** Only in the answer that creates it. */
  readonly secret?: string;
}

export interface TokenFlags {
  readonly role: Role;
  readonly name?: string;
  readonly description?: string;
  readonly audience: TokenSpec['audience'];
}

/** For people the secret alone goes to stdout, so that `MIKO_TOKEN=$(miko token create ...)` works. */
export async function createToken(call: Call, flags: TokenFlags): Promise<void> {
  const name = flags.name ?? `${flags.role}-${randomBytes(4).toString('hex')}`;
  const spec: TokenSpec = {
    description: flags.description ?? '',
    role: flags.role,
    project: call.typedProject ?? null,
    audience: flags.audience,
  };
  const { body } = await call.api().call<TokenObject>('POST', '/v1/tokens', { body: { name, spec } });
  const { secret } = body;
  if (secret === undefined) throw new Failure('error', 'not_miko', 'Miko made the token and did not answer its secret');
  call.output.result({ text: () => plain(secret), document: body, lines: [body] });
  call.output.note(`Token ${plain(body.name)} (${spec.role}, ${scope(spec)}). It is not shown again. Use it: export MIKO_TOKEN=...`);
}

export async function listTokens(call: Call): Promise<void> {
  const tokens = await fetchTokens(call.api());
  call.output.result({ text: () => tokenTable(tokens), document: { items: tokens }, lines: tokens });
}

export async function deleteToken(call: Call, name: string, flags: { readonly yes?: boolean }): Promise<void> {
  const api = call.api();
  try {
    const { body } = await api.call<TokenObject>('GET', path`/v1/tokens/${name}`);
    const { spec } = body;
    if (flags.yes !== true) {
      await confirm(`Delete token ${plain(body.name)} (${spec.role}, ${scope(spec)})? Whoever uses it is locked out.`, call.output.format);
    }
    // By id: a token of the same name made in between is another one.
    await api.call('DELETE', path`/v1/tokens/${body.id}`, { headers: { 'if-match': '*' } });
    const document = { name: body.name, id: body.id, deleted: true };
    call.output.result({ text: () => `deleted token ${plain(body.name)}`, document, lines: [document] });
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== 'not_found') throw error;
    const names = (await fetchTokens(api).catch((): readonly TokenObject[] => [])).map(token => token.name);
    throw error.withHints(...didYouMean(name, names));
  }
}

/** All pages; Miko keeps at most 10,000 tokens. */
async function fetchTokens(api: Api): Promise<readonly TokenObject[]> {
  const tokens: TokenObject[] = [];
  let pageToken: string | undefined;
  do {
    const { body } = await api.call<{ readonly items: readonly TokenObject[]; readonly next_page_token: string | null }>('GET', '/v1/tokens', {
      query: { page_token: pageToken },
    });
    tokens.push(...body.items);
    pageToken = body.next_page_token ?? undefined;
  } while (pageToken !== undefined && tokens.length < 10_000);
  return tokens;
}

const scope = (spec: TokenSpec): string => (spec.project === null ? 'every project' : `project ${plain(spec.project)}`);

const tokenTable = (tokens: readonly TokenObject[]): string =>
  renderTable(
    ['NAME', 'ROLE', 'PROJECT', 'AUDIENCE', 'CREATED', 'DESCRIPTION'],
    tokens.map(({ name, spec, created_at: created }) => [name, spec.role, spec.project ?? 'every', spec.audience, created, spec.description]),
  );
