import type { Fault } from './fault.ts';

/** What may go wrong between the client and Miko. */
export const directoryFaults: readonly Fault[] = [
  {
    name: 'expires its cache', file: 'directory/saved-lists.ts', fails: ['disk-of-another-sdk', 'disk-is-corrected'],
    find: 'if (saved === null) return null;', replace: 'if (saved === null || runtime.wallNow() - saved.savedAt > 86_400_000) return null;',
  },
  {
    name: 'trusts a sudden empty list', file: 'directory/lists.ts', fails: [
      'resolve-sudden-empty-is-held', 'resolve-sudden-empty-confirmed', 'resolve-held-while-nobody-confirms', 'resolve-delta-ends-the-holding',
      'resolve-polled-list-is-a-snapshot',
    ],
    find: 'if (before !== undefined && isSudden(before, list)) {', replace: 'if (before === null) {',
  },
  {
    name: 'holds an empty list that is meant', file: 'directory/lists.ts', fails: ['resolve-deliberate-empty'],
    find: ' || DELIBERATE.has(list.cause)', replace: '',
  },
  {
    name: 'never lets go of a held list', file: 'directory/confirm-empty.ts', fails: ['resolve-sudden-empty-confirmed', 'resolve-held-while-nobody-confirms', 'resolve-polled-list-is-a-snapshot'],
    find: 'if (listed !== null && !closing.signal.aborted) options.onAnswer(listed.frame.services);', replace: '',
  },
  {
    name: 'lets unknown replace a good list', file: 'directory/lists.ts', fails: ['resolve-unknown-replaces-nothing'],
    find: "if (list.state === 'unknown' && before !== undefined && before.byInstance.size > 0) {", replace: 'if (before === null) {',
  },
  {
    name: 'takes unknown for empty', file: 'directory/lists.ts', fails: [
      'resolve-four-answers', 'resolve-first-delta-of-a-service', 'survive-nobody-there', 'fixed-where-miko-knows-nothing', 'fixed-moves-over',
      'fixed-is-balanced',
    ],
    find: "if (list.state === 'unknown') return { state: 'unknown', service };", replace: '',
  },
  {
    name: 'lets a late gone take the new registration away', file: 'directory/lists.ts', fails: ['resolve-late-gone'],
    find: 'if (list.byInstance.get(gone.instance)?.id === gone.id) list', replace: 'list',
  },
  {
    name: 'calls endpoints that drain', file: 'directory/endpoint.ts', fails: [
      'resolve-usable', 'resolve-cause-of-none-usable', 'resolve-unknown-words', 'pool-leaving-lets-bodies-end', 'pool-draining-closes-idle',
    ],
    find: "endpoint.state === 'active' && ", replace: "endpoint.state !== 'denied' && ",
  },
  {
    name: 'loses the cursor', file: 'directory/stream.ts', fails: [
      'resolve-resumes-by-cursor', 'resolve-half-frame', 'resolve-sse-spelling', 'resolve-unreadable-frame', 'resolve-wrong-shape',
      'resolve-reset-connection', 'resolve-retry-field',
    ],
    find: 'if (id !== null) cursor = { id, services: wanted };', replace: '',
  },
  {
    name: 'moves the cursor past a frame it could not read', file: 'directory/read-stream.ts', fails: ['resolve-unreadable-frame', 'resolve-wrong-shape'],
    find: 'const frame = readFrame(event.event, event.data);', replace: "let frame; try { frame = readFrame(event.event, event.data); } catch { frame = { type: 'other' }; }",
  },
  {
    name: 'gives up after the first outage', file: 'directory/stream.ts', fails: [
      'resolve-polls-when-silent', 'resolve-polls-past-half-frames', 'resolve-one-cut-is-not-enough', 'resolve-poll-nothing-new',
      'resolve-polls-keep-their-distance', 'resolve-polled-list-is-a-snapshot', 'resolve-resumes-by-cursor', 'resolve-half-frame',
      'resolve-sse-spelling', 'resolve-cursor-too-old', 'resolve-unreadable-frame', 'resolve-wrong-shape', 'resolve-reset-connection',
      'resolve-retry-field', 'resolve-one-stale-event', 'observe-nothing-changed',
    ],
    find: 'const ending = await readOne();\n      if (closing.signal.aborted) break;', replace: 'const ending = await readOne();\n      if (closing.signal.aborted || (ending.livedMs !== null && !reopening)) break;',
  },
  {
    name: 'comes back when it likes to', file: 'backoff.ts', fails: ['resolve-retry-after', 'register-waits-for-its-turn'],
    find: 'return error.retryAfterMs === null ? own : Math.max(own, error.retryAfterMs * (1 + runtime.random() / 5));', replace: 'return own;',
  },
  {
    name: 'never polls', file: 'directory/stream.ts', fails: [
      'resolve-polls-when-silent', 'resolve-polls-past-a-proxy-page', 'resolve-polls-past-half-frames', 'resolve-poll-nothing-new',
      'resolve-polls-keep-their-distance', 'resolve-polled-list-is-a-snapshot',
    ],
    find: 'if (cuts >= CUTS_UNTIL_POLLING) polling ??= poll();', replace: '',
  },
  {
    name: 'forgets to re-register', file: 'register/registration.ts', fails: ['register-again-after-session-lost', 'register-fenced', 'register-through-an-outage'],
    find: 'if (id !== null && id !== under) await attempt(id, put);', replace: 'if (id !== null && under === null) await attempt(id, put);',
  },
  {
    name: 'ignores that it was fenced', file: 'register/session.ts', fails: ['register-fenced'],
    find: "new Set<ErrorCode>(['session_not_found', 'fenced'])", replace: "new Set(['session_not_found'])",
  },
  {
    name: 'renews without an acknowledgement', file: 'register/session.ts', fails: ['register-renews', 'register-acknowledges-removals'],
    find: 'const body = { applied: options.applied() };', replace: 'const body = { applied: null };',
  },
  {
    name: 'departs without waiting for its callers', file: 'register/registration.ts', fails: ['register-departs', 'register-close-leaves-in-order'],
    find: '&wait_seconds=${drainSeconds}', replace: '',
  },
  {
    name: 'measures on the wall clock', file: 'runtime.ts', fails: ['resolve-wall-clock-jump', 'survive-ejection-and-the-wall-clock'],
    find: 'now: () => performance.now(),', replace: 'now: () => Date.now(),',
  },
];
