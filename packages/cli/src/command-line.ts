import type { Kind } from '@miko/model';
import { CommanderError } from 'commander';
import { createApi } from './api.ts';
import type { Call } from './call.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { endOnInterrupt } from './interrupt.ts';
import { createOutput, formats, printFailure, type Format } from './output.ts';
import { buildProgram, type GlobalFlags } from './program.ts';
import { settingsFrom, type Settings } from './settings.ts';

/**
 * Reads the command line, runs one command, prints what went wrong, and sets the exit code that says so. It takes the
 * whole process: its output, its Ctrl-C, its environment. `kinds`: what the object commands know, else those of @miko/model.
 */
export async function runCommandLine(argv: readonly string[], kinds?: readonly Kind[]): Promise<void> {
  // `miko endpoints | head` closes the pipe: the reader has what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok.code : exitCodes.error.code));
  process.stderr.on('error', () => {});
  endOnInterrupt();
  let asked: string | null = null;
  const settle = (flags: GlobalFlags): Settings => {
    const settings = settingsFrom(flags, process.env, process.cwd());
    asked = settings.asked;
    return settings;
  };
  try {
    await buildProgram((flags, typedProject) => callFor(flags, typedProject, settle, kinds)).parseAsync(argv);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) return;
    // Not let in: most often it is another Miko that was asked, or another token was sent, than was thought.
    printFailure(failure.exit === 'login_needed' && asked !== null ? failure.withHints(asked, LOGIN_HINT) : failure, typedFormat(argv.slice(2)));
    process.exitCode = exitCodes[failure.exit].code;
  }
}

const LOGIN_HINT = 'Set MIKO_TOKEN, give --token-file, or name the data directory of that Miko in MIKO_DATA_DIR.';

async function callFor(flags: GlobalFlags, typedProject: string | undefined, settle: (flags: GlobalFlags) => Settings, kinds?: readonly Kind[]): Promise<Call> {
  let settings: Settings | undefined;
  const output = createOutput(flags.output, flags.output === 'yaml' ? (await import('./yaml-text.ts')).yamlText : String);
  const settled = (): Settings => (settings ??= settle(flags));
  return {
    output,
    typedProject,
    settings: settled,
    api: () => createApi(settled()),
    kinds: async () => kinds ?? (await import('@miko/model')).kinds,
  };
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
