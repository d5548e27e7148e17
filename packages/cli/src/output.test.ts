import { describe, expect, test } from 'vitest';
import { explanationText, type Explanation } from './commands/explain.ts';
import { endpointLines, endpointTable } from './commands/endpoints.ts';
import { serviceRows } from './commands/services.ts';
import { failureOfAnswer, usage } from './failure.ts';
import { failureDocument, plain } from './output.ts';
import { renderTable } from './table.ts';
import { endpoint } from './testing/fake-miko.ts';

const list = {
  revision: 9,
  services: {
    web: { state: 'known', revision: 9, endpoints: [endpoint('web-2', { zone: 'zone-a', tags: ['v2', 'eu'] }), endpoint('web-10', { health: 'unknown', held: true })] },
    mail: { state: 'empty', cause: 'expired', revision: 4, endpoints: [] },
    nope: { state: 'unknown', endpoints: [] },
  },
} as unknown as Parameters<typeof endpointTable>[0];

describe('tables', () => {
  test('columns line up, nothing is cut off, no space ends a line, empty cells are a dash', () => {
    const long = 'x'.repeat(300);
    expect(renderTable(['NAME', 'B', 'C'], [[long, 1, null], ['a', '', 'c']])).toBe(
      `NAME${' '.repeat(298)}B  C\n${long}  1  -\na${' '.repeat(301)}-  c\n`,
    );
  });

  test('wide characters count for two', () => {
    expect(renderTable(['A', 'B'], [['日本', 'x'], ['abcd', 'y']])).toBe('A     B\n日本  x\nabcd  y\n');
  });

  test('what others wrote cannot move the cursor or hide words', () => {
    expect(plain('a\u001b[2Jb\nc\u202ed\u2028')).toBe('a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}');
    expect(plain('grüße 日本')).toBe('grüße 日本');
    expect(renderTable(['A'], [['\u001b]0;x\u0007\n']])).toBe('A\n\u{fffd}]0;x\u{fffd}\u{fffd}\n');
  });

  test('the endpoint list', () => {
    expect(endpointTable(list)).toBe(
      [
        'SERVICE  INSTANCE  ADDRESS         PROTOCOL  ZONE    WEIGHT  HEALTH          STATE   TAGS',
        'web      web-2     127.0.0.1:8080  http      zone-a  100     passing         active  v2,eu',
        'web      web-10    127.0.0.1:8080  http      -       100     unknown (held)  active  -',
        '',
      ].join('\n'),
    );
  });

  test('as lines, a service without endpoints is told apart from one that is unknown', () => {
    expect(endpointLines(list)).toEqual([
      { service: 'mail', instance: null, service_state: 'empty', cause: 'expired' },
      { service: 'nope', instance: null, service_state: 'unknown', cause: null },
      expect.objectContaining({ service: 'web', instance: 'web-2' }),
      expect.objectContaining({ service: 'web', instance: 'web-10' }),
    ]);
  });

  test('services join what is listed with what is registered', () => {
    const all = { revision: 9, services: { ...list.services, mail: { ...list.services['mail'], endpoints: [endpoint('m', { health: 'critical' })] } } } as unknown as typeof list;
    expect(serviceRows(list, all)).toEqual([
      { name: 'mail', state: 'empty', cause: 'expired', listed: 0, registered: 1, revision: 4 },
      { name: 'nope', state: 'unknown', cause: null, listed: 0, registered: 0, revision: 0 },
      { name: 'web', state: 'known', cause: null, listed: 2, registered: 2, revision: 9 },
    ]);
  });
});

describe('explanations', () => {
  const explanation: Explanation = {
    service: 'web',
    instance: 'web-1',
    listed: false,
    revision: 9,
    steps: [
      { step: 'registered', ok: true, text: 'registered at 127.0.0.1:8080' },
      { step: 'health', ok: false, text: 'critical by its http check' },
      { step: 'listed', ok: false, text: 'not listed since revision 9' },
    ],
    probe: { at: '2026-12-01T00:00:00.000Z', text: 'HTTP 503' },
    watchers: [
      { session: 'ses_1', name: 'cart', applied: 9, seen: true },
      { session: 'ses_2', name: 'slow', applied: 4, seen: false },
    ],
    unsessioned_watchers: 1,
  };

  test('steps in order, the probe, who has seen it', () => {
    expect(explanationText(explanation, null)).toBe(
      [
        'web/web-1 is NOT in the endpoint list, revision 9',
        '',
        '  ok  registered  registered at 127.0.0.1:8080',
        '  no  health      critical by its http check',
        '  no  listed      not listed since revision 9',
        '',
        'last probe 2026-12-01T00:00:00.000Z: HTTP 503',
        '',
        'WATCHER  SESSION  APPLIED  SEEN',
        'cart     ses_1    9        yes',
        'slow     ses_2    4        not yet',
        '',
        '1 watcher without a session: what they have seen is not known.',
        '',
      ].join('\n'),
    );
  });

  test('nobody watches', () => {
    expect(explanationText({ ...explanation, watchers: [], unsessioned_watchers: 0, probe: null }, null)).toContain('Nobody watches this service.');
  });
});

describe('failures', () => {
  test('a problem of Miko is handed on whole', () => {
    const flaw = { pointer: '/port', code: 'too_large', detail: 'must be at most 65535' };
    const failure = failureOfAnswer(400, { title: 'T', code: 'invalid_request', detail: 'D', request_id: 'req_9', errors: [flaw, 7] }, null, null);
    expect(failureDocument(failure)).toMatchObject({ title: 'T', status: 400, code: 'invalid_request', detail: 'D', request_id: 'req_9', errors: [flaw], exit_code: 2 });
  });

  test.each([null, 'text', [], { code: 7, detail: '' }])('an answer that is no problem document is told by its status: %j', body => {
    expect(failureDocument(failureOfAnswer(503, body, 'req_h', '3'))).toMatchObject({ code: 'http_503', request_id: 'req_h', exit_code: 8, hints: ['Try again in 3 s.'] });
  });

  test('one of the command itself has the same form', () => {
    expect(failureDocument(usage('bad', 'do this'))).toMatchObject({ type: 'urn:miko:error:usage', status: null, code: 'usage', detail: 'bad', exit_code: 2, hints: ['do this'] });
  });
});
