import type { Call } from '../call.ts';
import { renderTable, type Row } from '../table.ts';

interface Limit {
  readonly kind: string;
  readonly project: string | null;
  readonly used: number;
  readonly most: number;
  /** What it is where no quota says otherwise. */
  readonly default: number;
  readonly body_bytes: number;
}

/** How much of each bound is used: in the project, and in the fleet. */
export async function limits(call: Call): Promise<void> {
  const api = call.api();
  const ask = async (project?: string): Promise<readonly Limit[]> => {
    const { body } = await api.call<{ readonly items: readonly Limit[] }>('GET', '/v1/limits', { query: { project } });
    return body.items;
  };
  const [inProject, inFleet] = await Promise.all([ask(call.settings().project), ask()]);
  const items = [...inProject, ...inFleet];
  call.output.result({ text: () => limitTable(items), document: { items }, lines: items });
}

const limitTable = (items: readonly Limit[]): string =>
  renderTable(
    ['KIND', 'PROJECT', 'USED', 'MOST', 'BY QUOTA', 'BODY BYTES'],
    items.map(limit => [limit.kind, limit.project, used(limit), limit.most, limit.most === limit.default ? 'no' : 'yes', limit.body_bytes]),
  );

/** From nine tenths on it is coloured; the numbers say the same. */
function used({ used: count, most }: Limit): Row[number] {
  if (count >= most) return { text: String(count), style: 'red' };
  return count >= most * 0.9 ? { text: String(count), style: 'yellow' } : count;
}
