import { runCommandLine } from './command-line.ts';

/** The `miko` process. */

// The launcher set these for this process alone; a program started by `miko run` must not see them.
if (process.env['MIKO_CLI_OWN_CACHE'] !== undefined) {
  delete process.env['MIKO_CLI_OWN_CACHE'];
  delete process.env['NODE_COMPILE_CACHE'];
}

await runCommandLine(process.argv);
