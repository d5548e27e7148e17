import { languages, type Language } from './client-program.ts';
import { DemoError } from './settings.ts';

export const usage = `npm start                        Miko and a small fleet, until Ctrl-C
npm start -- --client=python     the fleet's client in another language: ${languages.join(', ')}
npm start -- --no-demo           Miko alone
`;

/** What stands behind `npm start --`. Throws DemoError, which says what would work. */
export function readArguments(args: readonly string[]): 'help' | { readonly client: Language } {
  if (args.includes('--help') || args.includes('-h')) return 'help';
  let client: Language = 'typescript';
  for (const arg of args) client = readClient(arg);
  return { client };
}

function readClient(arg: string): Language {
  const match = /^--client(?:=(.*))?$/s.exec(arg);
  if (match === null) throw new DemoError(`unknown argument ${arg}: npm start takes --client=${languages.join('|')}, and --no-demo, which starts Miko alone`);
  const language = languages.find(one => one === match[1]);
  if (language === undefined) throw new DemoError(`--client must be one of ${languages.join(', ')}, as in --client=go`);
  return language;
}
