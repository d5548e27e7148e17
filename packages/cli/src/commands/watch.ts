import { path } from '../api.ts';
import type { Call } from '../call.ts';
import { createKnown, type Change, type DeltaFrame, type Known, type SnapshotFrame } from '../endpoint-changes.ts';
import { addressOf } from '../endpoint-list.ts';
import type { StreamEvent } from '../event-stream.ts';
import { followStream, parseFrame } from '../follow-stream.ts';
import { plain, styled } from '../output.ts';
import { healthCell, stateCell } from '../state-words.ts';
import { cellText } from '../table.ts';

/** Prints each change until it is stopped. */
export async function watch(call: Call, services: readonly string[]): Promise<void> {
  const known = createKnown();
  const { project } = call.settings();
  const query = { service: services.length === 0 ? undefined : services.join(',') };
  await followStream(call, `${path`/v1/projects/${project}/endpoints`}:watch`, query, event => show(call, known, event));
}

function show(call: Call, known: Known, { event, data }: StreamEvent): void {
  if (event === 'delta') {
    const delta: DeltaFrame = parseFrame(data);
    return showChanges(call, known.delta(delta));
  }
  if (event !== 'snapshot') return;
  const snapshot: SnapshotFrame = parseFrame(data);
  showChanges(call, known.snapshot(snapshot));
  for (const [name, service] of Object.entries(snapshot.services)) {
    if (service.state === 'unknown') call.output.note(`There is no service ${plain(name)} yet; it is watched for.`);
  }
}

function showChanges(call: Call, changes: readonly Change[]): void {
  const at = new Date().toISOString();
  for (const change of changes) call.output.row(() => changeText(at, change), { at, ...change });
}

/** `12:00:01.250  +  web/web-4  127.0.0.1:3004  passing  zone-a  rev 812`, in UTC. */
export function changeText(at: string, change: Change): string {
  const line = (mark: string, what: string, rest: string): string =>
    `${at.slice(11, 23)}  ${mark}  ${plain(what).padEnd(24)}  ${rest}  ${styled('dim', `rev ${change.revision}`)}`;
  if (change.change === 'service') {
    return line('=', change.service, `service is ${change.state}${change.cause === null ? '' : ` (${plain(change.cause)})`}`);
  }
  if (change.change === 'gone') return line('-', `${change.service}/${change.instance}`, styled('red', plain(change.cause)));
  const { endpoint, service, first } = change;
  const words = [healthCell(endpoint), ...(endpoint.state === 'active' ? [] : [stateCell(endpoint)])].map(cellText);
  const zone = endpoint.zone === null ? '' : `  ${plain(endpoint.zone)}`;
  return line(first ? '+' : '~', `${service}/${endpoint.instance}`, `${plain(addressOf(endpoint)).padEnd(21)}  ${words.join(' ')}${zone}`);
}
