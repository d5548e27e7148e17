import type { Schema } from '@miko/model';
import { prove, type Case, type Subject } from '../case.ts';
import { faultsOf } from '../faults.ts';
import { refused, same, went } from '../told.ts';
import { otherThan, typesOf, variationsOf } from '../variation.ts';

/** Both patches end where PUT ends: what comes out is checked as a whole. */
export function patches({ kind }: Subject): Case[] {
  const spec = kind.example(0);
  const variations = variationsOf(kind, spec);
  const nullable = Object.entries(kind.spec.properties).filter(([field, schema]) => typesOf(schema).includes('null') && !kind.frozen.includes(field));
  return [
    ...variations.flatMap(({ field, value }) => [
      prove('merge-patch', `changes ${field} alone`, async world => {
        const place = await world.place(kind);
        await place.make(0);
        const merged = isMap(spec[field]) ? { ...spec[field], ...(value as object) } : value;
        same(went(await place.merge(0, { spec: { [field]: value } }), 200).body.spec, { ...spec, [field]: merged }, 'the spec');
        same((await place.get(0)).body.spec, { ...spec, [field]: merged }, 'what is read');
      }),
      prove('json-patch', `changes ${field} alone`, async world => {
        const place = await world.place(kind);
        await place.make(0);
        const told = went(await place.apply(0, [{ op: 'test', path: `/spec/${field}`, value: spec[field] }, { op: 'replace', path: `/spec/${field}`, value }]), 200);
        same(told.body.spec, { ...spec, [field]: value }, 'the spec');
        same((await place.get(0)).text, told.text, 'what is read');
      }),
    ]),
    prove('json-patch', 'is applied as a whole or not at all', async world => {
      const place = await world.shared(kind);
      const [{ field, value }] = variations as [(typeof variations)[number]];
      const change = { op: 'replace', path: `/spec/${field}`, value };
      await place.unchanged(() => place.apply(0, [change, { op: 'remove', path: '/spec/nothing_here' }]), 'invalid_request');
      await place.unchanged(() => place.apply(0, [change, { op: 'test', path: `/spec/${field}`, value: spec[field] }]), 'patch_test_failed');
      for (const wrong of [{}, '"text"', null, [1], [{ op: 'nothing', path: '/spec' }], [{ op: 'add', path: '/spec' }], [{ op: 'add', value: 1 }], [{ op: 'remove', path: 'spec' }]]) {
        await place.unchanged(() => place.apply(0, wrong), 'invalid_request');
      }
    }),
    prove('patch-test', 'a test that holds changes nothing, one that does not refuses', async world => {
      const place = await world.shared(kind);
      went(await place.apply(0, [{ op: 'test', path: '/spec', value: spec }]), 200);
      for (const value of [{ ...spec, not_declared: 1 }, null, 'text']) await place.unchanged(() => place.apply(0, [{ op: 'test', path: '/spec', value }]), 'patch_test_failed');
    }),
    prove('no-change', 'an empty patch makes no revision', async world => {
      const place = await world.shared(kind);
      const before = await place.get(0);
      const mark = await world.mark();
      for (const patch of [() => place.merge(0, {}), () => place.merge(0, { spec: {} }), () => place.merge(0, { spec }), () => place.apply(0, []), () => place.apply(0, [{ op: 'replace', path: '/spec', value: spec }])]) {
        const told = went(await patch(), 200);
        same([told.text, told.headers['etag']], [before.text, before.headers['etag']], 'the object');
      }
      same(await world.mark(), mark, 'the counter');
    }),
    ...faultsOf(kind.spec, spec).filter(({ document }) => isMap(document)).map(fault =>
      prove('patch-checked', `a patch after which ${fault.what} is refused`, async world => {
        const place = await world.shared(kind);
        const before = await place.get(0);
        refused(await place.apply(0, [{ op: 'replace', path: '/spec', value: fault.document }]), 'invalid_request', [`/spec${fault.pointer}`]);
        same((await place.get(0)).text, before.text, 'the object after a refusal');
      })),
    prove('patch-checked', 'a merge patch that leaves a wrong spec is refused', async world => {
      const place = await world.shared(kind);
      await place.unchanged(() => place.merge(0, { spec: { not_declared: 1 } }), 'invalid_request', [['/spec/not_declared', 'unknown_field']]);
      for (const body of [{ spec: 'text' }, { name: 'other' }, [], '"text"', null, 7]) await place.unchanged(() => place.merge(0, body), 'invalid_request');
      for (const field of Object.keys(kind.spec.properties).filter(field => !typesOf(kind.spec.properties[field]!).includes('null'))) {
        // null in a merge patch takes the field away (RFC 7396), and none may be missing.
        await place.unchanged(() => place.merge(0, { spec: { [field]: null } }), 'invalid_request', [`/spec/${field}`]);
      }
    }),
    ...nullable.map(([field, schema]) => prove('patch-null', `${field} is cleared to null and set again`, async world => {
      const place = await world.place(kind);
      await place.make(0);
      const value = otherThan(null, withoutNull(schema));
      const set = { ...spec, [field]: value };
      const cleared = { ...spec, [field]: null };
      same(went(await place.merge(0, { spec: { [field]: value } }), 200).body.spec, set, 'the spec with a value');
      same(went(await place.merge(0, { spec: { [field]: null } }), 200).body.spec, cleared, 'the spec cleared by a merge patch');
      same(went(await place.apply(0, [{ op: 'replace', path: `/spec/${field}`, value }]), 200).body.spec, set, 'the spec with a value again');
      same(went(await place.apply(0, [{ op: 'replace', path: `/spec/${field}`, value: null }]), 200).body.spec, cleared, 'the spec cleared by a JSON Patch');
      same((await place.get(0)).body.spec, cleared, 'what is read');
      same(went(await place.put(0, set), 200).body.spec, set, 'the spec put');
      same(went(await place.put(0, cleared), 200).body.spec, cleared, 'the spec put with null');
      await place.unchanged(() => place.apply(0, [{ op: 'remove', path: `/spec/${field}` }]), 'invalid_request', [[`/spec/${field}`, 'required']]);
    })),
    prove('patch-bounds', 'operations, pointers and depth are bounded', async world => {
      const place = await world.shared(kind);
      const [{ field }] = variations as [(typeof variations)[number]];
      went(await place.apply(0, Array.from({ length: 100 }, () => ({ op: 'test', path: `/spec/${field}`, value: spec[field] }))), 200);
      await place.unchanged(() => place.apply(0, Array.from({ length: 101 }, () => ({ op: 'remove', path: '/x' }))), 'invalid_request');
      await place.unchanged(() => place.apply(0, [{ op: 'remove', path: `/${'x'.repeat(500)}` }]), 'invalid_request');
      const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
      await place.unchanged(() => place.merge(0, deep(40)), 'invalid_request');
      await place.unchanged(() => place.apply(0, `[{"op":"add","path":"/spec","value":${deep(40)}}]`), 'invalid_request');
      await place.unchanged(() => place.merge(0, '{"__proto__":{"polluted":1}}'), 'invalid_request');
      await place.unchanged(() => place.apply(0, [{ op: 'add', path: '/__proto__/polluted', value: 1 }]), 'invalid_request');
    }),
    ...kind.frozen.map(field => prove('frozen', `${field} never changes`, async world => {
      const place = await world.shared(kind);
      const value = otherThan(spec[field], kind.spec.properties[field]!);
      const finding = [[`/spec/${field}`, 'frozen']] as const;
      await place.unchanged(() => place.put(0, { ...spec, [field]: value }), 'invalid_request', finding);
      await place.unchanged(() => place.merge(0, { spec: { [field]: value } }), 'invalid_request', finding);
      await place.unchanged(() => place.apply(0, [{ op: 'replace', path: `/spec/${field}`, value }]), 'invalid_request', finding);
    })),
  ];
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema of the values beside null. */
const withoutNull = (schema: Schema): Schema => ({
  ...schema, type: typesOf(schema).filter(type => type !== 'null'), ...('enum' in schema ? { enum: (schema['enum'] as readonly unknown[]).filter(one => one !== null) } : {}),
});
