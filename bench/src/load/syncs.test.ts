import { describe, expect, it } from 'vitest';
import { parseSyncs } from './syncs.ts';

const table = `strace: Process 311 attached with 4 threads
strace: Process 311 detached
syscall              calls
---------------- ---------
fdatasync              204
fsync                    3
---------------- ---------
total                  207
`;

describe('parseSyncs', () => {
  it('adds the sync calls and not the total', () => expect(parseSyncs(table)).toBe(207));
  it('is 0 when strace saw none', () => expect(parseSyncs('strace: Process 1 attached\nstrace: Process 1 detached\n')).toBe(0));
});
