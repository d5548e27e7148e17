import { Option, type Command } from 'commander';
import type { ImportFlags } from '../commands/import.ts';
import type { RegisterFlags } from '../commands/register.ts';
import type { RunFlags } from '../commands/run.ts';
import * as read from '../flags.ts';
import type { Act } from './act.ts';
import { examples } from './examples.ts';

/** Commands that change the directory. */
export function addChangeCommands(program: Command, act: Act): void {
  program.commandsGroup('Change:');

  const register = program
    .command('register')
    .description('put an endpoint into the directory; it stays until it is deregistered')
    .argument('<service/instance>', 'its name, such as web/web-1', read.endpointName)
    .argument('<host:port>', 'where it answers, such as 127.0.0.1:8080', read.address)
    .addOption(protocolOption())
    .option('--public-url <url>', 'how callers outside reach it')
    .option('--zone <name>', 'the zone it stands in')
    .option('--weight <0-1000>', 'its share of calls; 0: only when nothing else is there', read.weight, 100)
    .option('--tag <tag>', 'a tag; may be given several times', read.several)
    .option('--label <key=value>', 'a label; may be given several times', read.label);
  addCheckOptions(register, 'http:/PATH, tcp, grpc[:SERVICE] or ttl:DURATION')
    .addHelpText(
      'after',
      `\n${examples(
        'miko register db/db-1 10.0.0.5:5432 --protocol tcp --check tcp',
        'miko register web/web-1 127.0.0.1:8080 --zone zone-a --tag v2 --label team=shop --check http:/healthz',
        'miko register cart/cart-1 127.0.0.1:9000 --protocol grpc --check grpc:shop.Cart --check-interval 2s',
      )}`,
    )
    .action(
      act(async (call, name: read.EndpointName, address: ReturnType<typeof read.address>, flags: RegisterFlags) =>
        (await import('../commands/register.ts')).register(call, name, address, flags),
      ),
    );

  program
    .command('deregister')
    .description('take an endpoint out of the directory, whoever owns it; a running owner registers it again')
    .argument('<service/instance>', 'the endpoint', read.endpointName)
    .addHelpText('after', `\n${examples('miko deregister db/db-1')}`)
    .action(act(async (call, name: read.EndpointName) => (await import('../commands/deregister.ts')).deregister(call, name)));

  program
    .command('drain')
    .description('send no more calls to an endpoint; returns when every watcher has let go of it')
    .argument('<service/instance>', 'the endpoint', read.endpointName)
    .addOption(duration('--wait <duration>', 'how long to wait for the watchers; 0 does not wait; exit 7 when one still holds it', '30s'))
    .addHelpText('after', `\n${examples('miko drain web/web-1', 'miko drain web/web-1 --wait 2m', 'miko drain web/web-1 --wait 0')}`)
    .action(
      act(async (call, name: read.EndpointName, flags: { readonly wait: number }) => (await import('../commands/drain.ts')).drain(call, name, flags)),
    );

  program
    .command('undrain')
    .description('take a drain back')
    .argument('<service/instance>', 'the endpoint', read.endpointName)
    .addHelpText('after', `\n${examples('miko undrain web/web-1')}`)
    .action(act(async (call, name: read.EndpointName) => (await import('../commands/drain.ts')).undrain(call, name)));

  program
    .command('import')
    .description('register what a file of hard-coded connections names; shows it first; no password is read into Miko')
    .argument('<file>', 'YAML, JSON, TOML (also ainari) or .env; - reads stdin')
    .addOption(new Option('--format <format>', 'what the file is (default: by its name)').choices(['yaml', 'json', 'env', 'toml']))
    .option('--only <service>', 'register only this service; may be given several times', read.several)
    .addOption(new Option('--check <check>', 'a check for each').choices(['none', 'tcp']).default('none'))
    .option('--dry-run', 'show it and register nothing')
    .option('--yes', 'register without asking')
    .addHelpText('after', `\n${examples('miko import docker-compose.yml', 'miko import .env --only database --yes', 'miko import miko.toml --dry-run -o json')}`)
    .action(act(async (call, file: string, flags: ImportFlags) => (await import('../commands/import.ts')).importConnections(call, file, flags)));

  const run = program
    .command('run')
    .description('run a program and hold its place in the directory: registered when its port answers, drained before it is stopped')
    .requiredOption('--service <name>', 'the service it is an instance of')
    .requiredOption('--port <port>', 'the port it answers on; it is told by PORT', read.port)
    .option('--instance <name>', 'its name (default: host name and port)')
    .option('--host <host>', 'the address others reach it at (default: the one this machine reaches Miko from)')
    .addOption(protocolOption())
    .option('--public-url <url>', 'how callers outside reach it')
    .option('--zone <name>', 'the zone it stands in')
    .option('--weight <0-1000>', 'its share of calls', read.weight, 100)
    .option('--tag <tag>', 'a tag; may be given several times', read.several)
    .option('--label <key=value>', 'a label; may be given several times', read.label)
    .addOption(duration('--ttl <duration>', 'how long it stays listed after this command died', '15s'))
    .addOption(duration('--ready-timeout <duration>', 'how long its port may take to answer', '1m'))
    .addOption(duration('--drain-timeout <duration>', 'how long watchers may take to let go, at most 10s', '10s'))
    .addOption(duration('--stop-timeout <duration>', 'how long it may take to end after the signal, before it is killed', '30s'));
  addCheckOptions(run, 'http:/PATH, tcp or grpc[:SERVICE]')
    .argument('<command...>', 'the program and its arguments, after --')
    .addHelpText(
      'after',
      `\n${examples(
        'miko run --service hello --port 8080 -- python3 -m http.server 8080',
        'miko run --service hello --port 8080 --zone zone-a --check http:/healthz -- ./server',
      )}\nIts exit code is the program's own; 127 when it could not be started.\n`,
    )
    .action(act(async (call, command: readonly string[], flags: RunFlags) => (await import('../commands/run.ts')).runProgram(call, command, flags)));
}

const protocolOption = (): Option =>
  new Option('--protocol <protocol>', 'what it speaks').choices(['http', 'https', 'grpc', 'tcp', 'udp']).default('http');

const duration = (flags: string, description: string, byDefault: string): Option =>
  new Option(flags, description).argParser(read.durationMs).default(read.durationMs(byDefault), byDefault);

const addCheckOptions = (command: Command, checks: string): Command =>
  command
    .option('--check <check>', `${checks}; it is listed only once that passed`, read.checkTarget)
    .addOption(duration('--check-interval <duration>', 'how often it is checked', '1s'))
    .addOption(duration('--check-timeout <duration>', 'how long an answer may take', '500ms'))
    .option('--rise <n>', 'passes in a row until it is passing', read.threshold, 2)
    .option('--fall <n>', 'failures in a row until it is critical', read.threshold, 3);
