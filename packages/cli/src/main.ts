import { CommanderError } from 'commander';
import { createApi } from './api.ts';
import type { Call } from './call.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { endOnInterrupt } from './interrupt.ts';
import { createOutput, formats, printFailure, type Format } from './output.ts';
import { buildProgram, type GlobalFlags } from './program.ts';
import { settingsFrom } from './settings.ts';

/** The `miko` process: reads the command line, runs one command, prints what went wrong, and ends with the code that says so. */

// The launcher set these for this process alone; a program started by `miko run` must not see them.
if (process.env['MIKO_CLI_OWN_CACHE'] !== undefined) {
  delete process.env['MIKO_CLI_OWN_CACHE'];
  delete process.env['NODE_COMPILE_CACHE'];
}
// `miko endpoints | head` closes the pipe: the reader has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok.code : exitCodes.error.code));
process.stderr.on('error', () => {});
endOnInterrupt();

try {
  await buildProgram(callFor).parseAsync(process.argv);
} catch (error) {
  const failure = failureOf(error);
  if (failure !== null) {
    printFailure(failure, typedFormat(process.argv.slice(2)));
    process.exitCode = exitCodes[failure.exit].code;
  }
}

function callFor(flags: GlobalFlags, typedProject: string | undefined): Call {
  let settings: ReturnType<typeof settingsFrom> | undefined;
  const output = createOutput(flags.output);
  const settled = (): ReturnType<typeof settingsFrom> => (settings ??= settingsFrom(flags, process.env, process.cwd()));
  return { output, typedProject, settings: settled, api: () => createApi(settled()) };
}

/** Null where commander has only printed help. */
function failureOf(error: unknown): Failure | null {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return null;
    if (error.code === 'commander.help') {
      process.exitCode = exitCodes.usage.code;
      return null;
    }
    const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
    return new Failure('usage', 'usage', message, {
      hints: rest.flatMap(line => (line.trim() === '' ? [] : [line.replace(/^\((.*)\)$/, '$1')])),
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('error', 'internal', `The command itself failed: ${message}`, { cause: error });
}

/** What `-o` asks for, also when the rest of the command line cannot be read. */
function typedFormat(args: readonly string[]): Format {
  for (const [at, arg] of args.entries()) {
    if (arg === '--') break;
    const value = arg === '-o' || arg === '--output' ? args[at + 1] : /^(?:--output=|-o)(.+)$/.exec(arg)?.[1];
    const format = formats.find(known => known === value);
    if (format !== undefined) return format;
  }
  return 'table';
}
