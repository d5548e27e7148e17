import { map, object, OBJECT_NAME, oneOf, text, type Actor, type Audience } from '@miko/model';
import { bearerOf } from '../../access/identity.ts';
import { asciiJson } from '../../api/ascii-json.ts';
import { answered, titled } from '../../api/answered.ts';
import { json } from '../../api/call.ts';
import { defineEndpoint, type Operation, type Request } from '../../api/operation.ts';
import { notReady, unauthenticated } from '../../api/pipeline.ts';
import type { Directory } from '../../directory/directory.ts';
import { listAction } from '../../directory/hot-list.ts';
import type { View } from '../../directory/view.ts';
import { addressesOf } from './addresses.ts';
import { tokenRequestOf, tokenRequestSchema } from './token-request.ts';

/**
 * What the SDKs of kitsudaiki/ainari ask for, in their order: a token, then once an address for each component. They find
 * here what they find at ainari's own Miko, with two differences: the list is shown to nobody without a token, and
 * every service of the project is a component.
 *
 * A token is Miko's own, not a second sort of credential: the call checks a secret and hands it back. It lives, is
 * withdrawn, and sees what the object `token` says. No answer is kept under an Idempotency-Key, since it holds the secret.
 */
export function ainariOperations(directory: Directory): Operation[] {
  const listOf = rememberedList(directory);
  return [
    defineEndpoint({
      id: 'ainari_token', method: 'POST', path: '/v1alpha/token', action: null, summary: 'A token, as SDKs of ainari ask for one',
      body: tokenRequestSchema, mediaTypes: ['application/x-www-form-urlencoded'], isUntyped: true, bodyBytes: 4_096,
      example: { token_format: 'jwt', grant_type: 'client_credentials' },
      answers: [answered(200, 'The token', tokenAnswer)], errors: ['unauthenticated', 'not_ready'],
      run: request => {
        const reason = directory.notReady();
        if (reason !== null) throw notReady(reason);
        // RFC 6749, section 5.1: it must stay in no cache.
        return json(200, { access_token: secretOf(directory.view, request), token_type: 'Bearer' }, { 'cache-control': 'no-store' });
      },
    }),
    defineEndpoint({
      id: 'ainari_endpoints', method: 'GET', path: '/v1alpha/endpoints', action: listAction, project: () => PROJECT,
      summary: 'One address of each service, as SDKs of ainari read it', query: { zone: 'text' }, errors: ['not_found'],
      answers: [answered(200, 'Addresses by service', addressList)],
      run: ({ actor, query }) => {
        directory.project(PROJECT);
        return { status: 200, headers: { 'content-type': 'application/json' }, body: listOf(actor.audience, (query['zone'] as string | undefined) ?? null) };
      },
    }),
  ];
}

const PROJECT = 'default';
const MOST_SERVICES = 10_000;

/** The secret that says who calls, once it is known to stand. */
function secretOf(view: View, { raw, call }: Request): string {
  const { client_id, client_secret } = tokenRequestOf(raw);
  const secret = client_secret ?? bearerOf(call.headers.authorization);
  const actor = secret === null ? null : view.identities.actorOf(secret);
  if (actor === null || (client_secret !== undefined && !isNamed(actor, client_id))) throw unauthenticated(false);
  return secret!;
}

const isNamed = (actor: Actor, name: string | undefined): boolean => actor.name === name;

/** These clients ask anew for each of their calls: what they are all told is made once for each change. */
function rememberedList({ view }: Directory): (audience: Audience, zone: string | null) => string {
  const kept = new Map<Audience, { readonly version: number; readonly body: string }>();
  return (audience, zone) => {
    if (zone !== null) return listFor(view, audience, zone);
    const { version } = view.project(PROJECT);
    const found = kept.get(audience);
    if (found?.version === version) return found.body;
    const body = listFor(view, audience, null);
    kept.set(audience, { version, body });
    return body;
  };
}

function listFor(view: View, audience: Audience, zone: string | null): string {
  const services = [...view.project(PROJECT).services.values()].filter(service => service.exists).sort((a, b) => (a.name < b.name ? -1 : 1));
  return asciiJson(Object.fromEntries(services.map(({ name, sorted }) => [name, addressesOf(sorted.map(({ shown }) => shown), audience, zone)])));
}

const tokenAnswer = titled('AinariToken', object({ access_token: text({ max: 512, description: 'For `Authorization: Bearer`' }), token_type: oneOf('Bearer') }));
const address = (description: string) => text({ max: 2_048, description });
const addressList = map(titled('AinariAddresses', object({
  public_address: address('Its public URL; empty where there is none'),
  internal_address: address('Protocol, host and port; empty where the caller may not see them'),
})), { keys: OBJECT_NAME, max: MOST_SERVICES, description: 'By service' });
