import { kinds, pluralOf } from '@miko/model';
import type { Argument, Command, Option } from 'commander';
import { kindWord } from '../objects/kind-names.ts';
import { everyCommand, pathOf } from '../tree/walk.ts';

/** Completion scripts, written from the command tree: what help shows is what completes. */
export type Shell = 'bash' | 'zsh' | 'fish';

export async function completion(program: Command, shell: Shell): Promise<void> {
  process.stdout.write(completionScript(program, shell));
}

export function completionScript(program: Command, shell: Shell): string {
  if (shell === 'fish') return fishScript(program);
  // zsh runs the same function through its own emulation of bash's completion.
  const start = shell === 'zsh' ? '#compdef miko\nautoload -U +X bashcompinit && bashcompinit\n' : '';
  return `${start}${bashScript(program)}`;
}

interface Node {
  /** `miko token create`. */
  readonly path: string;
  readonly subcommands: readonly Command[];
  readonly options: readonly Option[];
  readonly choices: readonly string[];
}

const nodesOf = (program: Command): readonly Node[] =>
  everyCommand(program).map(command => ({
    path: pathOf(command),
    subcommands: command.commands,
    options: command === program ? command.options : [...command.options, ...program.options],
    choices: command.registeredArguments.flatMap(choicesOf),
  }));

/** Kinds are no choices of commander's: which there are is not read at each start. */
const choicesOf = (argument: Argument): readonly string[] =>
  argument.argChoices ?? (argument.name().startsWith('kind') ? kinds.flatMap(kind => [kindWord(kind), pluralOf(kind)]) : []);

function bashScript(program: Command): string {
  const nodes = nodesOf(program);
  const words = nodes.map(node => {
    const all = [...node.subcommands.map(sub => sub.name()), ...node.choices, ...node.options.flatMap(flagsOf), '--help'];
    return `    '${node.path}') words='${all.join(' ')}' ;;`;
  });
  const chosen = new Map(nodes.flatMap(node => node.options).flatMap(option => (option.argChoices === undefined ? [] : [[option.long ?? '', option] as const])));
  const values = [...chosen.values()].map(option => `    ${flagsOf(option).join('|')}) COMPREPLY=($(compgen -W '${(option.argChoices ?? []).join(' ')}' -- "$word")); return ;;`);
  const paths = nodes.filter(node => node.path !== program.name()).map(node => `'${node.path}'`);
  return `_miko() {
  local word="\${COMP_WORDS[COMP_CWORD]}" last="\${COMP_WORDS[COMP_CWORD-1]}" path=miko words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
    ${paths.join('|')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$last" in
${values.join('\n')}
    --token-file|--file|-f) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "$path" in
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ $path == 'miko import' || $path == 'miko audit verify' ]]; then COMPREPLY+=($(compgen -f -- "$word")); fi
}
complete -F _miko miko
`;
}

const flagsOf = (option: Option): readonly string[] => [option.short, option.long].filter(flag => flag !== undefined);

function fishScript(program: Command): string {
  const lines = ['complete -c miko -f', 'complete -c miko -n "__fish_seen_subcommand_from import apply create verify" -F'];
  for (const option of program.options) lines.push(`complete -c miko${fishFlags(option)}`);
  for (const command of everyCommand(program)) {
    const names = pathOf(command).split(' ').slice(1);
    const here = names.map(name => `__fish_seen_subcommand_from ${name}`).join('; and ');
    if (command !== program) for (const option of command.options) lines.push(`complete -c miko -n "${here}"${fishFlags(option)}`);
    for (const sub of command.commands) {
      const others = command.commands.map(one => one.name()).join(' ');
      const when = command === program ? '__fish_use_subcommand' : `${here}; and not __fish_seen_subcommand_from ${others}`;
      lines.push(`complete -c miko -n "${when}" -a ${sub.name()} -d ${fishText(sub.description())}`);
    }
    for (const argument of command.registeredArguments) {
      const choices = choicesOf(argument);
      if (choices.length > 0) lines.push(`complete -c miko -n "${here}" -a ${fishText(choices.join(' '))}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function fishFlags(option: Option): string {
  const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
  const long = option.long === undefined ? '' : ` -l ${option.long.slice(2)}`;
  const value = !option.required ? '' : option.argChoices === undefined ? ' -r' : ` -x -a ${fishText(option.argChoices.join(' '))}`;
  return `${short}${long}${value} -d ${fishText(option.description)}`;
}

const fishText = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
