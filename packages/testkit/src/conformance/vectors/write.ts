import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allVectors } from './all-vectors.ts';

/** Writes the files of shared vectors. */
for (const [name, { vector, cases }] of allVectors()) {
  // One case a line: a change of one is one line of a diff.
  const text = `{"vector": ${JSON.stringify(vector)}, "cases": [\n${cases.map(one => JSON.stringify(one)).join(',\n')}\n]}\n`;
  writeFileSync(join(import.meta.dirname, name), text);
}
