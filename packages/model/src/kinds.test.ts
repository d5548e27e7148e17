import { describe, expect, it } from 'vitest';
import { newestApiDate } from './changes/dates.ts';
import { apiDates, isKnownAt, kinds, pluralOf, specSchemaAt, unbounded, undescribed } from './index.ts';
import { isObjectName } from './names.ts';

/** What has to hold of every kind, whoever adds the next. That examples fit their schemas is checked where the validator is. */
describe.each(kinds.map(kind => [kind.name, kind] as const))('the kind %s', (_, kind) => {
  const dates = apiDates.filter(date => isKnownAt(kind, date));

  it('is named in snake_case, with an id prefix and a plural of its own', () => {
    expect(kind.name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(kind.idPrefix).toMatch(/^[a-z]{3}$/);
    expect(pluralOf(kind)).toMatch(/^[a-z]+(-[a-z]+)*s$/);
    expect(kinds.filter(other => other.name === kind.name || other.idPrefix === kind.idPrefix || pluralOf(other) === pluralOf(kind))).toEqual([kind]);
  });

  it('takes no prefix of what is no kind', () => {
    expect(['ses', 'req']).not.toContain(kind.idPrefix);
  });

  it('comes after its parent, and lies in nothing or in a kind of the fleet', () => {
    if (kind.parent === null) return;
    expect(kinds.slice(0, kinds.indexOf(kind))).toContain(kind.parent);
    expect(kind.parent.parent).toBeNull();
    expect(kind.since >= kind.parent.since).toBe(true);
  });

  it('is a value that is frozen to the bottom', () => {
    expect(unfrozen(kind, kind.name)).toEqual([]);
  });

  it('says in one line what it is', () => {
    expect(kind.summary).toMatch(/^[A-Z].{5,100}[^.\s]$/);
  });

  it('appeared at an API date, and is known since', () => {
    expect(apiDates).toContain(kind.since);
    expect(dates).toEqual(apiDates.slice(apiDates.indexOf(kind.since as (typeof apiDates)[number])));
    expect(dates).toContain(newestApiDate);
  });

  it('freezes only fields that its spec has', () => {
    expect(kind.frozen.filter(field => !(field in kind.spec.properties))).toEqual([]);
  });

  it('has limits within those of the contract', () => {
    const { perParent, bodyBytes, page } = kind.limits;
    for (const limit of [perParent, bodyBytes, page]) expect(Number.isInteger(limit) && limit > 0).toBe(true);
    expect(perParent).toBeLessThanOrEqual(50_000);
    expect(bodyBytes).toBeLessThanOrEqual(1_048_576);
    expect(page).toBeLessThanOrEqual(1_000);
  });

  it('is written by nobody who may not read it', () => {
    const rank = { reader: 1, writer: 2, admin: 3 };
    expect(rank[kind.access.write]).toBeGreaterThanOrEqual(rank[kind.access.read]);
  });

  it('has an example for each number, the same each time, with names that it takes', () => {
    expect(kind.example(1)).toEqual(kind.example(1));
    expect(JSON.stringify(kind.example(1))).not.toBe(JSON.stringify(kind.example(2)));
    const names = kind.names?.(kinds) ?? [`${kind.name.replaceAll('_', '-')}-1`];
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter(name => !isObjectName(name))).toEqual([]);
    expect(names).toEqual([...new Set(names)]);
  });

  it('keeps of an example the status it demands', () => {
    expect(Object.keys(kind.status.initial(kind.example(1), { apiDate: newestApiDate })).sort()).toEqual([...kind.status.schema.required].sort());
  });

  describe.each(dates)('at the API date %s', date => {
    const schema = specSchemaAt(kind, date);

    it('demands every field of its spec: null is a value, absence is none', () => {
      expect([...schema.required].sort()).toEqual(Object.keys(schema.properties).sort());
      expect(schema['additionalProperties']).toBe(false);
    });

    it('names every field in snake_case', () => {
      expect(miscased(schema)).toEqual([]);
      expect(miscased(kind.status.schema)).toEqual([]);
    });

    it('has a bound for every string, list, map and number', () => {
      expect([...unbounded(schema), ...unbounded(kind.status.schema)]).toEqual([]);
    });

    it('says of every field what it means', () => {
      expect([...undescribed(schema), ...undescribed(kind.status.schema)]).toEqual([]);
    });
  });
});

function unfrozen(value: object, at: string): string[] {
  return [
    ...(Object.isFrozen(value) ? [] : [at]),
    ...Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' && inner !== null ? unfrozen(inner as object, `${at}.${name}`) : [])),
  ];
}

/** Names of fields, at any depth, that are no snake_case. */
function miscased(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { readonly properties?: object };
  return [
    ...Object.keys(properties ?? {}).filter(name => !/^[a-z]+(_[a-z0-9]+)*$/.test(name)),
    ...Object.values(properties ?? schema).flatMap(miscased),
    ...(properties === undefined ? [] : Object.entries(schema).filter(([keyword]) => keyword !== 'properties').flatMap(([, inner]) => miscased(inner))),
  ];
}
