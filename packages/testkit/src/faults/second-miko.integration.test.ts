import { expect, onTestFinished, test } from 'vitest';
import { MikoProcess } from '../miko-process.ts';
import { endpointPath, registration } from '../registration.ts';
import { testMiko } from './fault.test.support.ts';

test('a second Miko on one data directory is refused after 10 s and says why; the first one is untouched', async () => {
  const first = await testMiko(onTestFinished);
  const { pid, postgresPid } = first;
  const began = performance.now();
  const second = MikoProcess.start({ dataDir: first.dataDir }).then(
    async miko => {
      await miko.dispose();
      return 'it started';
    },
    (error: Error) => error.message,
  );
  let writes = 0;
  const over = new AbortController();
  void second.finally(() => over.abort());
  while (!over.signal.aborted) {
    expect((await first.call('PUT', endpointPath('web', 'web-1'), registration(null, { weight: writes % 1_000 }))).status).toBeLessThan(300);
    writes++;
  }
  const took = performance.now() - began;
  const refused = await second;
  expect(took).toBeGreaterThan(10_000);
  expect(took).toBeLessThan(16_000);
  expect(refused).toMatch(/in use by another Miko \(pid \d+\): one Miko per data folder|another Miko has been using this data directory/);
  expect(refused).toContain(String(pid));
  expect(first.postgresPid).toBe(postgresPid);
  expect(await first.ready()).toBe(true);
  expect(writes).toBeGreaterThan(50);
}, 60_000);
