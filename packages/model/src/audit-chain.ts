/**
 * The chain over the record, recomputed from its lines alone: whoever holds an export, or a file of the archive, need not
 * trust the Miko that made it.
 *
 * Lines are JSON, one a line:
 * - `{"start": {"stream", "upto", "hash"}}` first: the seal before the first line of the record
 * - a row, exactly as it was sealed; its number stands first: `revision`, or `number` of a refusal
 * - `{"seal": {"since", "upto", "lines", "hash"}}` after the rows numbered since + 1 to upto
 * - `{"end": {"upto"}}` last: without it the lines were cut off
 *
 * hash = hex(sha256(bytes of the hash before || for each row: its UTF-8 bytes and a line feed)).
 * A whole chain made anew agrees with itself: only a hash that was kept elsewhere (`known`) shows that.
 */
export interface ChainHead {
  readonly upto: number;
  readonly hash: string;
}

export interface ChainReport {
  readonly ok: boolean;
  /** What is wrong, naming the block; at most 100, the earliest first. */
  readonly faults: readonly ChainFault[];
  /** The seal it began after, and the last one there was: keep that one elsewhere. */
  readonly start: ChainHead | null;
  readonly head: ChainHead | null;
  readonly blocks: number;
  readonly rows: number;
  /** Rows after the last seal: too young to be sealed, and not judged. */
  readonly unsealed: number;
}

export interface ChainFault {
  /** The first and the last number of the block; null where the fault lies in none. */
  readonly from: number | null;
  readonly to: number | null;
  readonly detail: string;
}

const MOST_FAULTS = 100;

export async function verifyChain(lines: AsyncIterable<string> | Iterable<string>, known: ChainHead | null = null): Promise<ChainReport> {
  const faults: ChainFault[] = [];
  const fault = (from: number | null, to: number | null, detail: string): void => void (faults.length < MOST_FAULTS && faults.push({ from, to, detail }));
  let start: ChainHead | null = null;
  let head: ChainHead | null = null;
  let block: string[] = [];
  let [blocks, rows, isKnownSeen, isEnded] = [0, 0, false, false];
  for await (const line of lines) {
    if (line === '') continue;
    if (isEnded) {
      fault(null, null, 'there are lines after the end');
      break;
    }
    const mark = markOf(line);
    if (mark === null) {
      block.push(line);
      rows += 1;
    } else if ('end' in mark) {
      isEnded = true;
      const last = block.length === 0 ? head?.upto : numberOf(block.at(-1)!);
      if (mark.end.upto !== last) fault(null, null, `it ends at ${mark.end.upto}, the last row is ${last}`);
    } else if ('start' in mark) {
      if (start !== null || rows > 0) fault(null, null, 'it starts twice');
      start = head = { upto: mark.start.upto, hash: mark.start.hash };
      isKnownSeen ||= agrees(known, head, fault);
    } else {
      const { seal } = mark;
      const previous: ChainHead | null = head;
      blocks += 1;
      head = { upto: seal.upto, hash: seal.hash };
      isKnownSeen ||= agrees(known, head, fault);
      const wrong = previous === null ? 'nothing says what stood before it' : await flawOf(previous, block, seal);
      if (wrong !== null) fault(seal.since + 1, seal.upto, wrong);
      block = [];
    }
  }
  if (start === null) fault(null, null, 'it has no start');
  if (!isEnded) fault(null, null, 'it has no end: lines are missing');
  if (known !== null && !isKnownSeen) fault(null, known.upto, `no seal ends at ${known.upto}`);
  const unsealed = gapIn(block, head?.upto ?? null);
  if (unsealed !== null) fault(null, null, unsealed);
  return { ok: faults.length === 0, faults, start, head, blocks, rows, unsealed: block.length };
}

/** The hash of a block; each line stands without its line feed. */
export async function blockHash(previous: string, lines: readonly string[]): Promise<string> {
  const before = Uint8Array.from(previous.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
  const text = new TextEncoder().encode(lines.map(line => `${line}\n`).join(''));
  const bytes = new Uint8Array(before.length + text.length);
  bytes.set(before);
  bytes.set(text, before.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

export interface Seal extends ChainHead {
  readonly since: number;
  readonly lines: number;
}
type Mark = { readonly start: ChainHead } | { readonly seal: Seal } | { readonly end: { readonly upto: number } };

/** Rows begin with their number, so no row can be taken for a mark. */
function markOf(line: string): Mark | null {
  return /^\{"(?:start|seal|end)":/.test(line) ? (JSON.parse(line) as Mark) : null;
}

async function flawOf(previous: ChainHead, block: readonly string[], seal: Seal): Promise<string | null> {
  if (seal.since !== previous.upto) return `the seal before it ends at ${previous.upto}: a block is missing`;
  const gap = gapIn(block, seal.since);
  if (gap !== null) return gap;
  if (block.length !== seal.lines || block.length !== seal.upto - seal.since) return `it has ${block.length} rows, ${seal.upto - seal.since} numbers and a seal over ${seal.lines}`;
  return (await blockHash(previous.hash, block)) === seal.hash ? null : 'its rows are not those that were sealed';
}

/** The first number that does not follow the one before it. */
function gapIn(block: readonly string[], since: number | null): string | null {
  let before = since;
  for (const line of block) {
    const number = numberOf(line);
    if (number === null) return 'a line is no row';
    if (before !== null && number !== before + 1) return `row ${before + 1} is missing: ${number} stands in its place`;
    before = number;
  }
  return null;
}

function numberOf(line: string): number | null {
  const found = /^\{"(?:revision|number)":(\d{1,16}),/.exec(line);
  return found === null ? null : Number(found[1]);
}

/** Whether this is the seal that was kept elsewhere; told as a fault where its hash is another. */
function agrees(known: ChainHead | null, head: ChainHead, fault: (from: number | null, to: number | null, detail: string) => void): boolean {
  if (known === null || head.upto !== known.upto) return false;
  if (head.hash !== known.hash) fault(null, known.upto, 'the seal is not the one that was kept: the chain was made anew');
  return true;
}
