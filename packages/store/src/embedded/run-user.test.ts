import { expect, test } from 'vitest';
import { nobodyIn, runUser } from './run-user.ts';

test.each([
  ['as Debian numbers it', 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n', { uid: 65534, gid: 65534 }],
  ['as an older system numbers it', 'nobody:*:99:98:Nobody:/:/sbin/nologin', { uid: 99, gid: 98 }],
  ['where the file does not name it', 'root:x:0:0::/:/bin/sh\nnotnobody:x:5:5::/:\n', { uid: 65534, gid: 65534 }],
  ['where there is no file', '', { uid: 65534, gid: 65534 }],
])('nobody, %s', (_, passwd, expected) => {
  expect(nobodyIn(passwd)).toEqual(expected);
});

test('a file where a folder should be is told as such', () => {
  expect(() => runUser(`${import.meta.filename}/data`)).toThrow(/run-user\.test\.ts\/data cannot be there: what lies above it is a file, and no folder/);
});
