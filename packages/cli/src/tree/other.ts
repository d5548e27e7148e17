import { Argument, Option, type Command } from 'commander';
import type { DemoVerb } from '../commands/demo.ts';
import type { TokenFlags } from '../commands/token.ts';
import type { Act } from './act.ts';
import { examples } from './examples.ts';

/** Tokens, the demo fleet, the shell. */
export function addOtherCommands(program: Command, act: Act): void {
  program.commandsGroup('Other:');
  addTokenCommands(program.command('token').description('credentials: who may call, and what they may do'), act);
  addDemoCommands(program.command('demo').description('act on the small fleet that `npm start` runs'), act);

  program
    .command('completion')
    .description('print the completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `\n${examples('source <(miko completion bash)', 'miko completion zsh > "${fpath[1]}/_miko"', 'miko completion fish > ~/.config/fish/completions/miko.fish')}`,
    )
    .action(act(async (_call, shell: 'bash' | 'zsh' | 'fish') => (await import('../commands/completion.ts')).completion(program, shell)));
}

function addTokenCommands(token: Command, act: Act): void {
  token
    .command('create')
    .description('make a token; its secret is printed once. --project binds it to that project (else it sees every one)')
    .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'writer', 'reader']).makeOptionMandatory())
    .option('--name <name>', 'its name (default: the role and a random ending)')
    .option('--description <text>', 'who uses it, for what')
    .addOption(new Option('--audience <audience>', 'public: it never sees internal addresses').choices(['internal', 'public']).default('internal'))
    .addHelpText('after', `\n${examples('miko token create --role reader', 'export MIKO_TOKEN=$(miko token create --role writer --name ci --project shop)')}`)
    .action(act(async (call, flags: TokenFlags) => (await import('../commands/token.ts')).createToken(call, flags)));

  token
    .command('list')
    .description('all tokens, without their secrets')
    .addHelpText('after', `\n${examples('miko token list', 'miko token list -o json')}`)
    .action(act(async call => (await import('../commands/token.ts')).listTokens(call)));

  token
    .command('delete')
    .description('delete a token; whoever uses it is locked out')
    .argument('<name>', 'its name or id')
    .option('--yes', 'do not ask')
    .addHelpText('after', `\n${examples('miko token delete ci', 'miko token delete ci --yes')}`)
    .action(act(async (call, name: string, flags: { readonly yes?: boolean }) => (await import('../commands/token.ts')).deleteToken(call, name, flags)));
}

const demoVerbs: readonly { readonly verb: DemoVerb; readonly argument: string; readonly what: string; readonly example: string }[] = [
  { verb: 'kill', argument: 'a process', what: 'kill -9 a process; it stays away until it is started', example: 'miko demo kill web-2' },
  { verb: 'stop', argument: 'a process', what: 'stop a process as a deployment would (SIGTERM)', example: 'miko demo stop web-2' },
  { verb: 'start', argument: 'a process', what: 'start a process that was killed or stopped', example: 'miko demo start web-2' },
  { verb: 'add', argument: 'a service', what: 'start one more instance of a service', example: 'miko demo add web' },
  { verb: 'drain', argument: 'a process', what: 'drain the endpoint of a process', example: 'miko demo drain web-1' },
];

function addDemoCommands(demo: Command, act: Act): void {
  for (const { verb, argument, what, example } of demoVerbs) {
    demo
      .command(verb)
      .description(what)
      .argument('<name>', argument)
      .addHelpText('after', `\n${examples(example)}`)
      .action(act(async (call, name: string) => (await import('../commands/demo.ts')).actOnDemo(call, verb, name)));
  }
  demo
    .command('status')
    .description('the processes of the demo')
    .addHelpText('after', `\n${examples('miko demo status', 'miko demo status -o json')}`)
    .action(act(async call => (await import('../commands/demo.ts')).demoStatus(call)));
}
