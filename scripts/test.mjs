// `npm test`: installs what is missing, then lint, types and every test, in three languages. The last line is `N passed, N failed`.
// With arguments, which vitest gets, the tests of the TypeScript side alone.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { languages } from './lib/languages.mjs';
import { goTests, pythonTests } from './lib/reports.mjs';
import { ready, root } from './lib/runtime.mjs';

const node = await ready();
const found = languages();
const reports = mkdtempSync(join(tmpdir(), 'miko-test-'));
const env = {
  ...process.env,
  PATH: [dirname(node), join(root, 'node_modules/.bin'), ...(found.MIKO_SDK_GO ? [dirname(found.MIKO_SDK_GO)] : []), process.env.PATH].join(delimiter),
  NO_COLOR: '1',
  ...found,
};

const sums = { passed: 0, failed: 0 };
let running = null;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => running?.kill(signal));
const started = Date.now();
await check('lint', root, 'oxlint', ['--type-aware', '--deny-warnings']);
await check('types', root, 'tsc', ['-b']);
await vitest();
if (process.argv.length === 2) {
  await pythonSdk();
  await goSdk();
}
rmSync(reports, { recursive: true, force: true });
console.log(`\nin ${Math.round((Date.now() - started) / 1000)} s`);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed === 0 ? 0 : 1;

async function vitest() {
  const report = join(reports, 'vitest.json');
  const code = await run(root, 'vitest', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)]);
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    count('the tests', 0, 1);
    return;
  }
  // A file that does not even load, or an error outside of any test, counts as a failure of its own; so does a test that was left out.
  const broken = result.testResults.filter(file => file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed')).length;
  const leftOut = result.numPendingTests + result.numTodoTests;
  if (leftOut > 0) console.log(`FAILED  ${leftOut} tests were left out`);
  const failed = result.numFailedTests + broken + leftOut;
  count('TypeScript: tests', result.numPassedTests, code !== 0 && failed === 0 ? 1 : failed);
}

async function pythonSdk() {
  const { MIKO_SDK_PYTHON: python, MIKO_SDK_PYTHON_MISSING: missing } = found;
  if (python === undefined) return console.log(`SKIPPED  Python: ${missing}`);
  const folder = join(root, 'sdks/python');
  await check('Python: format', folder, python, ['-m', 'ruff', 'format', '--check', '--quiet', '.']);
  await check('Python: lint', folder, python, ['-m', 'ruff', 'check', '--quiet', '.']);
  await check('Python: types', folder, python, ['-m', 'mypy', '--strict']);
  const report = join(reports, 'pytest.xml');
  const code = await run(folder, python, ['-m', 'pytest', '--quiet', `--junitxml=${report}`]);
  const { passed, failed } = pythonTests(report);
  count('Python: tests', passed, code !== 0 && failed === 0 ? 1 : failed);
}

async function goSdk() {
  const { MIKO_SDK_GO: go, MIKO_SDK_GO_MISSING: missing } = found;
  if (go === undefined) return console.log(`SKIPPED  Go: ${missing}`);
  const staticcheck = join(reports, 'staticcheck');
  await check('Go: staticcheck itself', join(root, 'sdks/go/tools'), go, ['build', '-o', staticcheck, 'honnef.co/go/tools/cmd/staticcheck']);
  for (const module of ['sdks/go', 'sdks/go/grpc', 'packages/demo/clients/go']) {
    const folder = join(root, module);
    await check(`Go: format of ${module}`, folder, 'sh', ['-c', 'test -z "$("$1" -l .)" || { "$1" -d . | head -50; exit 1; }', 'sh', join(dirname(go), 'gofmt')]);
    await check(`Go: vet of ${module}`, folder, go, ['vet', './...']);
    await check(`Go: staticcheck of ${module}`, folder, staticcheck, ['./...']);
    const report = join(reports, `${module.replaceAll('/', '-')}.json`);
    const code = await run(root, 'sh', ['-c', 'cd "$1" && "$2" test -race -json ./... > "$3"', 'sh', folder, go, report]);
    const { passed, failed, words } = goTests(report);
    if (failed > 0 || code !== 0) console.log(words);
    count(`Go: tests of ${module}`, passed, code !== 0 && failed === 0 ? 1 : failed);
  }
}

async function check(name, cwd, command, args) {
  const ok = (await run(cwd, command, args)) === 0;
  count(name, ok ? 1 : 0, ok ? 0 : 1);
}

function count(name, passed, failed) {
  sums.passed += passed;
  sums.failed += failed;
  console.log(`${failed === 0 ? 'ok' : 'FAILED'}  ${name}${passed + failed > 1 ? `: ${passed} passed, ${failed} failed` : ''}`);
}

function run(cwd, command, args) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    running = child;
    child.on('error', error => { console.log(error.message); resolve(1); });
    child.on('exit', code => resolve(code ?? 1));
  });
}
