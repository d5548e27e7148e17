import { describe, expect, test } from 'vitest';
import { LIST, WEB_1, against, fakeMiko, listOf, web } from './testing/against.ts';
import { problem, type Routes } from './testing/fake-miko.ts';
import { runMiko } from './testing/run-miko.ts';

/** Commands that only look. */

describe('looking', () => {
  const routes: Routes = {
    'GET /readyz': { body: { status: 'ok', reasons: [] } },
    'GET /version': { body: { name: 'miko', version: '9.9', newest_api_date: '2026-12-01' } },
    [`GET ${LIST}`]: listOf({ web, mail: { state: 'empty', cause: 'expired', revision: 3, endpoints: [] } }),
  };

  test('status', async () => {
    const { code, stdout, stderr } = await against(routes, ['status']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^miko 9\.9 at http:\S+ is ready \(API 2026-12-01\)\nproject {4}default\nservices {3}1 with endpoints, 1 empty: mail\nendpoints {2}1 in the list, 1 registered\n$/);
  });

  test('status of a Miko that is not ready says why and ends with 8', async () => {
    const readyz = { status: 503, body: { status: 'not_ready', reasons: ['the database does not answer'] } };
    const { code, stdout, stderr } = await against({ ...routes, 'GET /readyz': readyz }, ['status', '-o', 'json']);
    expect(code).toBe(8);
    expect(JSON.parse(stdout)).toMatchObject({ ready: false, reasons: ['the database does not answer'], services: null });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'not_ready', exit_code: 8 });
  });

  test('services', async () => {
    const { code, stdout } = await against(routes, ['services']);
    expect(code).toBe(0);
    expect(stdout).toBe('SERVICE  STATE  CAUSE    LISTED  REGISTERED  REVISION\nmail     empty  expired  0       0           3\nweb      known  -        1       1           4\n');
  });

  test('endpoints asks for what was asked for, with the token, in the project', async () => {
    const args = ['endpoints', 'web', 'mail', '--zone', 'a,b', '--tag', 'v2', '--tag', 'x y', '--health', 'any', '--audience', 'public', '--project', 'shop'];
    const { code, fake } = await against({ 'GET /v1/projects/shop/endpoints': listOf({ web }) }, args);
    expect(code).toBe(0);
    const [request] = fake.requests;
    expect(request?.headers.authorization).toBe('Bearer secret-token');
    const query = new URL(request?.path ?? '', fake.url).searchParams;
    expect([...query]).toEqual([['service', 'web,mail'], ['zone', 'a,b'], ['tag', 'v2'], ['tag', 'x y'], ['health', 'any'], ['audience', 'public']]);
  });

  test('endpoints tells an empty service on stderr, so that stdout stays data', async () => {
    const { code, stdout, stderr } = await against(routes, ['endpoints', '-o', 'table']);
    expect([code, stderr]).toEqual([0, 'mail is known but empty: expired\n']);
    expect(stdout).toContain('web      web-1     127.0.0.1:8080');
  });

  test('endpoints of an unknown service: 3, and what may have been meant', async () => {
    const asked = (request: { readonly path: string }) => listOf(request.path.includes('service=') ? { wbe: { state: 'unknown', endpoints: [] } } : { web });
    const { code, stdout, stderr } = await against({ [`GET ${LIST}`]: asked }, ['endpoints', 'wbe']);
    expect([code, stdout, stderr]).toEqual([3, '', 'error: There is no service wbe in project default (not_found)\n  Did you mean web?\n']);
  });

  test('the address may have a path, and names are one segment each', async () => {
    const fake = await fakeMiko({ [`DELETE /gate/v1/projects/default/services/web/endpoints/${encodeURIComponent('a/b:1 ?')}`]: { status: 204, headers: { 'miko-revision': '7' } } });
    const { code, stdout } = await runMiko(['deregister', 'web/a/b:1 ?', '--url', `${fake.url}/gate/`], { env: { MIKO_TOKEN: 't' } });
    expect([code, stdout]).toEqual([0, 'deregistered web/a/b:1 ?, revision 7\n']);
  });

  test('explain prints the steps and who has seen it', async () => {
    const explanation = { service: 'web', instance: 'web-1', listed: true, revision: 4, steps: [{ step: 'registered', ok: true, text: 'yes' }], probe: null, watchers: [{ session: 'ses_1', name: 'cart', applied: 4, seen: true }], unsessioned_watchers: 0 };
    const { code, stdout } = await against({ ...routes, [`GET ${WEB_1}:explain`]: { body: explanation } }, ['explain', 'endpoint', 'web/web-1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^web\/web-1 \(127\.0\.0\.1:8080, passing, active\) is in the endpoint list, revision 4\n/);
    expect(stdout).toContain('cart     ses_1    4        yes');
  });

  test('explain of a wrong instance names the right one', async () => {
    const { code, stderr } = await against(routes, ['explain', 'endpoint', 'web/wbe-1']);
    expect(code).toBe(3);
    expect(stderr).toContain('Did you mean web/web-1?');
  });
});

describe('watching', () => {
  const frame = (event: string, id: string, data: unknown): string => `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

  test('each change is a line; a broken stream is taken up where it broke off; Ctrl-C ends it with 130', async () => {
    let streams = 0;
    const routes: Routes = {
      [`GET ${LIST}:watch`]: (request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        streams += 1;
        if (streams === 1) {
          response.write(frame('snapshot', 'c1', { revision: 4, services: { web } }));
          response.write(frame('bookmark', 'c2', { revision: 4 }));
          response.end();
          return undefined;
        }
        expect(request.headers['last-event-id']).toBe('c2');
        response.write(frame('delta', 'c3', { revision: 5, services: { web: { state: 'empty', revision: 5, cause: 'expired', set: [], gone: [{ instance: 'web-1', id: 'ep_web-1', cause: 'expired' }] } } }));
        return undefined;
      },
    };
    const { code, stdout, stderr } = await against(routes, ['watch', 'web', '-o', 'jsonl'], {
      onOutput: ({ stdout: printed }, child) => {
        if (printed.includes('"change":"service"')) child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    const lines = stdout.trim().split('\n').map((line): { readonly change: string; readonly at: string } => JSON.parse(line));
    expect(lines.map(({ change }) => change)).toEqual(['set', 'gone', 'service']);
    expect(stderr).toContain('Miko ended the stream; trying again');
  });

  test('what is refused before the first event is not tried again', async () => {
    const { code, fake } = await against({ [`GET ${LIST}:watch`]: problem(403, 'denied', 'no') }, ['watch']);
    expect([code, fake.requests.length]).toEqual([5, 1]);
  });

  test('an error in the stream that waiting does not mend ends it', async () => {
    const routes: Routes = {
      [`GET ${LIST}:watch`]: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(frame('snapshot', 'c1', { revision: 4, services: { nope: { state: 'unknown', endpoints: [] } } }) + frame('error', '', { status: 401, code: 'unauthenticated', detail: 'gone' }));
        return undefined;
      },
    };
    const { code, stderr } = await against(routes, ['watch', 'nope']);
    expect(code).toBe(4);
    expect(stderr).toContain('There is no service nope yet; it is watched for.');
  });
});
