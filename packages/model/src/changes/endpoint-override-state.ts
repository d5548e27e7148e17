import { bool } from '../schema.ts';
import type { Change } from './change.ts';

/**
 * An override had two switches, which could contradict each other; `state` cannot.
 * Where both were on, denied wins: the one that keeps more calls away.
 */
export const endpointOverrideState: Change = {
  date: '2026-12-01',
  kind: 'endpoint_override',
  summary: '`state` takes the place of the switches `draining` and `denied`',
  before: after => {
    const fields = Object.entries(after.properties).flatMap(([name, field]) => (name === 'state' ? Object.entries(switches) : [[name, field] as const]));
    return { ...after, properties: Object.fromEntries(fields), required: after.required.flatMap(name => (name === 'state' ? Object.keys(switches) : [name])) };
  },
  up: ({ draining, denied, ...rest }) => ({ ...rest, state: denied === true ? 'denied' : draining === true ? 'draining' : 'active' }),
  down: ({ state, ...rest }) => ({ ...rest, draining: state === 'draining', denied: state === 'denied' }),
};

const switches = {
  draining: bool({ description: 'Finish what runs, begin nothing new' }),
  denied: bool({ description: 'Keep every call away; wins over `draining`' }),
};
