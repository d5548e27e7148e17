import { Option, type Command } from 'commander';
import type { ArchiveFlags } from '../commands/record/archive.ts';
import type { ExportFlags } from '../commands/record/export.ts';
import type { AuditFlags, RefusalFlags } from '../commands/record/list.ts';
import type { VerifyFlags } from '../commands/record/verify.ts';
import { mostObjects, revision, seal, time } from '../flags.ts';
import type { Act } from './act.ts';
import { examples } from './examples.ts';

/** What happened, and who did it. */
export function addRecordCommands(program: Command, act: Act): void {
  program.commandsGroup('Record:');
  addAuditCommands(program.command('audit').description('who changed what, who was turned away, and whether that record is whole'), act);

  const archive = program.command('archive').description('what was moved out of the database');
  archive
    .command('search')
    .description('changes that the archive holds, newest first; --project shows those of one project')
    .option('--kind <kind>', 'only of this kind')
    .option('--name <name>', 'only of this name')
    .option('--since <time>', 'only from then on, such as 2026-12-01 or 2026-12-01T08:00:00Z', time)
    .option('--until <time>', 'only until then', time)
    .addOption(limit())
    .addHelpText('after', `\n${examples('miko archive search --kind service --name web', 'miko archive search --since 2026-12-01 --limit 1000 -o jsonl')}`)
    .action(act(async (call, flags: ArchiveFlags) => (await import('../commands/record/archive.ts')).searchArchive(call, flags)));
}

function addAuditCommands(audit: Command, act: Act): void {
  audit
    .command('list')
    .description('changes, newest first: who, from where, what')
    .option('--actor <id>', 'only by this caller')
    .option('--kind <kind>', 'only of this kind; also endpoint and session')
    .option('--name <name>', 'only of this name')
    .option('--since-revision <n>', 'only what came after this revision', revision)
    .addOption(limit())
    .addHelpText('after', `\n${examples('miko audit list', 'miko audit list --kind service --name web', 'miko audit list --since-revision 800 -o jsonl')}`)
    .action(act(async (call, flags: AuditFlags) => (await import('../commands/record/list.ts')).listAudit(call, flags)));

  audit
    .command('refusals')
    .description('who was turned away, and to whom a secret was shown, newest first')
    .option('--actor <id>', 'only of this caller')
    .option('--code <code>', 'only of this code, such as denied or secret_shown')
    .addOption(limit())
    .addHelpText('after', `\n${examples('miko audit refusals', 'miko audit refusals --code denied')}`)
    .action(act(async (call, flags: RefusalFlags) => (await import('../commands/record/list.ts')).listRefusals(call, flags)));

  audit
    .command('export')
    .description('the record as it was sealed, as NDJSON on stdout')
    .addOption(stream().default('change'))
    .option('--since-revision <n>', 'only from the block on that holds what came after this revision (or number of a refusal)', revision)
    .addHelpText('after', `\n${examples('miko audit export > changes.ndjson', 'miko audit export --stream refusal > refusals.ndjson')}`)
    .action(act(async (call, flags: ExportFlags) => (await import('../commands/record/export.ts')).exportAudit(call, flags)));

  audit
    .command('verify')
    .description('recompute the hash chain here, of what Miko answers or of an export; exit 1 when it does not hold')
    .argument('[file]', 'an export, or a file of the archive; - reads stdin (default: ask Miko)')
    .addOption(stream())
    .option('--known <number:hash>', 'a seal that was kept elsewhere: the chain must still hold it', seal)
    .addHelpText('after', `\n${examples('miko audit verify', 'miko audit verify changes.ndjson', 'miko audit verify --stream change --known 800:9f2c...')}`)
    .action(act(async (call, file: string | undefined, flags: VerifyFlags) => (await import('../commands/record/verify.ts')).verifyAudit(call, file, flags)));
}

const limit = (): Option => new Option('--limit <n>', 'at most this many').argParser(mostObjects).default(100);
const stream = (): Option => new Option('--stream <stream>', 'changes, or refusals').choices(['change', 'refusal']);
