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
    defineEndpoint({ id: 'livez', method: 'GET', path: '/livez', action: null, summary: 'Whether the process turns', run: () => json(200, { status: 'ok' }) }),
    defineEndpoint({
      id: 'readyz', method: 'GET', path: '/readyz', action: null, summary: 'Whether calls may come',
      run: () => {
        const reasons = host.notReady();
        return reasons.length === 0 ? json(200, { status: 'ok', reasons }) : json(503, { status: 'not_ready', reasons }, { 'retry-after': '1' });
      },
    }),
    defineEndpoint({
      id: 'version', method: 'GET', path: '/version', action: null, summary: 'Which Miko this is, and the API dates it speaks',
      run: () => json(200, { name: 'miko', version: host.version, api_dates: apiDates, newest_api_date: newestApiDate }),
    }),
  ];
}
