import { describe, expect, test } from 'vitest';
import { endpoint, problem, startFakeMiko, type FakeMiko, type Routes } from '../testing/fake-miko.ts';
import { runMiko, type Run, type RunOptions } from '../testing/run-miko.ts';
import { freePort } from '../testing/free-port.ts';

/** `miko run` around real programs, against a Miko that answers what the contract says. */

const P = '/v1/projects/default';
const SESSION = { id: 'ses_1', owner: 'o', generation: 1, ttl_seconds: 15, renew_every_seconds: 5, expires_at: '2026-12-01T00:00:00Z' };
const released = { body: { revision: 8, waited_ms: 1, released: true, holding: [], unsessioned_watchers: 0 } };
const routes: Routes = {
  [`GET ${P}/endpoints`]: { body: { revision: 0, services: {} } },
  [`POST ${P}/sessions`]: { status: 201, body: SESSION },
  [`PUT ${P}/sessions/ses_1`]: { body: SESSION },
  [`DELETE ${P}/sessions/ses_1`]: { status: 204 },
  [`PUT ${P}/services/web/endpoints/web-1`]: { status: 201, body: endpoint('web-1') },
  [`POST ${P}/endpoint-overrides`]: { status: 201, body: {} },
  [`POST ${P}/services/web/endpoints/web-1:drain`]: released,
  [`POST ${P}/services/web/endpoints/web-1:undrain`]: { body: { revision: 9 } },
};

/** Answers on PORT until SIGTERM or SIGINT, then ends with 7. */
const SERVER = `
  const server = require('node:http').createServer((_, response) => response.end('x')).listen(process.env.PORT, '127.0.0.1');
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { console.log('got ' + signal); process.exit(7); });
  console.log(JSON.stringify({ port: process.env.PORT, url: process.env.MIKO_URL, service: process.env.MIKO_SERVICE, cache: process.env.NODE_COMPILE_CACHE }));
`;

interface Watched extends Run {
  readonly calls: readonly string[];
  readonly port: number;
}

async function runAround(program: readonly string[], flags: readonly string[], options: RunOptions & { readonly routes?: Routes } = {}): Promise<Watched> {
  const fake: FakeMiko = await startFakeMiko({ ...routes, ...options.routes });
  const port = await freePort();
  try {
    const args = ['run', '--service', 'web', '--instance', 'web-1', '--port', String(port), ...flags, '--', ...program];
    const run = await runMiko(args, { ...options, env: { MIKO_URL: fake.url, MIKO_TOKEN: 'secret-token', ...options.env } });
    expect(run.stderr).not.toContain('secret-token');
    const calls = fake.requests.map(({ method, path }) => `${method} ${path.replace(P, '').replace(/run-[0-9a-f]{32}$/, 'run-x')}`);
    return { ...run, calls, port };
  } finally {
    await fake.close();
  }
}

/** Sends `signal` once, when it is registered. */
const stopWhenRegistered = (signal: NodeJS.Signals): NonNullable<RunOptions['onOutput']> => {
  let sent = false;
  return ({ stderr }, child) => {
    if (!sent && stderr.includes('is registered')) sent = child.kill(signal);
  };
};

describe('a program that is asked to stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('by %s is drained, taken out, and then signalled; the drain does not outlive it', async signal => {
    const { code, stdout, calls, port } = await runAround([process.execPath, '-e', SERVER], [], { onOutput: stopWhenRegistered(signal) });
    expect(code).toBe(7);
    expect(stdout).toContain(`got ${signal}`);
    expect(JSON.parse(stdout.split('\n', 1)[0] ?? '')).toEqual({ port: String(port), url: expect.stringMatching(/^http:/), service: 'web' });
    expect(calls).toEqual([
      'GET /endpoints?service=web',
      'GET /endpoint-overrides/run-x',
      'POST /sessions',
      'PUT /services/web/endpoints/web-1',
      'POST /endpoint-overrides',
      'POST /services/web/endpoints/web-1:drain?wait_seconds=1',
      'DELETE /services/web/endpoints/web-1?session=ses_1&wait_seconds=0',
      'DELETE /sessions/ses_1',
      'POST /services/web/endpoints/web-1:undrain',
    ]);
  });

  test("an operator's own drain is left as it is", async () => {
    const taken = { status: 409, body: { status: 409, code: 'already_exists', detail: 'an override exists' } };
    const { calls } = await runAround([process.execPath, '-e', SERVER], [], { onOutput: stopWhenRegistered('SIGTERM'), routes: { [`POST ${P}/endpoint-overrides`]: taken } });
    expect(calls.at(-1)).toBe('DELETE /sessions/ses_1');
  });

  test('is stopped all the same when a watcher never lets go, or Miko refuses', async () => {
    const held = { body: { ...released.body, released: false, holding: [{ session: 'ses_2', name: 'slow', applied: 0 }] } };
    const late = await runAround([process.execPath, '-e', SERVER], ['--drain-timeout', '10ms'], { onOutput: stopWhenRegistered('SIGTERM'), routes: { [`POST ${P}/services/web/endpoints/web-1:drain`]: held } });
    expect([late.code, late.stderr]).toEqual([7, expect.stringContaining('still held by slow; stopping all the same')]);
    const refused = { status: 500, body: { status: 500, code: 'internal', detail: 'broken' } };
    const broken = await runAround([process.execPath, '-e', SERVER], [], { onOutput: stopWhenRegistered('SIGTERM'), routes: { [`POST ${P}/endpoint-overrides`]: refused } });
    expect([broken.code, broken.stderr]).toEqual([7, expect.stringContaining('broken; stopping all the same')]);
    expect(broken.calls.at(-1)).toBe('DELETE /sessions/ses_1');
  });

  test('and does not is killed', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); require('node:http').createServer().listen(process.env.PORT, '127.0.0.1');`;
    const { code, stderr } = await runAround([process.execPath, '-e', stubborn], ['--stop-timeout', '50ms'], { onOutput: stopWhenRegistered('SIGTERM') });
    expect([code, stderr]).toEqual([137, expect.stringContaining('did not end within 0.05 s and is killed')]);
  });
});

test('a refusal after it was registered is told once, and the program runs on', async () => {
  const { code, stderr } = await runAround([process.execPath, '-e', SERVER], [], {
    routes: {
      [`POST ${P}/sessions`]: { status: 201, body: { ...SESSION, renew_every_seconds: 1 } },
      [`PUT ${P}/sessions/ses_1`]: problem(401, 'unauthenticated', 'the token is gone'),
    },
    onOutput: (() => {
      let sent = false;
      return ({ stderr: printed }, child) => {
        if (!sent && printed.includes('trying again')) sent = child.kill('SIGTERM');
      };
    })(),
  });
  expect(code).toBe(7);
  expect(stderr.match(/the token is gone/g)).toHaveLength(1);
  expect(stderr).toMatch(/^miko: web\/web-1 is registered\nmiko: .*the token is gone.*; trying again\n/);
});

describe('a program that ends by itself', () => {
  test('departs at once, and its code is the code', async () => {
    const answersOnce = `require('node:http').createServer((_, r) => r.end()).listen(process.env.PORT, '127.0.0.1'); process.stdin.resume().on('end', () => {}); process.on('SIGUSR2', () => process.exit(3)); setInterval(() => {}, 1000); console.log(process.pid);`;
    const { code, calls } = await runAround([process.execPath, '-e', answersOnce], [], {
      onOutput: ({ stdout, stderr }) => {
        if (stderr.includes('is registered')) process.kill(Number(stdout), 'SIGUSR2');
      },
    });
    expect(code).toBe(3);
    expect(calls.at(-1)).toBe('DELETE /sessions/ses_1');
    expect(calls.join()).not.toContain(':drain');
  });

  test('before its port answered was never registered', async () => {
    const { code, calls } = await runAround(['sh', '-c', 'exit 5'], []);
    expect(code).toBe(5);
    expect(calls.join()).not.toContain('PUT');
  });
});

describe('what cannot be', () => {
  test('a program that does not exist: 127', async () => {
    const { code, stderr } = await runAround(['/no/such/program'], []);
    expect([code, stderr]).toEqual([127, expect.stringContaining('Cannot start /no/such/program: there is no such program')]);
  });

  test('a port that never answers: 7, and the program is stopped', async () => {
    const { code, stdout, stderr } = await runAround(['sh', '-c', 'trap "echo stopped; exit" TERM; sleep 60 & wait'], ['--ready-timeout', '200ms']);
    expect([code, stdout, stderr]).toEqual([7, 'stopped\n', expect.stringContaining('did not answer within 0.2 s')]);
  });

  test('a port that something else answers on: 6, and nothing is started', async () => {
    const other = await startFakeMiko({});
    const { code, stdout, stderr } = await runAround(['echo', 'started'], ['--port', new URL(other.url).port]);
    await other.close();
    expect([code, stdout, stderr]).toEqual([6, '', expect.stringContaining('already')]);
  });

  test('a registration that Miko refuses: the field is named, and the program is stopped', async () => {
    const refusal = { status: 400, body: { status: 400, code: 'invalid_request', detail: '/zone must match x', request_id: 'req_1', errors: [{ pointer: '/zone', code: 'pattern', detail: 'must match x' }] } };
    const { code, stdout, stderr } = await runAround([process.execPath, '-e', SERVER], [], { routes: { [`PUT ${P}/services/web/endpoints/web-1`]: refusal } });
    expect([code, stdout]).toEqual([2, expect.stringContaining('got SIGTERM')]);
    expect(stderr).toBe('error: /zone must match x (invalid_request)\n  request id: req_1\n');
  });

  test('without a token: 4, and nothing is started', async () => {
    const { code, stdout } = await runMiko(['run', '--service', 'web', '--port', '1', '--', 'echo', 'started']);
    expect([code, stdout]).toEqual([4, '']);
  });

  test.each([
    [['--drain-timeout', '11s'], '10s at most'],
    [['--ttl', '1s'], 'from 2s to 1h'],
    [['--ttl', '2500ms'], 'whole seconds'],
    [['--service', 'Bad_'], '--service Bad_ is no name of a service'],
    [['--instance', 'a/b'], '--instance a/b is no name of an instance'],
  ])('%j: 2', async (flags, message) => {
    const { code, stdout, stderr } = await runAround(['echo', 'started'], flags);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  });

  test('a Miko that is away does not keep the program from running', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await runMiko(['run', '--service', 'web', '--port', String(port), '--host', '127.0.0.1', '--', 'echo', 'started'], {
      env: { MIKO_URL: 'http://127.0.0.1:1', MIKO_TOKEN: 't' },
    });
    expect([code, stdout]).toEqual([0, 'started\n']);
    expect(stderr).toContain('the program is started, and registered when Miko answers');
  });
});
