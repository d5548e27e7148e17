import type { Client } from '@miko/client';

/** One GET by the name of a service; the SDK chooses the endpoint, and another one when that is gone. Answers who answered. */
export async function callHttp(client: Client, service: string, timeoutMs: number): Promise<string> {
  const response = await client.fetch(`http://${service}/things/1`, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${service} answered ${response.status}`);
  const { instance } = (await response.json()) as { instance: string };
  return instance;
}
