import { object, oneOf, optional, Problem, text, type Infer } from '@miko/model';
import { checked } from '../../api/check.ts';

/** The form of `POST /v1alpha/token`: the client credentials grant (RFC 6749, section 4.4) as both ainari SDKs send it. */
export const tokenRequestSchema = object({
  grant_type: oneOf('client_credentials'),
  token_format: optional(text({ max: 64, description: 'Passed over: a token is read by Miko alone' })),
  client_id: optional(text({ min: 1, max: 128, description: 'The name of a token of Miko. Needed beside a client_secret' })),
  client_secret: optional(text({ min: 1, max: 505, description: 'The secret of that token. Without it the Authorization header says who calls' })),
});

export type TokenRequest = Infer<typeof tokenRequestSchema>;

/**
 * Reads the form. A parameter that is not known, or has no value, counts as left out (section 3.2). Throws Problem
 * `invalid_request`.
 */
export function tokenRequestOf(raw: Buffer): TokenRequest {
  const form = new URLSearchParams(raw.toString('utf8'));
  const given = Object.keys(tokenRequestSchema.properties).map(name => [name, form.getAll(name)] as const);
  const twice = given.find(([, values]) => values.length > 1);
  if (twice !== undefined) throw wrong(twice[0], 'duplicate_parameter', 'must stand once');
  const request = checked(tokenRequestSchema, Object.fromEntries(given.flatMap(([name, [value = '']]) => (value === '' ? [] : [[name, value]]))));
  if (request.client_secret !== undefined && request.client_id === undefined) throw wrong('client_id', 'required', 'is required beside client_secret');
  return request;
}

const wrong = (name: string, code: string, detail: string) =>
  new Problem('invalid_request', `/${name}: ${detail}`, { flaws: [{ pointer: `/${name}`, code, detail }] });
