import { prove, type Case, type Subject } from '../case.ts';
import { holds, same } from '../told.ts';

/** The commands of a kind: derived, and a mirror of the API. */
export function commands({ kind }: Subject): Case[] {
  const word = kind.name.replaceAll('_', '-');
  return [
    prove('cli', 'is shown and changed by the commands as by the API', async world => {
      if (world.command === null) return;
      const place = await world.place(kind);
      const made = await place.make(0);
      const name = place.name(0);
      const run = async (args: readonly string[], input = '') => {
        const { code, output } = await world.command!([...args, ...(place.project === null ? [] : ['--project', place.project])], input);
        holds(code === 0, `miko ${args.join(' ')} ended with ${code}: ${output.slice(0, 500)}`);
        return output;
      };
      const [got, listed, explained, example] = await Promise.all([run(['get', word, name, '-o', 'json']), run(['list', word]), run(['explain', word]), run(['create', word, '--example'])] as const);
      same(JSON.parse(got), made.body, 'what get shows');
      holds(listed.includes(name), 'list names it');
      for (const field of Object.keys(kind.spec.properties)) holds(explained.includes(field) && example.includes(field), `explain and the example name ${field}`);
      await run(['apply', '-f', '-'], JSON.stringify({ kind: kind.name, name, ...(place.project === null ? {} : { project: place.project }), spec: place.other(0) }));
      same((await place.get(0)).body.spec, place.other(0), 'the spec after apply');
      await run(['edit', word, name]);
      await run(['delete', word, name, '--yes']);
      same((await place.get(0)).status, 404, 'the object after delete');
    }),
  ];
}
