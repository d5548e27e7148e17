import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completionScript } from './commands/completion.ts';
import { exitCodes } from './exit-codes.ts';
import { buildProgram } from './program.ts';
import { everyCommand, pathOf } from './tree/walk.ts';

const program = buildProgram(() => {
  throw new Error('no command is called here');
});
const commands = everyCommand(program);
const leaves = commands.filter(command => command.commands.length === 0);

function helpOf(command: (typeof commands)[number]): string {
  let text = '';
  command.configureOutput({ writeOut: written => void (text += written) });
  command.outputHelp();
  return text;
}

describe('help', () => {
  // After a wanted change: npx vitest run --project unit packages/cli -u
  test.each(commands.map(command => [pathOf(command), command] as const))('%s', async (path, command) => {
    await expect(helpOf(command)).toMatchFileSnapshot(`golden/help/${path.replaceAll(' ', '-')}.txt`);
  });

  test.each(leaves.map(command => [pathOf(command), command] as const))('%s has an example that begins with it', (path, command) => {
    expect(helpOf(command)).toMatch(new RegExp(`Examples:\n(.*\n)*?.*${path}`));
  });

  test('every flag, argument and command says what it is', () => {
    for (const command of commands) {
      expect(command.description(), pathOf(command)).not.toBe('');
      for (const option of command.options) expect(option.description, `${pathOf(command)} ${option.flags}`).not.toBe('');
      for (const argument of command.registeredArguments) expect(argument.description, `${pathOf(command)} ${argument.name()}`).not.toBe('');
    }
  });

  test('no flag takes a secret', () => {
    for (const option of commands.flatMap(command => command.options)) expect(option.long).not.toMatch(/^--(token|secret|password|key)$/);
  });
});

describe('docs/cli.md', () => {
  const docs = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  test.each(leaves.map(command => [pathOf(command), command] as const))('tells of %s and each of its flags', (path, command) => {
    expect(docs).toContain(path);
    for (const option of command.options) expect(docs, option.flags).toContain(option.long);
  });
  test('tells every exit code and global flag', () => {
    for (const { code, meaning } of Object.values(exitCodes)) expect(docs).toContain(`| ${code} | ${meaning} |`);
    for (const option of program.options) expect(docs).toContain(option.long);
  });
});

describe('completion', () => {
  const complete = (...words: readonly string[]): readonly string[] => {
    const script = `${completionScript(program, 'bash')}\nCOMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _miko; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter(word => word !== '');
  };
  test.each([
    [['miko', 'sta'], ['status']],
    [['miko', 'token', ''], ['create', 'list', 'delete', '-o', '--output', '--url', '--project', '--token-file', '--help']],
    [['miko', 'token', 'create', '--ro'], ['--role']],
    [['miko', 'token', 'create', '--role', 'w'], ['writer']],
    [['miko', 'services', '-o', 'json'], ['json', 'jsonl']],
    [['miko', '-o', 'json', 'demo', 'st'], ['stop', 'start', 'status']],
    [['miko', 'completion', 'f'], ['fish']],
  ])('%j', (words, expected) => expect(complete(...words)).toEqual(expect.arrayContaining(expected)));

  test('zsh gets the same through its bash emulation, fish a line for each command', () => {
    expect(completionScript(program, 'zsh')).toContain(completionScript(program, 'bash'));
    const fish = completionScript(program, 'fish');
    for (const command of commands.slice(1)) expect(fish).toContain(`-a ${command.name()} -d `);
  });
});
