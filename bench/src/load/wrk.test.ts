import { describe, expect, it } from 'vitest';
import { parseWrk } from './wrk.ts';

const output = `Running 4s test @ http://127.0.0.1:40001/v1/projects/default/endpoints?service=web
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.00ms  412.11us  12.10ms   93.20%
    Req/Sec    63.10k     2.01k   66.20k    80.00%
  252402 requests in 4.00s, 0.60GB read
Requests/sec:  63062.11
Transfer/sec:    153.13MB
WRK {"requests":252402,"duration_us":4002435,"bytes":642614892,"mean_us":1002.4,"p50_us":960,"p99_us":2410,"max_us":12100,"connect":0,"read":1,"write":0,"status":7,"timeout":2}
`;

describe('parseWrk', () => {
  it('reads the line of the script, in seconds and milliseconds', () => {
    expect(parseWrk(output)).toEqual({ requests: 252402, seconds: 4.002435, bytes: 642614892, p50Ms: 0.96, p99Ms: 2.41, badStatus: 7, broken: 3 });
  });
  it('refuses an output without the line, showing its end', () => {
    expect(() => parseWrk('unable to connect to 127.0.0.1:1 Connection refused\n')).toThrow('unable to connect');
  });
  it('refuses a line without a figure, naming it', () => {
    expect(() => parseWrk('WRK {"requests":1}\n')).toThrow('duration_us');
  });
});
