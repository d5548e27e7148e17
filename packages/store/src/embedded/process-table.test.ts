import { describe, expect, test } from 'vitest';
import { allProcesses, attachedIn, identityOf, parseStat, processEntry } from './process-table.ts';

const stat = (command: string, state: string) =>
  `4242 (${command}) ${state} 17 4242 4242 0 -1 4194560 900 0 0 0 1 2 0 0 20 0 1 0 987654 226000000 5000 18446744073709551615`;

describe('/proc/N/stat', () => {
  test.each(['postgres', 'a b', ') R 1 (', 'x) Z'])('is read whatever the command: "%s"', (command) => {
    expect(parseStat(stat(command, 'S'))).toEqual({ parent: 17, startTime: '987654', live: true });
  });

  test.each([
    ['R', true],
    ['D', true],
    ['T', true],
    ['Z', false],
    ['X', false],
  ])('state %s: live %s', (state, live) => {
    expect(parseStat(stat('postgres', state)).live).toBe(live);
  });
});

test('this process is found, with its arguments and user', () => {
  const entry = processEntry(process.pid);
  expect(entry).toMatchObject({ pid: process.pid, parent: process.ppid, uid: process.getuid?.(), live: true });
  expect(allProcesses().map(({ pid }) => pid)).toContain(process.pid);
  expect(identityOf(process.pid)).toBe(`${process.pid}.${entry?.startTime}`);
});

test('a number no process has gives no entry', () => {
  expect(processEntry(2 ** 30)).toBeUndefined();
});

describe('/proc/sysvipc/shm', () => {
  const table = `       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime
   6553601          3   600                    56  6962  7008      6 65534 65534 65534 65534 1800000000
-123456789      32768   600                    56   100   100      0 65534 65534 65534 65534 1800000000
`;
  test.each([
    [{ id: 3, creator: 6962 }, 6],
    [{ id: 32768, creator: 100 }, 0],
    [{ id: 3, creator: 6963 }, 0],
    [{ id: 4, creator: 6962 }, 0],
  ])('%j is attached %i times', (segment, attached) => {
    expect(attachedIn(table, segment)).toBe(attached);
  });
});
