import { runCommandLine } from '@miko/cli';

/** `miko` as a process of its own. */
await runCommandLine(process.argv);
