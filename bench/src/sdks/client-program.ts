/** A client program under measurement, spoken to by lines (program/protocol.ts). */
import { createInterface } from 'node:readline';
import { complaint, startChild, stopChild } from '../harness/children.ts';
import { onGeneratorCore } from '../harness/pinning.ts';
import { within } from '../harness/wait.ts';
import type { Command } from './languages.ts';
import type { Attempts, AttemptsResult, Connect, Connected, Flow, FlowResult, Load, LoadResult, Picks, PicksResult, ProgramAnswer, ProgramRequest, Run, RunResult } from './program/protocol.ts';

export type ClientProgram = {
  readonly pid: number;
  readonly ask: {
    (request: Connect): Promise<Connected>;
    (request: Run): Promise<RunResult>;
    (request: Flow): Promise<FlowResult>;
    (request: Picks): Promise<PicksResult>;
    (request: Load): Promise<LoadResult>;
    (request: Attempts): Promise<AttemptsResult>;
  };
  readonly stop: () => Promise<void>;
};

/** Beyond the time that the request itself names. */
const patienceMs = 60_000;
const leaveMs = 5_000;

/** On a core of its own where there are two, so that the servers do not take turns with it. */
export async function startClientProgram({ command, args, env }: Command): Promise<ClientProgram> {
  const [first = command, ...rest] = [...onGeneratorCore(), command, ...args];
  const child = await startChild(first, rest, { input: true, env });
  const { stdin, stdout } = child.process;
  if (stdin === null || stdout === null) throw new Error('a client program needs its standard input and output');
  stdin.on('error', () => undefined);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return { pid: child.pid, ask, stop };

  async function ask<Result>(request: ProgramRequest): Promise<Result> {
    stdin?.write(`${JSON.stringify(request)}\n`);
    const limit = patienceMs + ('ms' in request ? request.ms : 0);
    const line = await within(`${request.op} of ${command}`, limit, lines.next());
    if (line.done === true) throw new Error(`the client program ended: ${complaint(child.output())}`);
    const answer: ProgramAnswer = JSON.parse(line.value);
    if ('error' in answer) throw new Error(`${request.op}: ${answer.error}`);
    return answer.ok as Result;
  }

  /** The end of its input is the end of its work. */
  async function stop(): Promise<void> {
    stdin?.end();
    await within('the end of a client program', leaveMs, child.ended).catch(() => stopChild(child));
  }
}
