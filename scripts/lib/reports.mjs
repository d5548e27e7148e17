// The true sums of the test runners of other languages, from the reports they write.
import { readFileSync } from 'node:fs';

/** pytest's JUnit file; a test that was left out counts as failed. */
export function pythonTests(file) {
  const suite = /<testsuite\b[^>]*>/.exec(read(file))?.[0];
  if (suite === undefined) return { passed: 0, failed: 1 };
  const sum = name => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = sum('failures') + sum('errors') + sum('skipped');
  return { passed: sum('tests') - failed, failed };
}

/** The events of `go test -json`; a test that was left out, or a package that does not build, counts as failed. */
export function goTests(file) {
  const events = read(file).split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  const ends = events.filter(event => event.Test !== undefined && ['pass', 'fail', 'skip'].includes(event.Action));
  const passed = ends.filter(event => event.Action === 'pass').length;
  const failed = ends.filter(event => event.Action !== 'pass');
  const broken = events.filter(event => event.Test === undefined && event.Action === 'fail' && !failed.some(test => test.Package === event.Package));
  const told = new Set(failed.map(test => `${test.Package} ${test.Test}`));
  const words = events
    .filter(event => event.Output !== undefined && (event.Test === undefined || told.has(`${event.Package} ${event.Test}`)))
    .map(event => event.Output)
    .join('');
  return { passed, failed: failed.length + broken.length, words: words.slice(-20_000) };
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
