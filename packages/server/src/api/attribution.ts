import type { Attribution } from '@miko/store';
import type { Request } from './operation.ts';

const MOST_USER_AGENT = 256;

/** Who does it, with which credential, from where, and in which call: what a change row keeps. */
export const attributionOf = ({ actor, requestId, call }: Pick<Request, 'actor' | 'requestId' | 'call'>): Attribution => ({
  actor: actor.id, credential: actor.credential, requestId, remote: call.remote, userAgent: call.headers['user-agent']?.slice(0, MOST_USER_AGENT) ?? null,
});
