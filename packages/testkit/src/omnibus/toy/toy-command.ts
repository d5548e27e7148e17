import { runCommandLine } from '@miko/cli';
import { kinds } from '@miko/model';
import { toyKind } from './toy-kind.ts';

/** `miko` with one kind more. */
await runCommandLine(process.argv, [...kinds, toyKind]);
