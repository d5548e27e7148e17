import { describe, expect, it } from 'vitest';
import { groups } from '../scenario.ts';
import { readScenarioFile, readScenarios } from './read-scenarios.ts';

const one = (steps: string, more = ''): string => `- id: pool-one
  behaviour: It is so (5.1).
  catches: That it is not.
${more}  steps:
${steps}`;
const read = (text: string) => readScenarioFile('pool', 'pool.yaml', text);

describe('the scenarios', () => {
  const all = readScenarios();

  it('are more than sixty, some for each row of the table', () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect([...new Set(all.map(({ group }) => group))].sort()).toEqual([...groups].sort());
  });

  it('differ from each other: no two have the same behaviour, the same failure or the same steps', () => {
    const told = (steps: unknown): string => JSON.stringify(steps, (name, value: unknown) => (name === 'line' ? undefined : typeof value === 'number' ? 0 : value));
    for (const of of [all.map(({ behaviour }) => behaviour), all.map(({ catches }) => catches), all.map(({ steps }) => told(steps))]) expect(new Set(of).size).toBe(of.length);
  });
});

describe('the reader', () => {
  it('reads a scenario with its steps, and where they stand', () => {
    const [scenario] = read(one('    - connect: {options: {}}\n    - status: {}\n      until: {connected: true}\n      within_ms: 300\n', '  slow: true\n'));
    expect(scenario).toMatchObject({ id: 'pool-one', group: 'pool', slow: true, file: 'pool.yaml' });
    expect(scenario!.steps).toMatchObject([{ verb: 'connect', line: 6, check: { kind: 'any' } }, { verb: 'status', line: 7, check: { kind: 'until', withinMs: 300 } }]);
  });

  it.each([
    ['what is no YAML', '- id: [', /^pool\.yaml:1: /],
    ['what is no list', 'id: pool-one', 'pool.yaml:1: should be a list of scenarios'],
    ['a missing field', '- id: pool-one', 'pool.yaml:1: scenario.behaviour is missing'],
    ['a field that nobody knows', one('    - close: {}\n', '  catch: x\n'), 'pool.yaml:1: scenario.catch is no field here'],
    ['an id of another file', one('    - close: {}\n').replace('pool-one', 'disk-one'), 'scenario.id should begin with pool-'],
    ['a behaviour without its section', one('    - close: {}\n').replace(' (5.1)', ''), 'scenario.behaviour should end with its section'],
    ['a step that nobody knows', one('    - close: {}\n    - sleep: 5\n'), 'pool.yaml:6: step.sleep: a step is one of'],
    ['two steps in one', one('    - close: {}\n      status: {}\n'), 'pool.yaml:5: step.close+status'],
    ['an argument that nobody knows', one('    - pick: {service: web, often: 3}\n'), 'pool.yaml:5: step.pick.often is no field here'],
    ['an argument of another type', one('    - pick: {service: 7}\n'), 'pool.yaml:5: step.pick.service should be a text'],
    ['an argument that is missing', one('    - endpoints: {}\n'), 'pool.yaml:5: step.endpoints.service is missing'],
    ['a word that is none of those', one('    - miko: {streams: {mode: mute}}\n'), 'pool.yaml:5: step.miko.streams.mode should be one of frames, silent'],
    ['an endpoint that is wrong', one('    - miko: {list: {web: [{instance: a, wieght: 3}]}}\n'), 'pool.yaml:5: step.miko.list.web.0.wieght is no field here'],
    ['two expectations', one('    - status: {}\n      expect: {}\n      error: {}\n'), 'pool.yaml:5: step.error does not go with expect'],
    ['a wait without a bound that holds', one('    - status: {}\n      until: {}\n      within_ms: 900000\n'), 'pool.yaml:5: step.within_ms should be 1 to 60000'],
    ['a bound without a wait', one('    - status: {}\n      within_ms: 900\n'), 'pool.yaml:5: step.within_ms goes with until'],
    ['the same key twice', one('    - status: {}\n      as: a\n      as: b\n'), /^pool\.yaml:7: /],
  ])('refuses %s, and says where', (_, text, why) => {
    expect(() => read(text)).toThrow(why);
  });
});
