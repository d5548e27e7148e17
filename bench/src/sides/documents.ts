/** What is stored and read on all sides. */

/** The registration that the API's documentation shows, without its check. */
export function plainRegistration(session: string | null, port: number): string {
  return JSON.stringify({
    session, host: '127.0.0.1', port, protocol: 'http', public_url: null, zone: 'zone-a', weight: 100, tags: ['v2'], labels: { team: 'shop' }, check: null,
  });
}

/** A registration of about 320 bytes. `mark` makes it a new content; two marks of one length give documents of one size. */
export function registration(session: string | null, port: number, mark: string): string {
  return JSON.stringify({
    session, host: '127.0.0.1', port, protocol: 'http', public_url: null, zone: 'zone-a', weight: 100, tags: ['v2', 'canary'],
    labels: { team: 'shop', version: '2.14.0', image: 'registry.internal/shop/web', mark }, check: null,
  });
}

/** An endpoint as Miko lists it: what etcd stores as a value when it is asked for the same list. */
export function listedEndpoint(instance: number): string {
  return JSON.stringify({
    id: `ep_${String(instance).padStart(26, '0')}`, instance: `web-${instance}`, host: '127.0.0.1', port: 8000 + instance, protocol: 'http',
    public_url: null, zone: 'zone-a', weight: 100, tags: ['v2'], labels: { team: 'shop' }, health: 'passing', state: 'active', revision: 1000 + instance,
  });
}
