import { describe, expect, it } from 'vitest';
import { servicesText } from './endpoint-list.ts';

type Services = { readonly services: { readonly web: { readonly state: string; readonly endpoints: readonly { id: string; instance: string; port: number; health: string; state: string }[] } } };
const listOf = (generation: string): Services['services']['web'] => {
  const parsed: Services = JSON.parse(`{${servicesText('web', 7, { count: 1_000, generation, ports: [4001, 4002, 4003] })}}`);
  return parsed.services.web;
};

describe('servicesText', () => {
  it('lists usable endpoints over the real addresses in turn', () => {
    const { state, endpoints } = listOf('a');
    expect(state).toBe('known');
    expect(endpoints).toHaveLength(1_000);
    expect(endpoints.slice(0, 4).map(({ port }) => port)).toEqual([4001, 4002, 4003, 4001]);
    expect(endpoints.every(({ health, state: shown }) => health === 'passing' && shown === 'active')).toBe(true);
  });
  it('orders them by instance, as Miko does', () => {
    const names = listOf('a').endpoints.map(({ instance }) => instance);
    expect(names).toEqual([...names].sort());
  });
  it('shares no endpoint between two generations', () => {
    const ids = ['a', 'b'].flatMap((generation) => listOf(generation).endpoints.map(({ id }) => id));
    expect(new Set(ids).size).toBe(2_000);
    expect(ids.every((id) => id.length === 29)).toBe(true);
  });
});
