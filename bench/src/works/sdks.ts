/**
 * What the SDKs cost: CPU per call beside the bare client library, a pick among 10,000 endpoints, and calls while such a
 * list is replaced.
 */
import { interleaved } from '../harness/rounds.ts';
import type { Side } from '../harness/rounds.ts';
import type { Row } from '../row.ts';
import { answerBody } from '../sdks/answer.ts';
import { startClientProgram } from '../sdks/client-program.ts';
import type { ClientProgram } from '../sdks/client-program.ts';
import { languages } from '../sdks/languages.ts';
import type { Command, Language } from '../sdks/languages.ts';
import { startListingMiko } from '../sdks/listing-miko.ts';
import type { ListingMiko } from '../sdks/listing-miko.ts';
import { listed, pickSide, swapSides } from '../sdks/long-list.ts';
import { overheadSide } from '../sdks/overhead.ts';
import { startUpstreams } from '../sdks/upstreams.ts';
import type { Upstreams } from '../sdks/upstreams.ts';
import { attempt, missedRows } from './work.ts';
import type { Options, WorkResult } from './work.ts';

const service = 'web';
const instances = 3;

/** The endpoints, and the two Mikos that list them: one as they are, one 10,000 fold. */
type Fleet = { readonly upstreams: Upstreams; readonly miko: ListingMiko; readonly long: ListingMiko };

export async function sdks(options: Options): Promise<WorkResult> {
  const upstreams = await startUpstreams(instances);
  const miko = await startListingMiko(service, instances, upstreams.ports);
  const long = await startListingMiko(service, listed, upstreams.ports);
  const rows: Row[] = [];
  try {
    for (const language of languages) rows.push(...(await rowsOf(language, { upstreams, miko, long }, options)));
  } finally {
    await Promise.all([upstreams.stop(), miko.stop(), long.stop()]);
  }
  return { rows, postgres: null };
}

/** One language after the other: few processes are alive. */
async function rowsOf(language: Language, fleet: Fleet, options: Options): Promise<Row[]> {
  const programs: ClientProgram[] = [];
  try {
    const prepared = await attempt(language.name, async () => {
      const command = await language.command();
      const { program, runtime } = await connected(command, 'miko', language.ways[0]?.way ?? '', fleet.long, fleet.upstreams);
      programs.push(program);
      const sides: Side[] = language.ways.map(({ way, over }) => overheadSide({
        work: workOf(language, way),
        note: `beside ${over}; ${runtime}`,
        bare: options.compare ? async () => (await connected(command, 'bare', way, fleet.miko, fleet.upstreams)).program : null,
        miko: async () => (await connected(command, 'miko', way, fleet.miko, fleet.upstreams)).program,
      }, fleet.upstreams));
      return [...sides, pickSide(language.name, runtime, program), ...swapSides(language.name, runtime, program, fleet.long)];
    });
    if (prepared.running === null) return missedOf(language, prepared.problem);
    return await interleaved(prepared.running, options.runs);
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
  }
}

async function connected(command: Command, side: 'bare' | 'miko', way: string, miko: ListingMiko, upstreams: Upstreams): Promise<{ program: ClientProgram; runtime: string }> {
  const program = await startClientProgram(command);
  const addresses = upstreams.ports.map((port) => `127.0.0.1:${port}`);
  try {
    const { runtime } = await program.ask({ op: 'connect', side, way, addresses, url: miko.url, token: 'bench', service, bytes: answerBody.length });
    return { program, runtime };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

function missedOf(language: Language, problem: string): Row[] {
  const calls = missedRows(language.ways.map(({ way }) => workOf(language, way)), 'miko', problem);
  return [...calls, ...missedRows(['sdk_pick'], language.name, problem), ...missedRows([`sdk_swap_${language.name}`], 'swapped', problem)];
}

function workOf(language: Language, way: string): string {
  return `sdk_${language.name}_${way}`;
}
