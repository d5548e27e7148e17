import { Command, Option } from 'commander';
import type { Call } from './call.ts';
import { exitCodes } from './exit-codes.ts';
import { formats, type Format } from './output.ts';
import { ownVersion } from './own-version.ts';
import type { SettingFlags } from './settings.ts';
import type { Act } from './tree/act.ts';
import { examples } from './tree/examples.ts';
import { addChangeCommands } from './tree/change.ts';
import { addLookCommands } from './tree/look.ts';
import { addObjectCommands } from './tree/objects.ts';
import { addRecordCommands } from './tree/records.ts';
import { addOtherCommands } from './tree/other.ts';
import { everyCommand } from './tree/walk.ts';

/**
 * The command tree: names, flags, help and examples, and nothing heavier, since it is built at each start. What a
 * command does lies in `commands/` and is loaded when it is called. Help, completion and the check of the docs read it.
 */
export interface GlobalFlags extends SettingFlags {
  readonly output: Format;
}

/** `typedProject` is `--project` where it was given on the command line. */
export type CallMaker = (flags: GlobalFlags, typedProject: string | undefined) => Promise<Call>;

export function buildProgram(makeCall: CallMaker): Command {
  const program = new Command('miko')
    .description('Shows and changes what a Miko knows: which services run where, and why.')
    .version(ownVersion(), '-V, --version', 'show the version of this command')
    .helpOption('-h, --help', 'show help')
    .addHelpCommand(new Command('help').argument('[command]').description('show help for a command').helpGroup('Other:'))
    .addOption(new Option('-o, --output <format>', 'how results and errors are printed').choices(formats).default('table'))
    .option('--url <address>', 'where Miko is (else MIKO_URL, else the local .miko/url, else http://127.0.0.1:7450)')
    .option('-p, --project <name>', 'the project to work in (else MIKO_PROJECT, else default)')
    .option('--token-file <file>', 'read the token from a file (else MIKO_TOKEN, else the local .miko/admin-token)');

  const act: Act = run =>
    async function action(...args) {
      const typed = program.getOptionValueSource('project') === 'cli' ? program.opts<GlobalFlags>().project : undefined;
      await run(await makeCall(this.optsWithGlobals<GlobalFlags>(), typed), ...args);
    };

  addLookCommands(program, act);
  addChangeCommands(program, act);
  addObjectCommands(program, act);
  addRecordCommands(program, act);
  addOtherCommands(program, act);
  program.addHelpText('after', `\n${examples('miko status', 'miko endpoints web', 'miko explain endpoint web/web-1', 'miko apply -f shop.yaml --dry-run')}\n${exitCodeText()}`);
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({ getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth, outputError: () => {} });
  }
  return program;
}

const helpWidth = (): number => Math.min(process.stdout.columns ?? 100, 100);

const exitCodeText = (): string =>
  `Exit codes:\n${Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`)
    .join('\n')}\n`;
