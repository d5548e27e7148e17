import { problem, type FakeAnswer, type FakeRequest } from './fake-miko.ts';

/** Services as a Miko answers them. */
export const SERVICES = '/v1/projects/default/services';
export const service = (name: string, spec: unknown = { description: '', labels: {} }, revision = 4) => ({
  id: `svc_${name}`, kind: 'service', name, project: 'default', revision, created_at: '2026-12-01T00:00:00.000Z', updated_at: '2026-12-01T00:00:00.000Z', spec, status: {},
});
export const answer = (object: { readonly revision: number }): FakeAnswer => ({ body: object, headers: { etag: `"${object.revision}-20261201"` } });
export const stale = problem(412, 'precondition_failed', 'it has changed since you read it');
export const echo = (name: string, revision: number) => ({ body }: FakeRequest): FakeAnswer => answer(service(name, (body as { readonly spec: unknown }).spec, revision));
export const asked = (requests: readonly FakeRequest[]): readonly string[] => requests.map(({ method, path, headers }) => [method, path, headers['if-match'] ?? headers['if-none-match']].filter(Boolean).join(' '));
export const manifest = (name: string, description = ''): string => JSON.stringify({ kind: 'service', name, spec: { description, labels: {} } });
