import { describe, expect, it } from 'vitest';
import type { Machine } from './harness/machine.ts';
import { jsonLine, markdown, table } from './report.ts';
import { missedRow, rowOf } from './row.ts';

const machine: Machine = {
  date: '2026-01-02T03:04:05.000Z', cpu: 'Some CPU', cores: 2, memory_gb: 24, kernel: '6.18', system: 'Debian', file_system: 'ext4',
  node: 'v24.0.0', postgres: '18.4', etcd: '3.4.23', wrk: '4.1.0', h2load: '1.52.0',
};
const rows = [
  rowOf('reads', 'miko', [{ rate: 61_234, meanMs: 1.04, p50Ms: 0.9, p99Ms: 3.2, generatorCores: 0.6, serverCores: 1, otherCores: 0, wrong: null }], 'pinned'),
  missedRow('reads', 'raw', 'wrk is missing'),
];

describe('table', () => {
  it('shows each row, its remarks and the goals', () => {
    const text = table(rows);
    expect(text).toContain('61,234');
    expect(text).toContain('reads miko: pinned');
    expect(text).toContain('reads raw: missed: wrk is missing');
    expect(text).toContain('MISSED reads/raw = - (at least 0.9)');
  });
});

describe('jsonLine', () => {
  it('is one line with the machine, the rows and all ratios', () => {
    const line = jsonLine(machine, rows);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ machine, rows: [{ work: 'reads', side: 'miko', rate: 61_234, p50_ms: 0.9, p99_ms: 3.2 }, { status: 'missed' }], ratios: { 'reads/raw': null } });
  });
});

describe('markdown', () => {
  it('names the machine, the date and both sides', () => {
    const text = markdown('reads', machine, rows);
    for (const part of ['2026-01-02', 'Some CPU', '| reads | miko | 61,234', '| reads | raw | - ', 'etcd 3.4.23']) expect(text).toContain(part);
  });
});
