import { prove, type Case, type Subject } from '../case.ts';
import type { Frames } from '../frames.ts';
import type { Place, Shown } from '../place.ts';
import { holds, same, went } from '../told.ts';

interface Delta {
  readonly revision: number;
  readonly items: { readonly set: readonly Shown[]; readonly gone: readonly { readonly id: string; readonly name: string }[] };
}

const WRITERS = 4;
const TURNS = 5;

/** Streams of a kind: every change once, in order, from wherever a reader left off. */
export function watches({ kind }: Subject): Case[] {
  return [
    prove('watch-order', 'of many writers at once every change is told once, in order', async world => {
      const place = await world.place(kind);
      const writers = place.room(WRITERS);
      const stream = await opened(place);
      try {
        const written = await Promise.all(Array.from({ length: writers }, async (_, n) => {
          const revisions: number[] = [];
          const note = ({ headers }: { headers: Readonly<Record<string, string | undefined>> }) => revisions.push(Number(headers['miko-revision']));
          for (let turn = 0; turn < TURNS; turn++) {
            note(went(await place.post(n), 201));
            note(went(await place.put(n, place.other(n)), 200));
            note(went(await place.remove(n), 204));
          }
          return revisions;
        }));
        const expected = written.flat().toSorted((a, b) => a - b);
        await told(stream, expected.at(-1)!);
        same(deltas(stream, place).map(({ revision }) => revision), expected, 'the revisions in the order they were told');
      } finally {
        stream.close();
      }
    }),
    prove('watch-order', 'a stream begins with all there is', async world => {
      const place = await world.place(kind);
      const count = place.room(3);
      await place.makeAll(count);
      const stream = await opened(place);
      try {
        const [first] = stream.frames;
        same(first?.event, 'snapshot', 'the first frame');
        same((first!.data.items as Shown[]).filter(object => place.owns(object)).toSorted(byName), await place.every(), 'the objects');
        holds(stream.cursor !== null && first!.data.revision! > 0, 'a cursor, a revision');
      } finally {
        stream.close();
      }
    }),
    ...(['last-event-id', 'since'] as const).map(how => prove('watch-resume', `by ${how}: goes on with what was missed, and nothing else`, async world => {
      const place = await world.place(kind);
      const stream = await opened(place);
      const before = Number(went(await place.post(0), 201).headers['miko-revision']);
      await told(stream, before);
      const cursor = stream.cursor!;
      stream.close();
      const missed = [went(await place.put(0, place.other(0)), 200), went(await place.remove(0), 204), went(await place.post(0), 201)].map(({ headers }) => Number(headers['miko-revision']));
      const again = how === 'since' ? await place.watch(`since=${encodeURIComponent(cursor)}`) : await place.watch('', { headers: { 'last-event-id': cursor } });
      try {
        const next = Number(went(await place.put(0, place.other(0)), 200).headers['miko-revision']);
        await told(again, next);
        same(again.frames.map(({ event }) => event).filter(event => event !== 'bookmark' && event !== 'delta'), [], 'frames that are no change');
        same(deltas(again, place).map(({ revision }) => revision), [...missed, next], 'the revisions that were told');
      } finally {
        again.close();
      }
    })),
    prove('watch-snapshot', 'a cursor that says nothing here gets a snapshot', async world => {
      const place = await world.place(kind);
      await place.make(0);
      const stream = await opened(place);
      const { cursor } = stream;
      stream.close();
      const foreign = world.kinds.find(other => other.name !== kind.name)!;
      const elsewhere = await opened(await world.shared(foreign));
      const other = elsewhere.cursor!;
      elsewhere.close();
      holds(cursor !== other, 'cursors of two streams differ');
      for (const wrong of ['nothing', 'x'.repeat(400), `${cursor!}x`, other]) {
        const again = await place.watch('', { headers: { 'last-event-id': wrong } });
        try {
          const first = await again.until(frames => frames[0], 'frame');
          same(first.event, 'snapshot', `the first frame after the cursor ${wrong.slice(0, 40)}`);
          same((first.data.items as Shown[]).filter(object => place.owns(object)).map(({ name }) => name), [place.name(0)], 'the objects');
        } finally {
          again.close();
        }
      }
    }),
    prove('watch-scope', 'tells nothing of what its reader may not see', async world => {
      const place = await world.place(kind);
      await place.make(0);
      const projects = world.kinds.find(one => one.name === 'project')!;
      const other = await world.project(projects);
      const token = await world.token({ role: 'admin', project: other });
      if (place.project !== null) {
        const refusal = await place.watch('', { token }).then(() => null, (error: Error) => error.message);
        holds(refusal?.includes('404') === true, `the stream of another project is 404, not ${refusal ?? 'open'}`);
        return;
      }
      if (kind.name !== projects.name) return;
      const stream = await place.watch('', { token });
      try {
        const first = await stream.until(frames => frames[0], 'snapshot');
        same((first.data.items as Shown[]).map(({ name }) => name), [other], 'the projects it is told of');
        went(await place.put(0, place.other(0)), 200);
        const path = world.operation(kind, 'replace').path.replace('{project}', other);
        const next = Number(went(await world.send({ method: 'PUT', path, body: { spec: place.other(0, 2) }, headers: { 'if-match': '*' } }), 200).headers['miko-revision']);
        await told(stream, next);
        same(stream.frames.filter(({ event }) => event === 'delta').map(({ data }) => data.revision), [next], 'the changes it is told of');
      } finally {
        stream.close();
      }
    }),
  ];
}

/** A stream that has told its snapshot. */
async function opened(place: Place): Promise<Frames> {
  const stream = await place.watch();
  await stream.until(frames => frames.find(({ event }) => event === 'snapshot'), 'snapshot');
  return stream;
}

const told = (stream: Frames, revision: number): Promise<unknown> =>
  stream.until(frames => frames.find(({ event, data }) => event === 'delta' && data.revision! >= revision), `change ${revision}`);

const deltas = (stream: Frames, place: Place): Delta[] =>
  stream.frames.filter(({ event }) => event === 'delta').map(({ data }) => data as unknown as Delta)
    .filter(({ items }) => [...items.set, ...items.gone].some(object => place.owns(object)));

const byName = (a: Shown, b: Shown): number => (a.name < b.name ? -1 : 1);
