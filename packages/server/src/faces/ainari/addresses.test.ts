import type { ShownEndpoint } from '@miko/model';
import { describe, expect, it } from 'vitest';
import { addressesOf } from './addresses.ts';

const endpoint = (instance: string, more: Partial<ShownEndpoint> = {}): ShownEndpoint => ({
  id: `ep_${instance}`, instance, host: instance, port: 8080, protocol: 'http', public_url: `https://${instance}.example`, zone: 'zone-a', weight: 100, tags: [], labels: {},
  health: 'passing', state: 'active', revision: 1, ...more,
});
const chosen = (endpoints: readonly ShownEndpoint[], zone: string | null = null): string => addressesOf(endpoints, 'internal', zone).internal_address;

describe('the endpoint that stands for a service', () => {
  it.each<[string, string, readonly ShownEndpoint[]]>([
    ['the first by name', 'a', [endpoint('a'), endpoint('b')]],
    ['the healthiest', 'c', [endpoint('a', { health: 'unknown' }), endpoint('b', { health: 'warning' }), endpoint('c')]],
    ['a warned one before one of which nothing is known', 'b', [endpoint('a', { health: 'unknown' }), endpoint('b', { health: 'warning' })]],
    ['one of weight 0 only when nothing else is', 'b', [endpoint('a', { weight: 0 }), endpoint('b', { health: 'unknown' })]],
    ['one of weight 0, when nothing else is', 'a', [endpoint('a', { weight: 0 }), endpoint('b', { state: 'draining' })]],
    ['none that drains, is denied, starts or is critical', 'e', [
      endpoint('a', { state: 'draining' }), endpoint('b', { state: 'denied' }), endpoint('c', { health: 'starting' }), endpoint('d', { health: 'critical' }), endpoint('e', { health: 'unknown' }),
    ]],
  ])('is %s', (_, instance, endpoints) => {
    expect(chosen(endpoints)).toBe(`http://${instance}:8080`);
  });

  it('is of the zone that is asked for, among the equally healthy', () => {
    const endpoints = [endpoint('a'), endpoint('b', { zone: 'zone-b' }), endpoint('c', { zone: 'zone-b' })];
    expect(chosen(endpoints, 'zone-b')).toBe('http://b:8080');
    expect(chosen(endpoints, 'zone-c')).toBe('http://a:8080');
    expect(chosen([endpoint('a'), endpoint('b', { zone: 'zone-b', health: 'warning' })], 'zone-b')).toBe('http://a:8080');
  });
});

describe('its addresses', () => {
  it('are whole: with the protocol, and without a slash at the end', () => {
    expect(addressesOf([endpoint('a', { protocol: 'grpc', host: '::1', port: 50051, public_url: 'https://shop.example/' })], 'internal', null))
      .toEqual({ public_address: 'https://shop.example', internal_address: 'grpc://[::1]:50051' });
  });

  it('are empty where there is none', () => {
    expect(addressesOf([endpoint('a', { public_url: null })], 'internal', null)).toEqual({ public_address: '', internal_address: 'http://a:8080' });
    expect(addressesOf([], 'internal', null)).toEqual({ public_address: '', internal_address: '' });
  });

  it('are public ones alone for a caller of public addresses, of an endpoint that has one', () => {
    expect(addressesOf([endpoint('a', { public_url: null }), endpoint('b', { health: 'warning' })], 'public', null)).toEqual({ public_address: 'https://b.example', internal_address: '' });
    expect(addressesOf([endpoint('a', { public_url: null })], 'public', null)).toEqual({ public_address: '', internal_address: '' });
  });
});
