import type { Directory } from '../directory/directory.ts';
import type { Answer } from '../directory/endpoint.ts';
import type { FixedConnections } from '../directory/fixed.ts';
import { MikoError } from '../problem.ts';
import type { CallDirectory } from './calls.ts';

/** What calls by name see of the directory: endpoints, or the reason why there are none. `refuse` throws once the client is closed. */
export function callDirectoryOf(directory: Directory, fixed: FixedConnections, refuse: () => void): CallDirectory {
  return {
    usable: async (service) => {
      refuse();
      const answer = await directory.answer(service);
      if (answer.state === 'known') return answer.endpoints;
      throw nothingToCall(answer);
    },
    current: (service) => {
      const answer = directory.settled(service);
      return answer?.state === 'known' ? answer.endpoints : null;
    },
    watch: (service, listener) => directory.watch(service, listener, () => undefined),
    called: (service) => {
      if (fixed.has(service)) fixed.called(directory.current(service));
    },
  };
}

function nothingToCall(answer: Exclude<Answer, { state: 'known' }>): MikoError {
  const { service } = answer;
  if (answer.state === 'empty') return new MikoError('no_endpoint', `${service} has no endpoint that may get requests (${answer.cause ?? 'no cause given'})`);
  if (answer.state === 'unknown') return new MikoError('unknown_service', `Miko knows no service ${service}`);
  const why = answer.error === null ? 'Miko has not answered yet' : answer.error.message;
  return new MikoError('not_ready', `the endpoints of ${service} are not known yet: ${why}`, answer.error === null ? {} : { cause: answer.error });
}
