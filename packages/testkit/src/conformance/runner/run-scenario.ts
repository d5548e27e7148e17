import type { Scenario } from '../scenario.ts';
import type { DriverProcess } from './driver-process.ts';
import { runStep } from './run-step.ts';
import { Stage } from './stage.ts';

export interface Result {
  readonly id: string;
  readonly group: string;
  /** Null: it holds. */
  readonly error: string | null;
  readonly ms: number;
}

/** Closing has to leave a session and wait for who holds on; a client that needs longer hangs. */
const CLOSE_MS = 15_000;

/** Plays a scenario on a stage of its own. The client is closed afterwards, whatever came; one that does not close, or a driver that is gone by then, fails the scenario. */
export async function runScenario(scenario: Scenario, driver: DriverProcess, via: string | null = null): Promise<Result> {
  const began = performance.now();
  const stage = await Stage.open(driver, via);
  let error: string | null = null;
  let line = 0;
  try {
    for (const step of scenario.steps) {
      ({ line } = step);
      await runStep(stage, step);
    }
  } catch (thrown) {
    error = `${scenario.file}:${line}: ${(thrown as Error).message}`;
  }
  await stage.letGo();
  const after = (thrown: unknown): void => { error ??= `${scenario.file}: after its last step: ${(thrown as Error).message}`; };
  await driver.do('close', {}, CLOSE_MS).catch(after);
  for (const outcome of stage.background.values()) await outcome.catch(after);
  await stage.close();
  return { id: scenario.id, group: scenario.group, error, ms: Math.round(performance.now() - began) };
}
