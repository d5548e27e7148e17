import type { Json } from './plain-schema.ts';

/** The shared parts of a document, each put there by the first that refers to it. Two different parts of one name are a mistake of Miko's. */
export type Section = 'schemas' | 'responses' | 'parameters' | 'headers';

export interface Components {
  /** A `$ref` to the part, which is built when it is not there yet. */
  ref(section: Section, name: string, build: () => Json): Json;
  /** All of them, by name. */
  all(): Json;
}

export function newComponents(): Components {
  const sections = new Map<Section, Map<string, Json>>();
  return {
    ref(section, name, build) {
      const parts = sections.get(section) ?? new Map<string, Json>();
      sections.set(section, parts);
      const part = build();
      const there = parts.get(name);
      if (there !== undefined && JSON.stringify(there) !== JSON.stringify(part)) throw new Error(`two different ${section} are named ${name}`);
      parts.set(name, part);
      return { $ref: `#/components/${section}/${name}` };
    },
    all: () => Object.fromEntries([...sections].map(([section, parts]) => [section, Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1)))])),
  };
}
