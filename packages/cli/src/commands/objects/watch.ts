import type { Kind } from '@miko/model';
import type { Call } from '../../call.ts';
import { followStream, parseFrame } from '../../follow-stream.ts';
import { plain, styled } from '../../output.ts';
import { collectionPath } from '../../objects/object-calls.ts';
import { createKnownObjects, type ObjectChange, type ObjectDelta, type ObjectSnapshot } from '../../objects/object-changes.ts';

/** Prints every object, then each change as it happens, until it is stopped. */
export async function watchKind(call: Call, kind: Kind, project: string | null): Promise<void> {
  const known = createKnownObjects();
  await followStream(call, `${collectionPath(kind, project)}:watch`, {}, ({ event, data }) => {
    if (event === 'snapshot') {
      const frame: ObjectSnapshot = parseFrame(data);
      show(call, known.snapshot(frame));
    } else if (event === 'delta') {
      const frame: ObjectDelta = parseFrame(data);
      show(call, known.delta(frame));
    }
  });
}

function show(call: Call, changes: readonly ObjectChange[]): void {
  const at = new Date().toISOString();
  for (const change of changes) call.output.row(() => objectChangeText(at, change), { at, ...change });
}

/** `12:00:01.250  +  web  {"description":"Takes orders","labels":{}}  rev 812`, in UTC. */
export function objectChangeText(at: string, change: ObjectChange): string {
  const [mark, name, rest] =
    change.change === 'gone' ? ['-', change.name, styled('red', 'deleted')] : [change.first ? '+' : '~', change.object.name, plain(JSON.stringify(change.object.spec))];
  return `${at.slice(11, 23)}  ${mark}  ${plain(name).padEnd(24)}  ${rest}  ${styled('dim', `rev ${change.revision}`)}`;
}
