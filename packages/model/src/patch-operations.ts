import { Problem, type Flaw } from './errors.ts';
import { isJsonMap, type JsonMap } from './json-equal.ts';
import { pointerLimits, stepsOf, type PointerSteps } from './json-pointer.ts';
import type { Schema } from './schema.ts';

/** The operations of a JSON Patch (RFC 6902, section 4): what a body may hold, and how it is read. */

export const MOST_OPERATIONS = 100;

export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: PointerSteps; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: PointerSteps }
  | { readonly op: 'move' | 'copy'; readonly path: PointerSteps; readonly from: PointerSteps };

const pointerSchema = (description: string) =>
  ({ type: 'string', maxLength: pointerLimits.characters, pattern: '^(/([^~]|~[01])*)?$', description }) as const;
const path = pointerSchema('A JSON pointer (RFC 6901) to what is changed or tested; `/-` at the end of a list adds to it');
const from = pointerSchema('A JSON pointer to what is moved or copied');
/** Open, unlike every other body: members that the RFC does not name are to be ignored. */
const operation = (ops: readonly string[], members: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties: { op: { enum: ops, description: 'What is done' }, path, ...members },
  required: ['op', 'path', ...Object.keys(members)],
});

/** For documents: `readOperations` is what holds. A value is any JSON, bounded by the body it comes in. */
export const jsonPatchSchema: Schema = {
  type: 'array',
  maxItems: MOST_OPERATIONS,
  description: 'Operations, done in their order: all of them, or none',
  items: {
    type: 'object',
    discriminator: { propertyName: 'op' },
    required: ['op'],
    oneOf: [
      operation(['add', 'replace', 'test'], { value: { description: 'The new value, or the one that has to be there' } }),
      operation(['remove'], {}),
      operation(['move', 'copy'], { from }),
    ],
  },
};

/** Throws Problem `invalid_request` with a finding for each member that is wrong; `/2/path` is of the third operation. */
export function readOperations(body: unknown): readonly PatchOperation[] {
  if (!Array.isArray(body)) throw refused([{ pointer: '', code: 'type', detail: 'must be a list of operations' }]);
  if (body.length > MOST_OPERATIONS) throw refused([{ pointer: '', code: 'too_many', detail: `must not have more than ${MOST_OPERATIONS} operations` }]);
  const flaws: Flaw[] = [];
  const read = body.map((one: unknown, index) => readOperation(one, (member, code, detail) => {
    flaws.push({ pointer: `/${index}${member}`, code, detail });
    return null;
  }));
  if (flaws.length > 0) throw refused(flaws);
  return read.filter(one => one !== null);
}

type Note = (member: string, code: string, detail: string) => null;

function readOperation(one: unknown, note: Note): PatchOperation | null {
  if (!isJsonMap(one)) return note('', 'type', 'must be an object');
  const place = readPointer(one, 'path', note);
  switch (one['op']) {
    case 'add':
    case 'replace':
    case 'test':
      if (!Object.hasOwn(one, 'value')) return note('/value', 'required', 'is required');
      return place === null ? null : { op: one['op'], path: place, value: one['value'] };
    case 'remove':
      return place === null ? null : { op: 'remove', path: place };
    case 'move':
    case 'copy': {
      const source = readPointer(one, 'from', note);
      return place === null || source === null ? null : { op: one['op'], path: place, from: source };
    }
    case undefined: return note('/op', 'required', 'is required');
    default: return note('/op', 'not_one_of', 'must be one of add, remove, replace, move, copy, test');
  }
}

function readPointer(one: JsonMap, member: 'path' | 'from', note: Note): PointerSteps | null {
  const pointer = one[member];
  if (pointer === undefined) return note(`/${member}`, 'required', 'is required');
  if (typeof pointer !== 'string') return note(`/${member}`, 'type', 'must be string');
  if (pointer.length > pointerLimits.characters) return note(`/${member}`, 'too_long', `must NOT have more than ${pointerLimits.characters} characters`);
  const steps = stepsOf(pointer);
  if (steps === null) return note(`/${member}`, 'pattern', 'must be a JSON pointer: empty, or steps that each begin with a slash');
  if (steps.length > pointerLimits.steps) return note(`/${member}`, 'too_deep', `must not go deeper than ${pointerLimits.steps} levels`);
  return steps;
}

const MOST_FLAWS = 50;
const refused = (flaws: readonly Flaw[]): Problem =>
  new Problem('invalid_request', flaws.map(({ pointer, detail }) => `${pointer === '' ? 'the body' : pointer}: ${detail}`).slice(0, 3).join('; '), { flaws: flaws.slice(0, MOST_FLAWS) });
