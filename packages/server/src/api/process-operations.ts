import { list, object, oneOf, text } from '@miko/model';
import { answered, titled } from './answered.ts';
import { json } from './call.ts';
import { defineEndpoint, type Operation } from './operation.ts';
import { apiDates, newestApiDate } from './versions.ts';

export interface ProcessHost {
  readonly version: string;
  /** Why it should get no calls now; empty: it should. */
  notReady(): readonly string[];
}

/** What a supervisor asks: does the loop turn, may calls come, which Miko is this. Answered without a credential. */
export function processOperations(host: ProcessHost): Operation[] {
  return [
    defineEndpoint({
      id: 'livez', method: 'GET', path: '/livez', action: null, summary: 'Whether the process turns', answers: [answered(200, 'It does', alive)],
      run: () => json(200, { status: 'ok' }),
    }),
    defineEndpoint({
      id: 'readyz', method: 'GET', path: '/readyz', action: null, summary: 'Whether calls may come',
      answers: [answered(200, 'They may', ready), answered(503, 'Not now, and why', ready, { headers: ['Retry-After'] })],
      run: () => {
        const reasons = host.notReady();
        return reasons.length === 0 ? json(200, { status: 'ok', reasons }) : json(503, { status: 'not_ready', reasons }, { 'retry-after': '1' });
      },
    }),
    defineEndpoint({
      id: 'version', method: 'GET', path: '/version', action: null, summary: 'Which Miko this is, and the API dates it speaks',
      answers: [answered(200, 'Name, version and dates', about)],
      run: () => json(200, { name: 'miko', version: host.version, api_dates: apiDates, newest_api_date: newestApiDate }),
    }),
  ];
}

const date = text({ min: 10, max: 10, pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const alive = titled('Alive', object({ status: oneOf('ok') }));
const ready = titled('Readiness', object({ status: oneOf('ok', 'not_ready'), reasons: list(text({ max: 500 }), { max: 10, description: 'Why not; empty: it is ready' }) }));
const about = titled('About', object({
  name: oneOf('miko'), version: text({ max: 64 }), api_dates: list(date, { max: 1_000, description: 'Oldest first' }), newest_api_date: date,
}));
