/** Long lists as Miko sends them, made of a few real addresses: what is measured is the list, not its connections. */

export type ListedAs = {
  readonly count: number;
  /** Marks the instances and ids of one list, so that another shares none with it. */
  readonly generation: string;
  readonly ports: readonly number[];
};

/** `"services":{...}` of a snapshot with this one service. */
export function servicesText(service: string, revision: number, listedAs: ListedAs): string {
  const endpoints = Array.from({ length: listedAs.count }, (_, index) => listedEndpoint(index, revision, listedAs));
  return `"services":${JSON.stringify({ [service]: { state: 'known', cause: null, revision, endpoints } })}`;
}

function listedEndpoint(index: number, revision: number, { generation, ports }: ListedAs): object {
  const number = String(index).padStart(5, '0');
  return {
    id: `ep_${generation}${number.padStart(26 - generation.length, '0')}`,
    instance: `${generation}-${number}`,
    host: '127.0.0.1',
    port: ports[index % ports.length],
    protocol: 'http',
    public_url: null,
    zone: 'zone-a',
    weight: 100,
    tags: ['v2'],
    labels: { team: 'shop' },
    health: 'passing',
    state: 'active',
    held: false,
    revision,
  };
}
