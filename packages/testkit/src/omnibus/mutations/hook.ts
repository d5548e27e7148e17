import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Mutation } from './mutation.ts';

/**
 * Given to a Miko by `--import`: replaces a piece of one source text as it is loaded. The product holds no switch for it.
 * A piece that is not found exactly once ends the process, so that no mutation silently does nothing.
 */
const { name, file, find, replace } = JSON.parse(process.env['MIKO_OMNIBUS_MUTATION']!) as Mutation;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/packages/${file}`)) return loaded;
    const source = Buffer.from(loaded.source as string).toString();
    const count = source.split(find).length - 1;
    if (count !== 1) {
      writeSync(2, `omnibus: ${name}: the piece stands ${count} times in ${file}\n`);
      process.exit(70);
    }
    writeSync(2, `omnibus: ${name} is in place\n`);
    return { ...loaded, source: source.replace(find, () => replace) };
  },
});
