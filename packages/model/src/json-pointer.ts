/** JSON pointers (RFC 6901): how a place in a document is written, `/spec/labels/team`; the empty one is the whole of it. */

/** Longest pointer that is taken, in characters, and its most steps: bodies are no deeper. */
export const pointerLimits = { characters: 500, steps: 32 } as const;

/** A pointer, taken apart. */
export type PointerSteps = readonly string[];

export const pointerTo = (steps: readonly (string | number)[]): string =>
  steps.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The steps of a pointer, or null where the text is none. */
export function stepsOf(pointer: string): PointerSteps | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  return pointer.slice(1).split('/').map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
