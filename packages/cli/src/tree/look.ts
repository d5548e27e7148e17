import { Option, type Command } from 'commander';
import type { EndpointsFlags } from '../commands/endpoints.ts';
import type { ExplainFlags } from '../commands/objects/explain.ts';
import { endpointName, several, type EndpointName } from '../flags.ts';
import type { Act } from './act.ts';
import { examples } from './examples.ts';

/** Commands that only look. */
export function addLookCommands(program: Command, act: Act): void {
  program.commandsGroup('Look:');

  program
    .command('status')
    .description('whether Miko is ready, and what it holds')
    .addHelpText('after', `\n${examples('miko status', 'miko status -o json')}`)
    .action(act(async call => (await import('../commands/status.ts')).status(call)));

  program
    .command('version')
    .description('the versions of this command and of Miko, and the API dates they speak')
    .addHelpText('after', `\n${examples('miko version', 'miko version -o json')}`)
    .action(act(async call => (await import('../commands/version.ts')).version(call)));

  program
    .command('services')
    .description('services, whether clients get endpoints of them, and why not')
    .addHelpText('after', `\n${examples('miko services', 'miko services -o jsonl | jq -r "select(.state == \\"empty\\").name"')}`)
    .action(act(async call => (await import('../commands/services.ts')).services(call)));

  program
    .command('endpoints')
    .description('the endpoint list, as clients get it')
    .argument('[service...]', 'services to show (default: all)')
    .option('--zone <names>', 'only these zones, separated by commas')
    .option('--tag <tag>', 'only endpoints with this tag; several must all match', several)
    .option('--health <states>', '"any" shows every registered endpoint; or states, separated by commas')
    .addOption(new Option('--audience <audience>', 'what such a caller would see').choices(['public', 'internal']))
    .addHelpText('after', `\n${examples('miko endpoints', 'miko endpoints web --health any', 'miko endpoints web mail --zone zone-a --tag v2 -o json')}`)
    .action(
      act(async (call, services: readonly string[], flags: EndpointsFlags) =>
        (await import('../commands/endpoints.ts')).endpoints(call, services, flags),
      ),
    );

  program
    .command('watch')
    .description('each change as it happens, until Ctrl-C; -o json prints one line for each')
    .argument('[service...]', 'services to watch, also ones that do not exist yet (default: all)')
    .addHelpText('after', `\n${examples('miko watch', 'miko watch web mail', 'miko watch web -o jsonl | jq -c "{change, service}"')}`)
    .action(act(async (call, services: readonly string[]) => (await import('../commands/watch.ts')).watch(call, services)));

  const explain = program
    .command('explain')
    .description('what a kind or a field of it is, or why an endpoint is in the list or out of it')
    .argument('[kind.field]', 'such as service or service.spec.labels (default: all kinds)')
    .option('--api-date <date>', 'as it was at this API date (default: the newest)')
    .addHelpText('after', `\n${examples('miko explain', 'miko explain service', 'miko explain endpoint-override.spec.state', 'miko explain endpoint web/web-1')}`)
    .action(act(async (call, what: string | undefined, flags: ExplainFlags) => (await import('../commands/objects/explain.ts')).explainKind(call, what, flags)));
  explain
    .command('endpoint')
    .description('why an endpoint is in the list or out of it, and who has seen that')
    .argument('<service/instance>', 'the endpoint, such as web/web-1', endpointName)
    .addHelpText('after', `\n${examples('miko explain endpoint web/web-1', 'miko explain endpoint web/web-1 -o json')}`)
    .action(act(async (call, name: EndpointName) => (await import('../commands/explain.ts')).explainEndpoint(call, name)));
}
