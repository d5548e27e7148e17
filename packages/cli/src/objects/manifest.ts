import { isObjectName, OBJECT_NAME, type Flaw, type JsonObject, type Kind } from '@miko/model';
import { parseAllDocuments } from 'yaml';
import { Failure } from '../failure.ts';
import { isRecord } from '../unknown.ts';
import { kindNamed } from './kind-names.ts';
import { addressText, type Address } from './object-calls.ts';

/** An object as a file asks for it. */
export interface Manifest extends Address {
  readonly spec: JsonObject;
}

export interface ManifestContext {
  readonly kinds: readonly Kind[];
  /** The project of objects that name none. */
  readonly project: string;
  /** `--project` where it was typed: an object of another project is then a mistake. */
  readonly typedProject: string | undefined;
}

export const manifestLimits = { bytes: 16 * 1024 * 1024, objects: 10_000 } as const;

/** What Miko itself writes into an object: an answer of `miko get -o yaml` may be applied as it is. */
const WRITTEN_BY_MIKO: ReadonlySet<string> = new Set(['id', 'revision', 'created_at', 'updated_at', 'status']);

/**
 * Objects of a YAML or JSON text, in the order of the file: documents, lists, `{"items": [...]}` and JSON lines alike.
 * Everything that is wrong is told at once, so nothing of a broken file is applied.
 */
export function readManifests(text: string, context: ManifestContext): readonly Manifest[] {
  const documents = parse(text);
  const candidates = documents.flatMap(objectsIn);
  if (candidates.length === 0) throw invalid([{ pointer: '', code: 'empty', detail: 'the file holds no object' }]);
  if (candidates.length > manifestLimits.objects) {
    throw invalid([{ pointer: '', code: 'too_many', detail: `the file holds ${candidates.length} objects; at most ${manifestLimits.objects} are taken` }]);
  }
  const flaws: Flaw[] = [];
  const seen = new Set<string>();
  const manifests = candidates.flatMap((candidate, i) => {
    const at = `object ${i + 1}`;
    const manifest = readOne(candidate, at, context, flaws);
    if (manifest === null) return [];
    const address = addressText(manifest);
    if (seen.has(address)) flaws.push({ pointer: at, code: 'duplicate', detail: `${address} stands in the file twice` });
    seen.add(address);
    return [manifest];
  });
  if (flaws.length > 0) throw invalid(flaws);
  return manifests;
}

/** Parents before what lies in them; otherwise as the file has them. */
export function inOrder<M extends Address>(manifests: readonly M[], kinds: readonly Kind[]): readonly M[] {
  const rank = new Map(kinds.map((kind, i) => [kind.name, i]));
  return [...manifests].sort((a, b) => (rank.get(a.kind.name) ?? 0) - (rank.get(b.kind.name) ?? 0));
}

function parse(text: string): readonly unknown[] {
  if (Buffer.byteLength(text) > manifestLimits.bytes) {
    throw invalid([{ pointer: '', code: 'too_large', detail: `the file is larger than ${manifestLimits.bytes / 1024 / 1024} MiB` }]);
  }
  // Of JSON lines each line is a document of its own.
  const lines = text.trim().split('\n');
  const jsonLines = lines.length > 1 && lines.every(line => /^\s*(\{.*\})?\s*$/.test(line));
  try {
    return parseAllDocuments(jsonLines ? lines.join('\n---\n') : text, { logLevel: 'silent' }).map((document, i): unknown => {
      const [error] = document.errors;
      if (error !== undefined) throw invalid([{ pointer: `document ${i + 1}`, code: 'malformed', detail: error.message.split('\n', 1)[0] ?? '' }]);
      return document.toJS();
    });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw invalid([{ pointer: '', code: 'malformed', detail: cause instanceof Error ? cause.message : 'it is not YAML' }]);
  }
}

function objectsIn(document: unknown): readonly unknown[] {
  if (document === null || document === undefined) return [];
  if (Array.isArray(document)) return document;
  if (isRecord(document) && Array.isArray(document['items']) && document['kind'] === undefined) return document['items'];
  return [document];
}

function readOne(value: unknown, at: string, context: ManifestContext, flaws: Flaw[]): Manifest | null {
  const before = flaws.length;
  const flaw = (where: string, code: string, detail: string): void => void flaws.push({ pointer: `${at}${where}`, code, detail });
  if (!isRecord(value) || Array.isArray(value)) {
    flaw('', 'wrong_type', 'must be an object with kind, name and spec');
    return null;
  }
  const { kind: kindText, name, project, spec, ...rest } = value;
  for (const field of Object.keys(rest)) {
    if (!WRITTEN_BY_MIKO.has(field)) flaw(` /${field}`, 'unknown_field', 'is not known; an object has kind, name, project and spec');
  }
  const kind = kindIn(kindText, context.kinds, detail => flaw(' /kind', 'unknown_kind', detail));
  if (typeof name !== 'string' || !isObjectName(name)) flaw(' /name', 'pattern', `must be a name that matches ${OBJECT_NAME}`);
  if (!isRecord(spec) || Array.isArray(spec)) flaw(' /spec', 'wrong_type', 'must be an object');
  else for (const path of notJson(spec, '/spec')) flaw(` ${path}`, 'not_json', 'is a number that JSON cannot carry exactly');
  const place = kind === null ? null : placeOf(kind, project, context, detail => flaw(' /project', 'invalid', detail));
  if (flaws.length > before || kind === null || typeof name !== 'string' || !isRecord(spec)) return null;
  return { kind, name, project: place, spec };
}

function kindIn(value: unknown, kinds: readonly Kind[], flaw: (detail: string) => void): Kind | null {
  try {
    if (typeof value === 'string') return kindNamed(kinds, value);
    flaw('must be the name of a kind');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    flaw(`${error.message}. ${error.hints.join(' ')}`);
  }
  return null;
}

function placeOf(kind: Kind, project: unknown, { project: usual, typedProject }: ManifestContext, flaw: (detail: string) => void): string | null {
  if (kind.parent === null) {
    if (project !== undefined && project !== null) flaw(`a ${kind.name} lies in no project`);
    return null;
  }
  if (project === undefined || project === null) return usual;
  if (typeof project !== 'string' || !isObjectName(project)) flaw(`must be a name that matches ${OBJECT_NAME}`);
  else if (typedProject !== undefined && project !== typedProject) flaw(`is ${project}, and --project says ${typedProject}`);
  return typeof project === 'string' ? project : null;
}

/** YAML has numbers that JSON has not (.nan, .inf), and whole ones that would lose digits. */
function notJson(value: unknown, at: string): readonly string[] {
  if (typeof value === 'bigint') return [at];
  if (typeof value === 'number') return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? [] : [at];
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => notJson(inner, `${at}/${name}`));
}

function invalid(flaws: readonly Flaw[]): Failure {
  const [first] = flaws;
  const where = first === undefined || first.pointer === '' ? '' : `${first.pointer}: `;
  const more = flaws.length > 1 ? ` (and ${flaws.length - 1} more)` : '';
  return new Failure('usage', 'invalid_manifest', `Nothing was done: ${where}${first?.detail ?? ''}${more}`, { flaws: flaws.slice(0, 100) });
}
