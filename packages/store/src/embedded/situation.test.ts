import { describe, expect, test } from 'vitest';
import type { Marks } from './marks.ts';
import { parsePidFile } from './pid-file.ts';
import type { ProcessEntry } from './process-table.ts';
import { judge, type Kernel } from './situation.ts';

const marks: Marks = { folder: '2049.77' };

function process(pid: number, args: string[], other: Partial<ProcessEntry> = {}): ProcessEntry {
  return { pid, args, parent: 1, uid: 65534, startTime: `${pid}00`, live: true, ...other };
}
const miko = process(10, ['node', 'miko']);
const server = process(20, ['/opt/pg/bin/postgres', '-D', '/proc/self/cwd', '-c', 'miko.folder=2049.77', '-c', 'miko.owner=10.1000'], { parent: 10 });
const child = process(21, ['postgres: miko-2049.77: checkpointer '], { parent: 20 });
const watcher = process(22, ['sh', '-c', 'script', 'sh', ...server.args]);
const dead = (entry: ProcessEntry): ProcessEntry => ({ ...entry, args: [''], live: false });

const pidFile = (pid: number | string) => parsePidFile(`${pid}\n/proc/self/cwd\n1700000000\n5432\n/tmp/miko-pg-abcdef\n\n   123     7\nready\n`);

function kernel(entries: readonly ProcessEntry[], attached = 0): Kernel {
  return {
    entry: (pid) => entries.find((entry) => entry.pid === pid),
    all: () => entries,
    attached: ({ id, creator }) => (id === 7 && creator === 20 ? attached : 0),
  };
}

describe('what an earlier run left', () => {
  test.each([
    ['nothing at all', undefined, kernel([miko]), { is: 'clear' }],
    ['a pid file whose process is gone', pidFile(20), kernel([miko]), { is: 'clear' }],
    ['a pid file whose process is a zombie', pidFile(20), kernel([miko, dead(server)]), { is: 'clear' }],
    ['a pid file whose number another program was given', pidFile(20), kernel([process(20, ['sleep', '9'])]), { is: 'clear' }],
    ['a pid file whose number the PostgreSQL of another folder was given', pidFile(20), kernel([{ ...server, args: ['postgres', 'miko.folder=2049.78'] }]), { is: 'clear' }],
    ['only a watcher, which carries the same command line', undefined, kernel([miko, watcher]), { is: 'clear' }],
    ['an empty pid file', parsePidFile(''), kernel([miko]), { is: 'unreadable' }],
    ['a server with its Miko', pidFile(20), kernel([miko, server, child], 6), { is: 'owned', owner: 10 }],
    ['the same with an empty pid file', parsePidFile(''), kernel([miko, server]), { is: 'owned', owner: 10 }],
    ['the same without pid file', undefined, kernel([miko, server]), { is: 'owned', owner: 10 }],
    ['the same with a pid file that names something else', pidFile(30), kernel([miko, server]), { is: 'owned', owner: 10 }],
    ['a server whose Miko is gone', pidFile(20), kernel([server, child], 6), { is: 'orphan', postmaster: 20 }],
    ['a server whose Miko is a zombie', pidFile(20), kernel([dead(miko), server]), { is: 'orphan', postmaster: 20 }],
    ['a server whose number of Miko another program was given', pidFile(20), kernel([{ ...miko, startTime: '9' }, server]), { is: 'orphan', postmaster: 20 }],
    ['a server started by hand', pidFile(20), kernel([process(20, ['/usr/bin/postgres', '-D', 'data'])], 6), { is: 'foreign', postmaster: 20 }],
    ['children of a killed server', pidFile(20), kernel([miko, child], 1), { is: 'stragglers', pids: [21] }],
    ['the same when its number another program was given', pidFile(20), kernel([process(20, ['sleep', '9']), child], 1), { is: 'stragglers', pids: [21] }],
    ['the same without pid file', undefined, kernel([child]), { is: 'stragglers', pids: [21] }],
    ['shared memory held by processes that cannot be seen', pidFile(20), kernel([miko], 1), { is: 'stragglers', pids: [] }],
    ['children of another folder', undefined, kernel([process(21, ['postgres: miko-2049.771: checkpointer '])]), { is: 'clear' }],
  ] as const)('%s', (_, file, machine, situation) => {
    expect(judge(file, marks, machine)).toEqual(situation);
  });

  test('children of a server that started since the search are no stragglers', () => {
    const late: Kernel = { ...kernel([miko, server, child]), all: () => [miko, child] };
    expect(judge(undefined, marks, late)).toEqual({ is: 'clear' });
  });
});
