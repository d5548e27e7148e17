// `npm test`: installs what is missing, then lint, types and every test. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ready, root } from './lib/runtime.mjs';

const node = await ready();
const env = { ...process.env, PATH: `${dirname(node)}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`, NO_COLOR: '1' };
const report = join(mkdtempSync(join(tmpdir(), 'miko-test-')), 'report.json');

const sums = { passed: 0, failed: 0 };
const started = Date.now();
await check('lint', ['oxlint', '--type-aware', '--deny-warnings']);
await check('types', ['tsc', '-b']);
await tests();
rmSync(dirname(report), { recursive: true, force: true });
console.log(`\nin ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed === 0 ? 0 : 1;

async function check(name, [bin, ...args]) {
  const ok = (await run(bin, args)) === 0;
  sums[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok' : 'FAILED'}  ${name}`);
}

async function tests() {
  const code = await run('vitest', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]);
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    sums.failed += 1;
    console.log('FAILED  the tests did not run to their end');
    return;
  }
  // A file that does not even load, or an error outside of any test, counts as a failure of its own; so does a test that was left out.
  const broken = result.testResults.filter(file => file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed')).length;
  const leftOut = result.numPendingTests + result.numTodoTests;
  sums.passed += result.numPassedTests;
  sums.failed += result.numFailedTests + broken + leftOut;
  if (leftOut > 0) console.log(`FAILED  ${leftOut} tests were left out`);
  if (code !== 0 && result.numFailedTests + broken + leftOut === 0) sums.failed += 1;
}

function run(bin, args) {
  return new Promise(resolve => {
    const child = spawn(join(root, 'node_modules/.bin', bin), args, { cwd: root, env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.on('exit', code => resolve(code ?? 1));
  });
}
