import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from './exit-codes.ts';
import { LIST, against, fakeMiko, listOf, temporaryFolder, web } from './testing/against.ts';
import { endpoint, problem, type Routes } from './testing/fake-miko.ts';
import { runMiko } from './testing/run-miko.ts';

/** How the command ends, and what it prints then. */

describe('how it ends', () => {
  test.each([
    [problem(401, 'unauthenticated', 'x'), 4],
    [problem(403, 'denied', 'x'), 5],
    [problem(404, 'not_found', 'x'), 3],
    [problem(409, 'fenced', 'x'), 6],
    [problem(503, 'not_ready', 'x'), 8],
    [problem(500, 'internal', 'x'), 1],
    [{ status: 200, body: '<html>' }, 1],
  ])('by what Miko answers: %j', async (answer, expected) => {
    const { code, stderr } = await against({ [`GET ${LIST}`]: answer }, ['endpoints', '-o', 'json']);
    expect(code).toBe(expected);
    expect(JSON.parse(stderr)).toMatchObject({ exit_code: expected });
  });

  test('4 by another Miko than the one of the folder: it got no token, and who was asked is told', async () => {
    const [own, other] = [await fakeMiko({ [`GET ${LIST}`]: listOf({ web }) }), await fakeMiko({ [`GET ${LIST}`]: problem(401, 'unauthenticated', 'there is no token') })];
    const cwd = temporaryFolder();
    const tokenFile = join(cwd, '.miko', 'admin-token');
    mkdirSync(join(cwd, '.miko'));
    writeFileSync(tokenFile, 'secret-token\n');
    writeFileSync(join(cwd, '.miko', 'url'), `${own.url}\n`);
    expect(await runMiko(['endpoints', 'web'], { cwd })).toMatchObject({ code: 0 });
    expect(own.requests[0]?.headers['authorization']).toBe('Bearer secret-token');

    const { code, stderr } = await runMiko(['endpoints'], { cwd, env: { MIKO_URL: other.url } });
    expect(other.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
    expect(code).toBe(4);
    expect(stderr).toContain(`${other.url} was asked without a token: the one in ${tokenFile} is for ${own.url} alone.`);
    expect(stderr).toContain('name the data directory of that Miko in MIKO_DATA_DIR');
    expect(stderr).not.toContain('secret-token');
  });

  test('8 where nobody listens', async () => {
    const { code, stderr } = await runMiko(['services'], { env: { MIKO_URL: 'http://127.0.0.1:1', MIKO_TOKEN: 't' } });
    expect([code, stderr]).toEqual([exitCodes.unreachable.code, expect.stringContaining('Cannot reach http://127.0.0.1:1: nothing listens there')]);
  });

  test.each([
    [['servces'], "unknown command 'servces'", 'Did you mean services?'],
    [['endpoints', '--zoen', 'a'], "unknown option '--zoen'", 'Did you mean --zone?'],
    [['register', 'web', 'x:1'], "'web' is invalid", 'SERVICE/INSTANCE'],
    [['register', 'web/web-1', 'x:0'], "'x:0' is invalid", 'from 1 to 65535'],
    [['token', 'create'], "required option '--role <role>'", ''],
    [['token', 'create', '--role', 'god'], "'god' is invalid", 'admin, writer, reader'],
    [['status', '-o', 'xml'], "'xml' is invalid", 'table, json, jsonl'],
    [['status', '--url', 'nowhere'], '--url is not an http or https address', ''],
  ])('2 for a wrong command line: %j', async (args, message, hint) => {
    const { code, stdout, stderr } = await runMiko(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    const json = await runMiko([...args, '-o', 'json']);
    if (!args.includes('-o')) expect(JSON.parse(json.stderr)).toMatchObject({ code: 'usage', exit_code: 2 });
  });

  test('help is no error; a missing command is one', async () => {
    const help = await runMiko(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('Exit codes:');
    const none = await runMiko([]);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('Usage: miko');
  });

  test('colours only where they are wanted', async () => {
    const routes: Routes = { [`GET ${LIST}`]: listOf({ web }) };
    const piped = await against(routes, ['endpoints']);
    expect(piped.stdout).not.toContain('\u001b[');
    const forced = await against(routes, ['endpoints'], { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[32mpassing');
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const many = { state: 'known', revision: 4, endpoints: Array.from({ length: 5000 }, (_, n) => endpoint(`web-${n}`)) };
    const { code, stderr } = await against({ [`GET ${LIST}`]: listOf({ web: many }) }, ['endpoints', '-o', 'jsonl'], {
      onOutput: (_, child) => child.stdout?.destroy(),
    });
    expect([code, stderr]).toEqual([0, '']);
  });
});
