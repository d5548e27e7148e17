import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoError } from './settings.ts';

/** The languages that the client can run in, each with its own SDK. */
export const languages = ['typescript', 'python', 'go'] as const;
export type Language = (typeof languages)[number];

export const languageName: Readonly<Record<Language, string>> = { typescript: 'TypeScript', python: 'Python', go: 'Go' };

/** What the client's process runs: a program of this package, with what it needs beside the credential. */
export interface ClientProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Prepare {
  readonly language: Language;
  /** Where compiled files are kept. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends a build. */
  readonly signal: AbortSignal;
}

/** Throws DemoError, in one sentence, where the language's tools were not found. `npm start` looks for them and names them by variables. */
export function checkLanguage(language: Language, env: NodeJS.ProcessEnv): void {
  if (language !== 'typescript') toolOf(language, env);
}

/** Compiles what is to be compiled; what did not change since the last start is ready at once. Throws DemoError. */
export async function prepareClient({ language, folder, env, signal }: Prepare): Promise<ClientProgram> {
  if (language === 'typescript') return { program: 'programs/caller', args: [], env: {} };
  const tool = toolOf(language, env);
  const source = fileURLToPath(new URL(`../clients/${language}`, import.meta.url));
  if (language === 'python') return { program: 'programs/foreign-caller', args: [tool, source], env: { PYTHONPYCACHEPREFIX: join(folder, 'python') } };
  const built = join(folder, 'go-client');
  await build(tool, ['build', '-buildvcs=false', '-o', built, '.'], source, signal);
  return { program: 'programs/foreign-caller', args: [built], env: {} };
}

const BUILD_LIMIT_MS = 300_000;
const MOST_COMPLAINT = 1_000;

function toolOf(language: Exclude<Language, 'typescript'>, env: NodeJS.ProcessEnv): string {
  const variable = `MIKO_SDK_${language.toUpperCase()}`;
  const tool = env[variable];
  if (tool) return tool;
  throw new DemoError(`The client cannot run in ${languageName[language]}: ${env[`${variable}_MISSING`] || `${variable} does not name its command`}`);
}

/** In a group of its own, so that it ends with all that it started. */
async function build(go: string, args: readonly string[], cwd: string, signal: AbortSignal): Promise<void> {
  const child = spawn(go, args, { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const late = setTimeout(end, BUILD_LIMIT_MS);
  signal.addEventListener('abort', end, { once: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-MOST_COMPLAINT)));
  const why = await new Promise<string | null>(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('close', (code, killed) => resolve(code === 0 ? null : complaint.trim() || `it ended (${killed ?? `exit code ${code}`})`));
  });
  clearTimeout(late);
  signal.removeEventListener('abort', end);
  if (why !== null) throw new DemoError(`The client in Go cannot be built: ${why}`);
}
