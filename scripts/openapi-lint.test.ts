import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { apiDates } from '@miko/model';
import { expect, it } from 'vitest';

/** Each document through the linter that others judge OpenAPI by. It sends nothing anywhere. */
const root = join(import.meta.dirname, '..');
const redocly = join(root, 'node_modules/@redocly/cli/bin/cli.js');
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' };

it.each(apiDates)('Redocly has nothing to say against openapi/%s.json, not even a warning', date => {
  const { stdout, stderr } = spawnSync(process.execPath, [redocly, 'lint', '--extends=recommended-strict', '--format=json', `openapi/${date}.json`], { cwd: root, env, encoding: 'utf8' });
  expect(stdout, stderr).toMatch(/^\{/);
  const { problems } = JSON.parse(stdout) as { problems: readonly { ruleId: string; message: string }[] };
  expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
}, 60_000);
