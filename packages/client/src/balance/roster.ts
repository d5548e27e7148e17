import type { Endpoint } from '../directory/endpoint.ts';
import { createMember, readmit } from './member.ts';
import type { Member } from './member.ts';
import type { DirectoryView } from './ticket.ts';
import { createView } from './view.ts';
import type { View } from './view.ts';

/** The endpoints a balancer knows, and what it made of the lists it was given. */
export type Roster = {
  /** By id, in the order of the directory. */
  readonly members: ReadonlyMap<string, Member>;
  /** Made once for each list object, and again after the directory changed. */
  readonly viewOf: (list: readonly Endpoint[], now: number) => View;
  readonly update: (directory: DirectoryView, now: number) => void;
  /** An attempt is over: one that left and was kept for it alone may go now. */
  readonly attemptEnded: (member: Member) => void;
  /** The registered weight of a zone in a view: active, whatever its health. */
  readonly registeredWeight: (view: View, zone: string | null) => number;
};

export type RosterOptions = {
  readonly subsetSize: number;
  readonly owner: string;
  /** Hears of each that left. */
  readonly departed: (member: Member) => void;
};

type Kept = { readonly view: View; readonly generation: number };

export function createRoster(options: RosterOptions): Roster {
  const members = new Map<string, Member>();
  const views = new WeakMap<readonly Endpoint[], Kept>();
  let newest: { readonly list: readonly Endpoint[]; readonly view: View } | null = null;
  let directory: DirectoryView = { endpoints: [], unusable: [] };
  /** How many directories came before this one. */
  let generation = 0;
  /** Without announcements each new list is the whole directory. */
  let isAnnounced = false;
  let hasFirstList = false;

  return { members, viewOf, update, attemptEnded, registeredWeight };

  function viewOf(list: readonly Endpoint[], now: number): View {
    if (newest !== null && newest.list === list) return newest.view;
    const kept = views.get(list);
    const view = kept !== undefined && kept.generation === generation ? kept.view : makeView(list, kept === undefined, now);
    newest = { list, view };
    return view;
  }

  function makeView(list: readonly Endpoint[], isNew: boolean, now: number): View {
    if (!isAnnounced && isNew) become({ endpoints: list, unusable: [] }, now);
    const view = createView(
      list.map((endpoint) => admit(endpoint, now, members.get(endpoint.id))),
      options,
    );
    for (const member of view.members) member.view = view;
    views.set(list, { view, generation });
    hasFirstList ||= list.length > 0;
    return view;
  }

  function update(announced: DirectoryView, now: number): void {
    isAnnounced = true;
    if (announced.endpoints === directory.endpoints && announced.unusable === directory.unusable) return;
    become(announced, now);
    hasFirstList ||= announced.endpoints.length > 0;
  }

  function become(fresh: DirectoryView, now: number): void {
    directory = fresh;
    generation += 1;
    newest = null;
    const before = new Map(members);
    members.clear();
    for (const endpoint of fresh.endpoints) admit(endpoint, now, before.get(endpoint.id));
    for (const endpoint of fresh.unusable) keepUnusable(endpoint, before.get(endpoint.id));
    for (const [id, member] of before) {
      member.view = null;
      if (!members.has(id)) depart(member);
    }
  }

  function admit(endpoint: Endpoint, now: number, known: Member | undefined): Member {
    const since = hasFirstList ? now : Number.NEGATIVE_INFINITY;
    const member = known ?? createMember(endpoint, since);
    if (member.standing === 'departed') readmit(member, endpoint, since);
    member.endpoint = endpoint;
    member.standing = 'usable';
    members.set(endpoint.id, member);
    return member;
  }

  /** What is known of it outlasts a bad moment; of one that was never usable there is nothing to keep. */
  function keepUnusable(endpoint: Endpoint, known: Member | undefined): void {
    if (known === undefined || known.standing === 'departed') return;
    known.endpoint = endpoint;
    known.standing = 'unusable';
    members.set(endpoint.id, known);
  }

  function depart(member: Member): void {
    if (member.standing !== 'departed') options.departed(member);
    member.standing = 'departed';
    if (member.inFlight > 0) members.set(member.endpoint.id, member);
  }

  function attemptEnded(member: Member): void {
    if (member.standing !== 'departed' || member.inFlight > 0) return;
    if (members.get(member.endpoint.id) === member) members.delete(member.endpoint.id);
  }

  function registeredWeight(view: View, zone: string | null): number {
    if (zone === null) return 0;
    let weight = 0;
    for (const { endpoint } of view.members) if (endpoint.zone === zone) weight += endpoint.weight;
    // A subset is drawn from the usable ones: the others have no part in it.
    if (options.subsetSize > 0) return weight;
    for (const endpoint of directory.unusable) {
      if (endpoint.zone === zone && endpoint.state === 'active' && view.protocols.has(endpoint.protocol)) weight += endpoint.weight;
    }
    return weight;
  }
}
