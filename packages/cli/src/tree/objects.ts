import { Option, type Command } from 'commander';
import type { ApplyFlags } from '../commands/objects/apply.ts';
import type { CreateFlags } from '../commands/objects/create.ts';
import type { DeleteFlags } from '../commands/objects/delete.ts';
import type { EditFlags } from '../commands/objects/edit.ts';
import type { ListFlags } from '../commands/objects/list.ts';
import { label, mostObjects, several } from '../flags.ts';
import type { Act } from './act.ts';
import { examples } from './examples.ts';

/** The verbs that every kind has. Which kinds there are is not known here: it is read when a verb is called. */
export function addObjectCommands(program: Command, act: Act): void {
  program.commandsGroup('Objects:');

  program
    .command('get')
    .description('an object whole, or every object of a kind')
    .argument('<kind>', KIND)
    .argument('[name]', 'its name or id (default: all)')
    .addHelpText('after', `\n${examples('miko get service web', 'miko get service web -o yaml > web.yaml', 'miko get projects')}`)
    .action(act(async (call, kind: string, name: string | undefined) => (await import('../commands/objects/get.ts')).getObject(call, kind, name)));

  program
    .command('list')
    .description('objects of a kind, or with --watch each change of them')
    .argument('<kind>', KIND)
    .option('--label <name=value>', 'only those with this label; several must all match', label)
    .option('--where <field=value>', 'only those whose spec has this value; several must all match', label)
    .option('--sort <order>', 'name, created_at or updated_at; with - in front, the other way round (default: name)')
    .option('--limit <n>', 'at most this many (default: all)', mostObjects)
    .addOption(new Option('--watch', 'print all, then each change, until Ctrl-C').conflicts(['label', 'where', 'sort', 'limit']))
    .addHelpText(
      'after',
      `\n${examples('miko list services --label team=shop', 'miko list endpoint-overrides --where state=draining --sort -updated_at', 'miko list services --watch -o jsonl')}`,
    )
    .action(act(async (call, kind: string, flags: ListFlags) => (await import('../commands/objects/list.ts')).listKind(call, kind, flags)));

  program
    .command('create')
    .description('make an object; what may be empty is empty unless it is set')
    .argument('<kind>', KIND)
    .argument('[name]', 'its name (default: the one in the file)')
    .option('--set <path=value>', 'a field of its spec; may be given several times', several)
    .option('-f, --file <file>', 'start from this manifest, YAML or JSON; - reads stdin')
    .option('--example', 'print a manifest to start from, and make nothing; needs no Miko')
    .option('--dry-run', 'let Miko judge it, and make nothing')
    .addHelpText(
      'after',
      `\n${examples(
        'miko create service web --set description="Takes orders" --set labels.team=shop',
        'miko create project shop --set create_services=true',
        'miko create endpoint-override --example > override.yaml',
      )}`,
    )
    .action(
      act(async (call, kind: string, name: string | undefined, flags: CreateFlags) =>
        (await import('../commands/objects/create.ts')).createOne(call, kind, name, flags),
      ),
    );

  program
    .command('apply')
    .description('make Miko hold what a file says: creates what is absent, replaces what differs, and leaves the rest')
    .requiredOption('-f, --file <file>', 'YAML or JSON of one or several objects {kind, name, project, spec}; - reads stdin')
    .option('--dry-run', 'show the difference as Miko would make it, and change nothing')
    .addHelpText('after', `\n${examples('miko apply -f shop.yaml --dry-run', 'miko apply -f shop.yaml', 'miko get service web -o yaml | sed s/shop/market/ | miko apply -f -')}`)
    .action(act(async (call, flags: ApplyFlags) => (await import('../commands/objects/apply.ts')).applyFile(call, flags)));

  program
    .command('edit')
    .description('change an object in an editor (VISUAL, EDITOR, else vi)')
    .argument('<kind>', KIND)
    .argument('<name>', 'its name or id')
    .option('--dry-run', 'show the difference as Miko would make it, and change nothing')
    .addHelpText('after', `\n${examples('miko edit service web', 'EDITOR="code --wait" miko edit project default')}`)
    .action(act(async (call, kind: string, name: string, flags: EditFlags) => (await import('../commands/objects/edit.ts')).editObject(call, kind, name, flags)));

  program
    .command('delete')
    .description('show an object, ask, and delete it')
    .argument('<kind>', KIND)
    .argument('<name>', 'its name or id')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'let Miko judge it, and delete nothing')
    .addHelpText('after', `\n${examples('miko delete service web', 'miko delete service web --yes')}`)
    .action(act(async (call, kind: string, name: string, flags: DeleteFlags) => (await import('../commands/objects/delete.ts')).deleteOne(call, kind, name, flags)));

  program
    .command('limits')
    .description('how many objects of each kind there are and may be')
    .addHelpText('after', `\n${examples('miko limits', 'miko limits --project shop -o json')}`)
    .action(act(async call => (await import('../commands/limits.ts')).limits(call)));
}

const KIND = 'a kind, such as service or endpoint-override, singular or plural; "miko explain" shows all';
