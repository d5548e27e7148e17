import { writeSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Fault } from './fault.ts';

/**
 * Given to the TypeScript driver by `--import`: replaces a piece of one source of the SDK as it is loaded. The SDK holds no switch for it.
 * A piece that is not found exactly once ends the process, so that no fault silently does nothing.
 */
const { name, file, find, replace } = JSON.parse(process.env['MIKO_CONFORMANCE_FAULT']!) as Fault;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/packages/client/src/${file}`)) return loaded;
    const source = Buffer.from(loaded.source as string).toString();
    const count = source.split(find).length - 1;
    if (count !== 1) {
      writeSync(2, `conformance: ${name}: the piece stands ${count} times in ${file}\n`);
      process.exit(70);
    }
    writeSync(2, `conformance: ${name} is in place\n`);
    return { ...loaded, source: source.replace(find, () => replace) };
  },
});
