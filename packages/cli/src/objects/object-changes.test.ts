import { expect, test } from 'vitest';
import type { ShownObject } from './object-calls.ts';
import { createKnownObjects } from './object-changes.ts';

const object = (name: string, revision = 1, status: ShownObject['status'] = {}): ShownObject => ({
  id: `svc_${name}`, kind: 'service', name, project: 'default', revision, created_at: '', updated_at: '', spec: {}, status,
});

test('a resumed reader sees nothing twice, and what went meanwhile', () => {
  const known = createKnownObjects();
  expect(known.snapshot({ revision: 3, items: [object('a'), object('b')] }).map(({ change }) => change)).toEqual(['set', 'set']);
  expect(known.snapshot({ revision: 9, items: [object('b'), object('c')] })).toEqual([
    { change: 'gone', revision: 9, id: 'svc_a', name: 'a' },
    { change: 'set', revision: 9, first: true, object: object('c') },
  ]);
});

test('a changed object is no new one; a status may change while the revision stands; what is not known is not gone', () => {
  const known = createKnownObjects();
  known.snapshot({ revision: 1, items: [object('a')] });
  expect(known.delta({ revision: 2, items: { set: [object('a', 2)] } })).toEqual([{ change: 'set', revision: 2, first: false, object: object('a', 2) }]);
  expect(known.delta({ revision: 3, items: { set: [object('a', 2, { seen: true })] } })).toHaveLength(1);
  expect(known.delta({ revision: 4, items: { gone: [{ id: 'svc_x', name: 'x' }, { id: 'svc_a', name: 'a' }] } })).toEqual([{ change: 'gone', revision: 4, id: 'svc_a', name: 'a' }]);
});
