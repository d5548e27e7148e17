import type { JsonObject, Stored } from '@miko/model';

/** Objects as tests need them: the number of their making is in their id, which sorts by it. */
export const stored = (name: string, made: number, revision: number, more: Partial<Stored> = {}): Stored => ({
  id: idOf('svc', made), kind: 'service', name, project: 'default', revision, createdAt: '2026-11-21T10:00:00.000Z', updatedAt: '2026-11-21T10:00:00.000Z',
  spec: { description: '', labels: {} } satisfies JsonObject, status: {}, ...more,
});

export const idOf = (prefix: string, made: number): string => `${prefix}_${String(made).padStart(26, '0')}`;
