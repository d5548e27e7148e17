import { MikoError, type Client, type Picked } from '@miko/client';

/** The endpoint could not be asked, or broke off. The demo's calls may all be repeated, so another one is asked. */
export class EndpointGone extends Error {
  override readonly name = 'EndpointGone';
}

const ATTEMPTS = 3;

/**
 * What `client.fetch` does, for protocols that it does not speak: picks an endpoint, and another one when that is gone.
 * Throws what `ask` threw last.
 */
export async function askOneOf<T>(client: Client, service: string, ask: (picked: Picked) => Promise<T>): Promise<T> {
  const tried: string[] = [];
  let last: EndpointGone | null = null;
  while (tried.length < ATTEMPTS) {
    using picked = await pickAnother(client, service, tried, last);
    try {
      return await ask(picked);
    } catch (error) {
      if (!(error instanceof EndpointGone)) throw error;
      picked.refused();
      tried.push(picked.endpoint.id);
      last = error;
    }
  }
  throw last ?? new EndpointGone(`${service}: nothing was tried`);
}

/** When all are tried, the last failure says more than that none is left. */
async function pickAnother(client: Client, service: string, tried: readonly string[], last: EndpointGone | null): Promise<Picked> {
  try {
    return await client.pick(service, { exclude: tried });
  } catch (error) {
    throw last !== null && error instanceof MikoError && error.code === 'no_endpoint' ? last : error;
  }
}
