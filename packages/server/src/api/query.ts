import { Problem, type Flaw } from '@miko/model';

/** Query parameters, read by declaration: a parameter that is not declared is an error, as is one given twice. */
export type Parameter = 'text' | 'integer' | 'boolean' | 'names' | 'repeated';

export interface Query {
  readonly [name: string]: string | readonly string[] | number | boolean | undefined;
}

const INTEGER = /^(0|[1-9][0-9]{0,15})$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
const MOST_NAMES = 1_000;
const MOST_FLAWS = 50;

/** `names`: a comma-separated list; `repeated`: the same parameter several times, commas split too. */
export function parseQuery(search: string, declared: Readonly<Record<string, Parameter>>): Query {
  if (search.includes('%')) refuseBrokenEscapes(search);
  const flaws: Flaw[] = [];
  const found: Record<string, string | readonly string[] | number | boolean> = Object.create(null) as Record<string, string>;
  const parameters = new URLSearchParams(search);
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    const read = Object.hasOwn(declared, name) ? readValues(declared[name]!, values) : wrong('unknown_parameter', 'is not a parameter here');
    if (isWrong(read)) flaws.push({ pointer: name.slice(0, 100), code: read.code, detail: read.detail });
    else found[name] = read;
    if (flaws.length === MOST_FLAWS) break;
  }
  if (flaws.length > 0) throw new Problem('invalid_request', flaws.map(f => `${f.pointer}: ${f.detail}`).slice(0, 3).join('; '), { flaws });
  return found;
}

interface Wrong {
  readonly code: string;
  readonly detail: string;
}
const wrong = (code: string, detail: string): Wrong => ({ code, detail });
const isWrong = (read: string | readonly string[] | number | boolean | Wrong): read is Wrong => typeof read === 'object' && 'code' in read;

function readValues(kind: Parameter, values: readonly string[]): string | readonly string[] | number | boolean | Wrong {
  const [value] = values as readonly [string];
  if (kind !== 'repeated' && values.length > 1) return wrong('duplicate_parameter', 'stands twice');
  if (values.some(one => CONTROL.test(one))) return wrong('pattern', 'must hold no control characters');
  if (kind === 'text') return value;
  if (kind === 'boolean') return value === 'true' || (value === 'false' ? false : wrong('type', 'must be true or false'));
  if (kind === 'integer') return INTEGER.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : wrong('type', 'must be a whole number');
  const names = values.flatMap(one => one.split(',')).filter(one => one !== '');
  // Empty is not the same as absent: a caller whose list of names came out empty must not get everything.
  if (names.length === 0) return wrong('too_few', 'must name at least one');
  return names.length > MOST_NAMES ? wrong('too_many', `must not name more than ${MOST_NAMES}`) : names;
}

/** URLSearchParams would keep a broken escape as it stands, and put U+FFFD for bytes that are not UTF-8. */
function refuseBrokenEscapes(search: string): void {
  try {
    decodeURIComponent(search);
  } catch {
    throw new Problem('invalid_request', 'the query holds a broken percent escape', {
      flaws: [{ pointer: 'query', code: 'bad_escape', detail: 'a percent sign must be followed by two hexadecimal digits of UTF-8' }],
    });
  }
}
