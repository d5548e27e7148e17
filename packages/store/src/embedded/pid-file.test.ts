import { describe, expect, test } from 'vitest';
import { parsePidFile } from './pid-file.ts';

describe('postmaster.pid', () => {
  test.each([
    [
      'of a running server',
      '6962\n/proc/self/cwd\n1800000000\n5432\n/tmp/miko-pg-Ke9UrS\n\n  6553601         3\nready   \n',
      { pid: 6962, socketFolder: '/tmp/miko-pg-Ke9UrS', segmentId: 3 },
    ],
    ['of a server that has no socket yet', '6962\n/proc/self/cwd\n1800000000\n5432\n\n', { pid: 6962, socketFolder: undefined, segmentId: undefined }],
    ['with a key that was negative', '6962\n/x\n1\n5432\n/tmp/s\n\n18446744073709551000     32769\n', { pid: 6962, segmentId: 32769 }],
    ['of a single-user server', '-77\n/x\n1\n5432\n', { pid: 77 }],
    ['empty', '', { pid: undefined, socketFolder: undefined, segmentId: undefined }],
    ['of zeros, after a power cut', '\0'.repeat(100), { pid: undefined }],
    ['with nonsense', 'hello\n', { pid: undefined }],
  ])('%s', (_, text, expected) => {
    expect(parsePidFile(text)).toMatchObject({ text, ...expected });
  });
});
