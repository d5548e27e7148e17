import { describe, expect, test } from 'vitest';
import { readArguments, usage } from './arguments.ts';

describe('the arguments of npm start', () => {
  test.each([
    { args: [], is: { client: 'typescript' } },
    { args: ['--client=python'], is: { client: 'python' } },
    { args: ['--client=go'], is: { client: 'go' } },
    { args: ['--client=python', '--client=typescript'], is: { client: 'typescript' } },
    { args: ['--client=go', '--help'], is: 'help' },
  ])('$args', ({ args, is }) => {
    expect(readArguments(args)).toEqual(is);
  });

  test.each(['--client=rust', '--client=Go', '--client=', '--client'])('%s is refused with the three that there are', arg => {
    expect(() => readArguments([arg])).toThrow('--client must be one of typescript, python, go, as in --client=go');
  });

  test('anything else is refused with what there is', () => {
    expect(() => readArguments(['go'])).toThrow('unknown argument go: npm start takes --client=typescript|python|go, and --no-demo');
  });

  test('help names all of them', () => {
    expect(usage).toContain('typescript, python, go');
  });
});
