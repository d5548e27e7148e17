import { Problem, type Flaw } from '@miko/model';

/**
 * Strict JSON (RFC 8259, and the text of RFC 7493): valid UTF-8, no name twice in one object (which `JSON.parse` lets
 * the last one win, so that two readers of one body could see two documents), a bounded depth, and no text that the
 * database cannot keep: U+0000 and halves of surrogate pairs, which escapes can smuggle past UTF-8.
 */
const MOST_DEPTH = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws Problem `malformed_json`, or `invalid_request` that points at what is wrong. */
export function parseJson(body: Buffer): unknown {
  const text = decode(body);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(`the body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  const flaw = findFlaw(text);
  if (flaw !== null) throw new Problem('invalid_request', flaw.detail, { flaws: [flaw] });
  return value;
}

/** Throws Problem `malformed_json`. */
export function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw malformed('the body is not valid UTF-8');
  }
}

/** A body that is no JSON document: the empty pointer is the whole of it. */
export const malformed = (detail: string): Problem =>
  new Problem('malformed_json', detail, { flaws: [{ pointer: '', code: 'malformed_json', detail }] });

/** A frame for each open bracket: the names seen (null in an array), the name or index the walk stands at. */
interface Frame {
  readonly names: Set<string> | null;
  at: string | number;
}

/** Walks text that `JSON.parse` has accepted; the first repeated name, nesting too deep or text that cannot be kept. */
export function findFlaw(text: string): Flaw | null {
  const stack: Frame[] = [];
  let expectName = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) {
      const start = i;
      i = endOfString(text, start);
      const raw = text.slice(start + 1, i);
      const value = raw.includes('\\') ? (JSON.parse(text.slice(start, i + 1)) as string) : raw;
      const frame = stack[stack.length - 1];
      if (expectName) frame!.at = value;
      if (value !== raw && !canBeKept(value)) return { pointer: pointerOf(stack), code: 'bad_text', detail: 'holds U+0000 or half of a surrogate pair' };
      if (expectName && frame!.names!.has(value)) return { pointer: pointerOf(stack), code: 'duplicate_key', detail: `the name "${value.slice(0, 100)}" stands twice` };
      if (expectName) frame!.names!.add(value);
      expectName = false;
    } else if (c === 0x7b || c === 0x5b) {
      if (stack.length >= MOST_DEPTH) return { pointer: pointerOf(stack), code: 'too_deep', detail: `deeper than ${MOST_DEPTH} levels` };
      stack.push(c === 0x7b ? { names: new Set(), at: '' } : { names: null, at: 0 });
      expectName = c === 0x7b;
    } else if (c === 0x7d || c === 0x5d) {
      stack.pop();
      expectName = false;
    } else if (c === 0x2c) {
      const frame = stack[stack.length - 1]!;
      if (frame.names === null) (frame.at as number)++;
      else expectName = true;
    }
  }
  return null;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
  return i;
}

const canBeKept = (value: string): boolean => !value.includes('\0') && value.isWellFormed();

const pointerOf = (stack: readonly Frame[]): string =>
  stack.map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('').slice(0, 500);
