import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { groups, verbs, type Check, type Group, type Scenario, type Step, type Verb } from '../scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import { checkShape, isMap, maybe, type Shape } from './shape.ts';
import { answerShape, behaviourShape, deltaShape, endpointShape, errorShape, stepShapes, streamsShape, upstreamShape } from './step-shapes.ts';

const folder = join(import.meta.dirname, '../scenarios');

/** Every scenario, by group. Throws a `ScenarioError` for the first thing that is not as it may be. */
export function readScenarios(): Scenario[] {
  const scenarios = groups.flatMap(group => readFileNames(group).flatMap(file => readScenarioFile(group, file, readFileSync(join(folder, file), 'utf8'))));
  const stray = readdirSync(folder).filter(file => !groups.some(group => readFileNames(group).includes(file)));
  if (stray.length > 0) throw new ScenarioError(`${stray[0]!}: is named for none of ${groups.join(', ')}`);
  const seen = new Set<string>();
  for (const { id, file } of scenarios) {
    if (seen.has(id)) throw new ScenarioError(`${file}: there are two scenarios ${id}`);
    seen.add(id);
  }
  return scenarios;
}

/** `<group>.yaml` and `<group>-<part>.yaml`. */
const readFileNames = (group: Group): string[] => readdirSync(folder).filter(file => file === `${group}.yaml` || (file.startsWith(`${group}-`) && file.endsWith('.yaml'))).sort();

const scenarioShape: Shape = { id: 'text', behaviour: 'text', catches: 'text', slow: maybe('bool'), first_way_only: maybe('text'), steps: 'list' };
interface Raw {
  readonly id: string;
  readonly behaviour: string;
  readonly catches: string;
  readonly slow?: boolean;
  readonly first_way_only?: string;
  readonly steps: readonly unknown[];
}

const MOST_STEPS = 60;
const MOST_REPEATS = 500;

/** One file: a list of scenarios. */
export function readScenarioFile(group: Group, file: string, text: string): Scenario[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) throw new ScenarioError(`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message.split('\n')[0]!}`);
  const lineOf = (path: readonly (string | number)[]): number => lines.linePos((at(document, path)?.range ?? [0])[0]).line;
  const read = <T>(path: readonly (string | number)[], act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw error instanceof ScenarioError && !error.message.startsWith(file) ? new ScenarioError(`${file}:${lineOf(path)}: ${error.message}`) : error;
    }
  };
  const all: unknown = document.toJS();
  if (!Array.isArray(all)) throw new ScenarioError(`${file}:1: should be a list of scenarios`);
  return all.map((raw: unknown, i) => read([i], () => {
    checkShape(raw, scenarioShape, 'scenario');
    const { id, behaviour, catches, slow = false, first_way_only: firstWayOnly = null, steps } = raw as unknown as Raw;
    if (!/^[a-z][a-z0-9-]{2,60}$/.test(id)) throw new ScenarioError('scenario.id should be words in lower case, joined by -');
    if (!id.startsWith(`${group}-`)) throw new ScenarioError(`scenario.id should begin with ${group}-`);
    if (!/\((\d(\.\d+)?|api\.md|8)[^)]*\)\.?$/.test(behaviour)) throw new ScenarioError('scenario.behaviour should end with its section of docs/protocol.md, as (1.2)');
    if (steps.length === 0 || steps.length > MOST_STEPS) throw new ScenarioError(`scenario.steps should be 1 to ${MOST_STEPS} steps`);
    return { id, group, behaviour, catches, slow, firstWayOnly, file, steps: steps.map((step, j) => read([i, 'steps', j], () => readStep(step, lineOf([i, 'steps', j])))) };
  }));
}

const at = (document: Document, path: readonly (string | number)[]): Node | undefined => document.getIn(path, true) as Node | undefined;

const MODIFIERS = ['as', 'expect', 'error', 'may_fail', 'until', 'within_ms', 'steady_ms', 'background', 'repeat'] as const;
const WITHIN_MS = 10_000;
const LONGEST_MS = 60_000;

function readStep(raw: unknown, line: number): Step {
  if (!isMap(raw)) throw new ScenarioError('step should be a map');
  const names = Object.keys(raw).filter(name => !(MODIFIERS as readonly string[]).includes(name));
  const verb = names[0] as Verb;
  if (names.length !== 1 || !verbs.includes(verb)) throw new ScenarioError(`step.${names.find(name => !verbs.includes(name as Verb)) ?? names.join('+')}: a step is one of ${verbs.join(', ')}`);
  const modifiers: Shape = { as: maybe('text'), expect: maybe('any'), error: maybe('map'), may_fail: maybe('bool'), until: maybe('any'), within_ms: maybe('int'), steady_ms: maybe('int'), background: maybe('text'), repeat: maybe('int') };
  const { [verb]: given, ...rest } = raw;
  checkShape(rest, modifiers, 'step');
  const { as = null, background = null, repeat = 1 } = rest as { as?: string; background?: string; repeat?: number };
  if (repeat < 1 || repeat > MOST_REPEATS) throw new ScenarioError(`step.repeat should be 1 to ${MOST_REPEATS}`);
  return { verb, args: readArgs(verb, given), as, check: readCheck(rest), background, repeat, line };
}

function readCheck(rest: Readonly<Record<string, unknown>>): Check {
  const given = (['expect', 'error', 'may_fail', 'until'] as const).filter(name => rest[name] !== undefined);
  if (given.length > 1) throw new ScenarioError(`step.${given[1]!} does not go with ${given[0]!}`);
  const bounded = (name: 'within_ms' | 'steady_ms'): number | null => {
    const value = rest[name] as number | undefined;
    if (value !== undefined && (value < 1 || value > LONGEST_MS)) throw new ScenarioError(`step.${name} should be 1 to ${LONGEST_MS}`);
    return value ?? null;
  };
  const forMs = bounded('steady_ms');
  const withinMs = bounded('within_ms');
  if (withinMs !== null && rest['until'] === undefined) throw new ScenarioError('step.within_ms goes with until');
  if (forMs !== null && rest['expect'] === undefined) throw new ScenarioError('step.steady_ms goes with expect');
  if (rest['until'] !== undefined) return { kind: 'until', matcher: rest['until'], withinMs: withinMs ?? WITHIN_MS };
  if (rest['expect'] !== undefined) return forMs === null ? { kind: 'expect', matcher: rest['expect'] } : { kind: 'steady', matcher: rest['expect'], forMs };
  if (rest['error'] !== undefined) return { kind: 'error', matcher: rest['error'] };
  return { kind: rest['may_fail'] === true ? 'may_fail' : 'any' };
}

function readArgs(verb: Verb, given: unknown): Readonly<Record<string, unknown>> {
  if (verb === 'mark' || verb === 'await') {
    if (typeof given !== 'string') throw new ScenarioError(`step.${verb} should be a name`);
    return { name: given };
  }
  const args = given ?? {};
  if (verb === 'upstreams') {
    if (!isMap(args)) throw new ScenarioError('step.upstreams should be a map by name');
    for (const [name, value] of Object.entries(args)) checkShape(value ?? {}, upstreamShape, `step.upstreams.${name}`);
    return args;
  }
  checkShape(args, stepShapes[verb], `step.${verb}`);
  checkInside(verb, args);
  return args;
}

/** What lies one level deeper. */
function checkInside(verb: Verb, args: Readonly<Record<string, unknown>>): void {
  const check = (name: string, shape: Shape): void => {
    if (args[name] !== undefined) checkShape(args[name], shape, `step.${verb}.${name}`);
  };
  if (verb === 'upstream') for (const name of ['set', 'next']) check(name, behaviourShape);
  if (verb !== 'miko') return;
  check('answer', answerShape);
  check('streams', streamsShape);
  check('error', errorShape);
  for (const name of ['delta', 'half_delta', 'missed_delta']) {
    for (const [service, change] of Object.entries(args[name] ?? {})) {
      checkShape(change, deltaShape, `step.miko.${name}.${service}`);
      checkEndpoints((change['set'] ?? []) as unknown[], `step.miko.${name}.${service}.set`);
    }
  }
  for (const [service, list] of Object.entries(args['list'] ?? {})) if (Array.isArray(list)) checkEndpoints(list, `step.miko.list.${service}`);
}

function checkEndpoints(endpoints: readonly unknown[], where: string): void {
  for (const [i, endpoint] of endpoints.entries()) if (typeof endpoint !== 'string') checkShape(endpoint, endpointShape, `${where}.${i}`);
}
