import type { Action } from '@miko/model';
import { asciiJson } from '../ascii-json.ts';
import type { Answer } from '../call.ts';
import { defineEndpoint, type Operation } from '../operation.ts';
import { openapi } from './openapi.ts';
import { page } from './page.ts';
import { pageStyle, pageStyleSource } from './page-style.ts';

export interface DocumentHost {
  /** Everything that can be asked of this Miko, these operations among it. Asked when the first document is. */
  operations(): readonly Operation[];
}

const action: Action = { name: 'document.read', role: 'reader' };

/** The document of the API date a request comes in, and the same as a page to read: no script, nothing from elsewhere. */
export function documentOperations(host: DocumentHost): Operation[] {
  const documents = oncePerDate(apiDate => openapi(host.operations(), apiDate));
  const texts = oncePerDate(apiDate => asciiJson(documents(apiDate)));
  const pages = oncePerDate(apiDate => page(documents(apiDate), pageStyle));
  return [
    defineEndpoint({
      id: 'openapi', method: 'GET', path: '/openapi.json', action, summary: 'The OpenAPI document of the API date of the request',
      answers: [{ status: 200, description: 'OpenAPI 3.1', schema: () => ({ type: 'object' }) }],
      run: ({ apiDate }) => answer('application/json', texts(apiDate)),
    }),
    defineEndpoint({
      id: 'docs', method: 'GET', path: '/docs', action, summary: 'The same document as a page to read',
      answers: [{ status: 200, description: 'A page', schema: () => ({ type: 'string' }), mediaType: 'text/html' }],
      run: ({ apiDate }) => answer('text/html; charset=utf-8', pages(apiDate), { 'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' }),
    }),
  ];
}

/** Those that a person opens in a browser: their callers may also show their token by HTTP Basic. */
export const isForBrowsers = ({ path }: Operation): boolean => path === '/docs' || path === '/openapi.json';

const policy = `default-src 'none'; style-src ${pageStyleSource}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const answer = (type: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  ({ status: 200, headers: { 'content-type': type, 'cache-control': 'private, no-cache', vary: 'miko-version, authorization', ...headers }, body });

/** What a document says does not change while Miko runs. There are as many as API dates. */
function oncePerDate<T>(make: (apiDate: string) => T): (apiDate: string) => T {
  const made = new Map<string, T>();
  return apiDate => {
    const kept = made.get(apiDate) ?? make(apiDate);
    made.set(apiDate, kept);
    return kept;
  };
}
