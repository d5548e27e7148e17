import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readScenarioFile } from '../reader/read-scenarios.ts';
import type { Scenario } from '../scenario.ts';
import type { DriverCommand, DriverProcess } from './driver-process.ts';
import type { Result } from './run-scenario.ts';
import { runSdk } from './run-sdk.ts';

const command: DriverCommand = {
  program: process.execPath, args: ['--conditions=source', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'fake-driver.test.support.ts')], cwd: import.meta.dirname, env: {},
};

const scenario = (id: string, steps: string): Scenario =>
  readScenarioFile('api', 'api.yaml', `- id: api-${id}\n  behaviour: It holds (8).\n  catches: That it does not.\n  steps:\n${steps.split('; ').map(step => `    - ${step}\n`).join('')}`)[0]!;

async function run(...scenarios: Scenario[]): Promise<{ results: Result[]; drivers: DriverProcess[] }> {
  const drivers: DriverProcess[] = [];
  const results = await runSdk(command, scenarios, { lanes: 1, onResult: () => {}, onDriver: driver => drivers.push(driver) });
  return { results, drivers };
}

it('plays scenarios one after another with one driver, each with a Miko of its own', async () => {
  const steps = 'miko: {list: {web: [a]}}; connect: {options: {}}; {status: {}, until: {connected: true, revision: $revision}}; {requests: {path: "/endpoints$"}, expect: {count: 1}}; {events: {event: connected}, expect: {count: 1}}';
  const { results, drivers } = await run(scenario('one', steps), scenario('two', steps));
  expect(results.map(({ error }) => error)).toEqual([null, null]);
  expect(drivers.length).toBe(1);
});

it('says which step of which file did not hold, and goes on with the next scenario', async () => {
  const { results } = await run(
    scenario('wrong', 'connect: {options: {}}; {status: {}, expect: {connected: false}}'),
    scenario('refused', 'connect: {options: {}}; {endpoints: {service: web}, error: {code: refused, message: {$match: web}}}'),
    scenario('unexpected', 'connect: {options: {}}; endpoints: {service: web}'),
    scenario('in-vain', 'connect: {options: {}}; {status: {}, until: {connected: maybe}, within_ms: 100}'),
    scenario('nobody', '{status: {}, error: {code: refused}}'),
  );
  expect(results.map(({ error }) => error)).toEqual([
    'api.yaml:6: connected should be false, was true',
    null,
    'api.yaml:6: it failed: refused: nobody knows web',
    'api.yaml:6: not within 100 ms: connected should be maybe, was true',
    'api.yaml:5: it should be refused, and was not: {"connected":false,"revision":0}',
  ]);
});

it('starts a driver anew that broke down', async () => {
  const { results, drivers } = await run(scenario('broken', 'connect: {options: {}}; wall_clock: {offset_ms: 1}'), scenario('after', 'connect: {options: {}}; {status: {}, expect: {connected: true}}'));
  expect(results[0]!.error).toContain('api.yaml:6: the driver is gone: it ended with 3');
  expect(results[1]!.error).toBeNull();
  expect(drivers.length).toBe(2);
});

it('takes a driver that broke down for no refusal, whatever the scenario expects', async () => {
  const gone = 'the driver is gone: it ended with 3';
  const { results } = await run(
    scenario('error', 'connect: {options: {}}; {wall_clock: {offset_ms: 1}, error: {code: {$is: text}}}'),
    scenario('may-fail', 'connect: {options: {}}; {wall_clock: {offset_ms: 1}, may_fail: true}'),
    scenario('awaited', 'connect: {options: {}}; {wall_clock: {offset_ms: 1}, background: jump}; {await: jump, may_fail: true}'),
    scenario('last', 'connect: {options: {}}; {wall_clock: {offset_ms: 1}, background: jump}'),
  );
  expect(results.map(({ error }) => error)).toEqual([`api.yaml:6: ${gone}`, `api.yaml:6: ${gone}`, `api.yaml:7: ${gone}`, `api.yaml: after its last step: ${gone}`]);
});

it('fails a scenario whose client does not close', async () => {
  const { results, drivers } = await run(scenario('open', 'connect: {options: {drain_seconds: -1}}'), scenario('after', 'connect: {options: {}}; {close: {}, expect: {ms: {$lte: 8000}}}'));
  expect(results.map(({ error }) => error)).toEqual(['api.yaml: after its last step: refused: it does not close', null]);
  expect(drivers.length).toBe(2);
});
