import type { Operation } from '@miko/server';

/** A path of an operation, of the project `default`; what else it names is not there. */
export const pathOf = (operation: Operation): string =>
  operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'project' ? 'default' : name === 'session' ? 'ses_00000000000000000000000000' : 'absent'));
