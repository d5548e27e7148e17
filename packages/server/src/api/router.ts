import { Problem } from '@miko/model';
import type { Operation } from './operation.ts';

/**
 * Finds the operation of a path. A segment is matched whole; a verb stands after the last colon. POST and GET try the
 * cut path and the whole one, because instance names hold colons: `POST .../web:8080:drain` acts on `web:8080`.
 */
export interface Found {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

interface Node {
  readonly literals: Map<string, Node>;
  parameter: { readonly name: string; readonly node: Node } | null;
  readonly operations: Map<string, Operation>;
  readonly verbs: Map<string, Map<string, Operation>>;
}

const MOST_SEGMENTS = 16;

export class Router {
  readonly #root: Node = newNode();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) this.#add(operation);
  }

  /** Throws Problem `not_found`, or `method_not_allowed` with `Allow`. */
  find(method: string, path: string): Found {
    const segments = split(path);
    const last = segments[segments.length - 1] ?? '';
    const colon = last.lastIndexOf(':');
    const whole = this.#match(segments);
    const cut = colon <= 0 ? null : this.#match([...segments.slice(0, -1), last.slice(0, colon)]);
    const verbs = cut?.node.verbs.get(last.slice(colon + 1));
    const wanted = method === 'HEAD' ? 'GET' : method;
    const byVerb = verbs?.get(wanted);
    if (byVerb !== undefined) return { operation: byVerb, params: cut!.params };
    const direct = whole?.node.operations.get(wanted);
    if (direct !== undefined) return { operation: direct, params: whole!.params };
    const allowed = [...new Set([...(verbs?.keys() ?? []), ...(whole?.node.operations.keys() ?? [])])] as string[];
    if (allowed.length === 0) throw new Problem('not_found', 'there is nothing at this path');
    if (allowed.includes('GET')) allowed.push('HEAD');
    allowed.push('OPTIONS');
    throw new Problem('method_not_allowed', `this path takes ${allowed.join(', ')}`, { headers: { allow: allowed.join(', ') } });
  }

  #add(operation: Operation): void {
    const match = /^(.*?)(?::([a-z_]+))?$/.exec(operation.path)!;
    let node = this.#root;
    for (const segment of match[1]!.slice(1).split('/')) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) {
        const next = node.literals.get(segment) ?? newNode();
        node.literals.set(segment, next);
        node = next;
      } else {
        if (node.parameter !== null && node.parameter.name !== name) throw new Error(`two names for one segment: ${operation.path}`);
        node.parameter ??= { name, node: newNode() };
        node = node.parameter.node;
      }
    }
    const verb = match[2];
    const methods = verb === undefined ? node.operations : (node.verbs.get(verb) ?? new Map<string, Operation>());
    if (verb !== undefined) node.verbs.set(verb, methods);
    if (methods.has(operation.method)) throw new Error(`declared twice: ${operation.method} ${operation.path}`);
    methods.set(operation.method, operation);
  }

  #match(segments: readonly string[]): { node: Node; params: Readonly<Record<string, string>> } | null {
    const params: Record<string, string> = {};
    let node = this.#root;
    for (const segment of segments) {
      const literal = node.literals.get(segment);
      if (literal !== undefined) {
        node = literal;
        continue;
      }
      if (node.parameter === null || segment === '') return null;
      params[node.parameter.name] = segment;
      node = node.parameter.node;
    }
    return { node, params };
  }
}

const newNode = (): Node => ({ literals: new Map(), parameter: null, operations: new Map(), verbs: new Map() });

function split(path: string): string[] {
  const segments = path.slice(1).split('/');
  if (segments.length > MOST_SEGMENTS) throw new Problem('not_found', 'there is nothing at this path');
  return path.includes('%') ? segments.map(decodeSegment) : segments;
}

function decodeSegment(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw badPath('bad_escape', 'a percent sign must be followed by two hexadecimal digits of UTF-8');
  }
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) throw badPath('pattern', 'must hold no control characters');
  return text;
}

const badPath = (code: string, detail: string) =>
  new Problem('invalid_request', `the path is not valid: ${detail}`, { flaws: [{ pointer: 'path', code, detail }] });
