import { setImmediate } from 'node:timers/promises';
import { newId, Problem, renewalLineSchema, renewalSchema, renewEverySeconds, sessionLimits, sessionSchema, type Action, type Renewal, type SessionRecord } from '@miko/model';
import { openSession, StoreError } from '@miko/store';
import { answered } from '../api/answered.ts';
import { asciiJson } from '../api/ascii-json.ts';
import { attributionOf } from '../api/attribution.ts';
import { empty, json, type Answer } from '../api/call.ts';
import { checked } from '../api/check.ts';
import { defineEndpoint, type Operation } from '../api/operation.ts';
import { decode, parseJson } from '../api/strict-json.ts';
import { renewedLineSchema, sessionShownSchema } from './answer-schemas.ts';
import type { Directory } from './directory.ts';

const action: Action = { name: 'session.hold', role: 'writer' };
const MOST_LINES = 10_000;
const LINES_AT_ONCE = 200;

/** Sessions: opened with a generation that fences the older ones, renewed by one small message, ended by departure. */
export function sessionOperations(directory: Directory): Operation[] {
  const collection = '/v1/projects/{project}/sessions';

  async function renew(project: string, id: string, { applied }: Renewal): Promise<SessionRecord> {
    const session = await directory.liveSession(project, id);
    await refuseFuture(applied);
    directory.pulses.note(session, applied);
    await directory.watching.renewed(id);
    const isHeld = [...session.endpoints.values()].some(
      key => directory.view.project(key.project).services.get(key.service)?.entries.get(key.instance)?.record.held === true,
    );
    if (isHeld) await directory.release(session.record);
    return session.record;
  }

  /** A client may have applied what another Miko told it a moment ago; nobody has applied what nobody wrote. */
  async function refuseFuture(applied: number | null): Promise<void> {
    if (applied === null || applied <= directory.view.revision) return;
    await directory.feed.poll();
    if (applied <= directory.view.revision) return;
    const flaw = { pointer: '/applied', code: 'too_large', detail: `must be at most ${directory.view.revision}, the newest revision there is` };
    throw new Problem('invalid_request', `/applied ${flaw.detail}`, { flaws: [flaw] });
  }

  return [
    defineEndpoint({
      id: 'session_open', method: 'POST', path: collection, action, summary: 'Open a session; an older one of the same owner is fenced',
      body: sessionSchema, bodyBytes: sessionLimits.bodyBytes, example: { name: 'web-1', owner: 'host-1/8080', ttl_seconds: 15 },
      answers: [answered(201, 'It is open', sessionShownSchema, { headers: ['Location', 'Miko-Revision'] })], errors: ['quota_exceeded'],
      async run(request) {
        const { params, body, actor } = request;
        const project = directory.project(params['project']!);
        if (project.view.sessions.size >= sessionLimits.perProject) {
          throw new Problem('quota_exceeded', `a project has at most ${sessionLimits.perProject} sessions`);
        }
        const session = await directory.store.write(openSession, {
          id: newId('ses'), project: project.object.name, owner: body.owner, name: body.name, ttlSeconds: body.ttl_seconds, credential: actor.id, by: attributionOf(request),
        });
        if (session === null) throw new Problem('not_found', `project ${project.object.name} was deleted at the same moment`);
        await directory.seen(session.generation);
        return json(201, shown(session), {
          location: `${collection.replace('{project}', session.project)}/${session.id}`, 'miko-revision': String(session.generation),
        });
      },
    }),
    defineEndpoint({
      id: 'session_renew', method: 'PUT', path: `${collection}/{session}`, action, summary: 'Renew, and acknowledge what was applied',
      body: renewalSchema, bodyBytes: sessionLimits.bodyBytes, example: { applied: null },
      answers: [answered(200, 'It is renewed', sessionShownSchema)], errors: ['session_not_found', 'fenced'],
      async run({ params, body }) {
        return json(200, shown(await renew(directory.project(params['project']!).object.name, params['session']!, body)));
      },
    }),
    defineEndpoint({
      id: 'session_end', method: 'DELETE', path: `${collection}/{session}`, action, summary: 'Depart: its endpoints go at once',
      answers: [answered(204, 'It has ended', null, { headers: ['Miko-Revision'] })], errors: ['session_not_found', 'fenced'],
      async run(request) {
        const { params } = request;
        const { record } = await directory.liveSession(directory.project(params['project']!).object.name, params['session']!);
        await directory.end(record, 'departed', attributionOf(request));
        return empty(204, { 'miko-revision': String(directory.view.revision) });
      },
    }),
    defineEndpoint({
      id: 'session_renew_many', method: 'POST', path: '/v1/sessions:renew', action, summary: 'Many renewals, one a line',
      mediaTypes: ['application/x-ndjson'], bodyBytes: 1_048_576, project: (_params, actor) => actor.project,
      // Of a line; the lines are read below, for each may fail alone.
      body: renewalLineSchema, example: '{"project":"default","session":"ses_01kat8qzr0e6m8v6f1t9c2x4bd","applied":null}\n',
      answers: [answered(200, 'Each line, in the order of the request', renewedLineSchema, { mediaType: 'application/x-ndjson' })],
      async run({ raw, actor }): Promise<Answer> {
        const lines = decode(raw).split('\n').filter(line => line.trim() !== '');
        if (lines.length > MOST_LINES) throw new Problem('too_large', `a body here has at most ${MOST_LINES} lines`);
        const answers: string[] = [];
        for (const line of lines) {
          answers.push(asciiJson(await renewLine(line, actor.project)));
          // Other requests get their turn in between.
          if (answers.length % LINES_AT_ONCE === 0) await setImmediate();
        }
        return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: answers.length === 0 ? '' : `${answers.join('\n')}\n` };
      },
    }),
  ];

  /** One line fails alone. A project the caller may not see is as absent as any other. */
  async function renewLine(line: string, only: string | null): Promise<{ session: string | null; status: number; code: string | null }> {
    let session: string | null = null;
    try {
      const value = checked(renewalLineSchema, parseJson(Buffer.from(line)));
      session = value.session;
      if (only !== null && value.project !== only) throw new Problem('session_not_found', 'this session is not known');
      await renew(value.project, value.session, value);
      return { session, status: 200, code: null };
    } catch (error) {
      if (error instanceof Problem) return { session, status: error.status, code: error.code };
      if (error instanceof StoreError) return { session, status: 503, code: 'not_ready' };
      throw error;
    }
  }
}

const shown = (session: SessionRecord) => ({
  id: session.id,
  name: session.name,
  owner: session.owner,
  generation: session.generation,
  ttl_seconds: session.ttlSeconds,
  renew_every_seconds: renewEverySeconds(session.ttlSeconds),
  expires_at: new Date(Date.now() + session.ttlSeconds * 1000).toISOString(),
});

