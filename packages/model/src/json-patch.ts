import { Problem, type ErrorCode } from './errors.ts';
import { equalJson, isJsonMap } from './json-equal.ts';
import { pointerLimits, type PointerSteps } from './json-pointer.ts';
import { readOperations, type PatchOperation } from './patch-operations.ts';

/**
 * JSON Patch (RFC 6902): all operations, or none of them. No argument is changed; members that the RFC does not name
 * are ignored, as it demands. Only a document's own members are ever followed, so `__proto__` is a name like any other.
 *
 * Bounds: 100 operations, pointers of 500 characters and 32 steps, 32 levels of depth, and 1 MiB (characters of JSON
 * text) for the document and all that the operations add or copy, taken together; what is removed gives nothing back.
 *
 * Throws Problem `patch_test_failed`, else `invalid_request`; the finding points at the operation, `/2/path`.
 */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  const text = JSON.stringify(document);
  const draft: Draft = { document: JSON.parse(text) as unknown, characters: text.length };
  for (const [index, operation] of readOperations(operations).entries()) apply(draft, operation, refusal(index));
  return draft.document;
}

export const patchLimits = { characters: 1_048_576, depth: pointerLimits.steps } as const;

/**
 * A copy that nobody else holds, changed in place: a new one for each operation would cost 100 times the size of the
 * document, seconds for a body of 64 KiB. `characters` counts all that ever came into it.
 */
interface Draft {
  document: unknown;
  characters: number;
}

type Member = 'path' | 'from';
type Refuse = (member: Member, rule: string, detail: string, code?: ErrorCode) => Problem;

const refusal = (index: number): Refuse => (member, rule, detail, code = 'invalid_request') => {
  const pointer = `/${index}/${member}`;
  return new Problem(code, `${pointer}: ${detail}`, { flaws: [{ pointer, code: rule, detail }] });
};
const absent = (member: Member, refuse: Refuse): Problem => refuse(member, 'absent', 'names nothing that is there');

function apply(draft: Draft, operation: PatchOperation, refuse: Refuse): void {
  const { path } = operation;
  switch (operation.op) {
    case 'add': return add(draft, path, copyInto(draft, path, operation.value, refuse), refuse);
    case 'replace': return replace(draft, path, copyInto(draft, path, operation.value, refuse), refuse);
    case 'copy': return add(draft, path, copyInto(draft, path, valueAt(draft, operation.from, 'from', refuse), refuse), refuse);
    case 'move': return move(draft, operation.from, path, refuse);
    case 'remove': return remove(draft, path, 'path', refuse);
    default:
      if (!equalJson(valueAt(draft, path, 'path', refuse), operation.value)) throw refuse('path', 'test_failed', 'the value there is another one', 'patch_test_failed');
  }
}

function add(draft: Draft, path: PointerSteps, value: unknown, refuse: Refuse): void {
  const { parent, step } = placeOf(draft, path, 'path', refuse);
  if (isJsonMap(parent)) return put(parent, step, value);
  if (!Array.isArray(parent)) throw absent('path', refuse);
  const index = step === '-' ? parent.length : indexOf(step);
  if (index === null || index > parent.length) throw absent('path', refuse);
  parent.splice(index, 0, value);
}

function replace(draft: Draft, path: PointerSteps, value: unknown, refuse: Refuse): void {
  valueAt(draft, path, 'path', refuse);
  const { parent, step } = placeOf(draft, path, 'path', refuse);
  put(parent as object, step, value);
}

function remove(draft: Draft, path: PointerSteps, member: Member, refuse: Refuse): void {
  if (path.length === 0) throw refuse(member, 'not_removable', 'the whole document cannot be taken away');
  valueAt(draft, path, member, refuse);
  const { parent, step } = placeOf(draft, path, member, refuse);
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else Reflect.deleteProperty(parent as object, step);
}

function move(draft: Draft, from: PointerSteps, path: PointerSteps, refuse: Refuse): void {
  const value = valueAt(draft, from, 'from', refuse);
  const within = from.every((step, i) => step === path[i]);
  if (within && from.length === path.length) return;
  if (within) throw refuse('path', 'inside_itself', 'nothing moves into itself');
  if (path.length > from.length) refuseDeep(path, value, refuse);
  remove(draft, from, 'from', refuse);
  add(draft, path, value, refuse);
}

/** A copy for `path`, counted; nothing in the draft is ever held in two places. */
function copyInto(draft: Draft, path: PointerSteps, value: unknown, refuse: Refuse): unknown {
  const text = JSON.stringify(value);
  draft.characters += text.length;
  if (draft.characters > patchLimits.characters) throw refuse('path', 'too_large', `makes the document larger than ${patchLimits.characters} characters`);
  refuseDeep(path, value, refuse);
  return JSON.parse(text);
}

function valueAt(draft: Draft, path: PointerSteps, member: Member, refuse: Refuse): unknown {
  const { parent, step } = placeOf(draft, path, member, refuse);
  const value = childOf(parent, step);
  if (value === undefined) throw absent(member, refuse);
  return value;
}

/** The last step of a path and what it is taken from: of the whole document, the draft itself. */
function placeOf(draft: Draft, path: PointerSteps, member: Member, refuse: Refuse): { parent: unknown; step: string } {
  let place: { parent: unknown; step: string } = { parent: draft, step: 'document' };
  for (const step of path) {
    const parent = childOf(place.parent, place.step);
    if (parent === undefined) throw absent(member, refuse);
    place = { parent, step };
  }
  return place;
}

/** What stands at one step; undefined, which no JSON holds: nothing. */
function childOf(parent: unknown, step: string): unknown {
  if (Array.isArray(parent)) return parent[indexOf(step) ?? parent.length];
  return isJsonMap(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined;
}

/** Defined, not assigned: `__proto__` too becomes a member. */
const put = (parent: object, step: string, value: unknown): void => {
  Object.defineProperty(parent, step, { value, configurable: true, enumerable: true, writable: true });
};

/** RFC 6901, section 4: no sign, no leading zero. */
const indexOf = (step: string): number | null => (/^(0|[1-9][0-9]{0,8})$/.test(step) ? Number(step) : null);

function refuseDeep(path: PointerSteps, value: unknown, refuse: Refuse): void {
  if (isDeeper(value, patchLimits.depth - path.length)) throw refuse('path', 'too_deep', `makes the document deeper than ${patchLimits.depth} levels`);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const inner = Array.isArray(value) ? value : Object.values(value);
  return levels <= 0 || inner.some(one => isDeeper(one, levels - 1));
}
