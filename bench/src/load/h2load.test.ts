import { describe, expect, it } from 'vitest';
import { parseH2load, parseLatencies } from './h2load.ts';

const output = `progress: 93% of clients started
Application protocol: h2c
Warm-up phase is over for thread #0.
Main benchmark duration is over for thread #0. Stopping all clients.

finished in 4.00s, 14235.67 req/s, 1.28MB/s
requests: 42709 total, 42709 started, 42709 done, 42707 succeeded, 2 failed, 0 errored, 0 timeout
status codes: 42707 2xx, 0 3xx, 2 4xx, 0 5xx
traffic: 3.83MB (4011060) total, 113.27KB (115990) headers (space savings 94.70%), 1.80MB (1884655) data
                     min         max         mean         sd        +/- sd
time for request:      366us     15.49ms      4.02ms      1.68ms    77.20%
`;

describe('parseH2load', () => {
  it('reads requests, rate over the measured time, and payload', () => {
    expect(parseH2load(output)).toMatchObject({ requests: 42707, rate: 14235.67, bytes: 1884655 });
  });
  it('counts failed answers', () => expect(parseH2load(output).failed).toBe(2));
  it('refuses an output without figures, naming the first', () => expect(() => parseH2load('Could not connect\n')).toThrow('no succeeded requests'));
});

describe('parseLatencies', () => {
  it('takes the third column in milliseconds', () => expect(parseLatencies('1795260590102337\t200\t1669\n1795260590102331\t200\t721\n')).toEqual([1.669, 0.721]));
  it('leaves out what failed', () => expect(parseLatencies('1\t-1\t5\n2\t503\t5\n')).toEqual([]));
});
