import type { Scenario } from '../scenario.ts';
import { DriverProcess, type DriverCommand } from './driver-process.ts';
import { runScenario, type Result } from './run-scenario.ts';

export interface RunOptions {
  /** How many scenarios play at once, each lane with a driver process of its own. */
  readonly lanes: number;
  /** Makes calls in this way; null or absent: in the SDK's first. */
  readonly via?: string | null;
  readonly onResult: (result: Result) => void;
  /** Told of each driver process that is started. */
  readonly onDriver?: (driver: DriverProcess) => void;
}

/** Plays scenarios with one SDK. A driver process plays one after another, and is started anew when it is gone. */
export async function runSdk(command: DriverCommand, scenarios: readonly Scenario[], { lanes, via = null, onResult, onDriver }: RunOptions): Promise<Result[]> {
  // Slow ones first, so that they do not stand alone at the end.
  const queue = [...scenarios].sort((a, b) => Number(b.slow) - Number(a.slow));
  const results: Result[] = [];
  const lane = async (): Promise<void> => {
    let driver: DriverProcess | null = null;
    for (let scenario = queue.shift(); scenario !== undefined; scenario = queue.shift()) {
      if (driver === null || driver.isGone) {
        driver = new DriverProcess(command);
        onDriver?.(driver);
      }
      const result = await runScenario(scenario, driver, via);
      // After a failure nobody knows what the driver still holds.
      if (result.error !== null) await driver.end();
      results.push(result);
      onResult(result);
    }
    await driver?.end();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, queue.length) }, lane));
  const order = new Map(scenarios.map(({ id }, i) => [id, i]));
  return results.sort((a, b) => order.get(a.id)! - order.get(b.id)!);
}
