import type { Registration } from '@miko/model';
import type { MikoProcess } from './miko-process.ts';

/** The bodies and paths that tests send again and again. */
export const registration = (session: string | null, more: Partial<Registration> = {}): Registration => ({
  session, host: '127.0.0.1', port: 8080, protocol: 'http', public_url: null, zone: 'zone-a', weight: 100, tags: [], labels: {}, check: null, ...more,
});

export interface OpenSession {
  readonly id: string;
  readonly owner: string;
  readonly generation: number;
  readonly ttl_seconds: number;
  readonly renew_every_seconds: number;
  readonly expires_at: string;
}

export async function openSession(miko: MikoProcess, owner: string, ttlSeconds = 60): Promise<OpenSession> {
  const { status, body } = await miko.call<OpenSession>('POST', '/v1/projects/default/sessions', { name: owner, owner, ttl_seconds: ttlSeconds });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

export const endpointPath = (service: string, instance: string): string => `/v1/projects/default/services/${service}/endpoints/${instance}`;
