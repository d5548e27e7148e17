import { experimental, status } from '@grpc/grpc-js';
import type { ChannelOptions, ServiceConfig } from '@grpc/grpc-js';
import type { Client } from '../client.ts';
import type { Answer, Endpoint } from '../directory/endpoint.ts';
import { MikoError } from '../problem.ts';

/**
 * Lets grpc-js find services by name: after `registerMikoResolver(client)`, a client of `miko:///quotes` calls the
 * endpoints of protocol `grpc` of the service `quotes`, in turn (`round_robin`, unless the channel option
 * `grpc.service_config` says otherwise). A change in the directory reaches the channels at once; while Miko is away,
 * they work on the last good list. Who carries the call (credentials, deadlines, retries) stays with grpc-js.
 *
 * grpc-js has one table of schemes per process: a second client needs a scheme of its own. The client must outlive the
 * channels. Throws `invalid_argument`.
 */
export function registerMikoResolver(client: Pick<Client, 'watch'>, scheme = 'miko'): void {
  if (!/^[a-z][a-z0-9+.-]{0,31}$/.test(scheme)) throw new MikoError('invalid_argument', `scheme "${scheme.slice(0, 40)}" must be the scheme of a URI`);
  experimental.registerResolver(
    scheme,
    class MikoResolver extends ServiceResolver {
      constructor(target: experimental.GrpcUri, listener: experimental.ResolverListener, options: ChannelOptions) {
        super(client, target.path, listener, options['grpc.service_config'] === undefined ? ROUND_ROBIN : null);
      }

      static getDefaultAuthority(target: experimental.GrpcUri): string {
        return target.path;
      }
    },
  );
}

const ROUND_ROBIN: ServiceConfig = { loadBalancingConfig: [{ round_robin: {} }], methodConfig: [] };

/**
 * Of one channel: watches from the first `updateResolution` to `destroy`. What is unchanged is never told again, as
 * grpc-js's own resolver of IP addresses does it: grpc-js asks whenever a connection fails, and a list that is told makes
 * it connect anew, without its own wait, so the two would chase each other for ever. Its subchannels reconnect by themselves.
 */
class ServiceResolver implements experimental.Resolver {
  readonly #client: Pick<Client, 'watch'>;
  readonly #service: string;
  readonly #listener: experimental.ResolverListener;
  readonly #config: ServiceConfig | null;
  #stop: (() => void) | null = null;
  #newest: Answer | null = null;
  /** What grpc-js goes by now, as text; null before the first answer. */
  #told: string | null = null;
  #hasList = false;
  #due = false;

  constructor(client: Pick<Client, 'watch'>, service: string, listener: experimental.ResolverListener, config: ServiceConfig | null) {
    this.#client = client;
    this.#service = service;
    this.#listener = listener;
    this.#config = config;
  }

  updateResolution(): void {
    if (this.#stop !== null) return;
    this.#stop = () => undefined;
    try {
      this.#stop = this.#client.watch(this.#service, (answer) => {
        this.#newest = answer;
        this.#tellSoon();
      });
    } catch (error) {
      this.#stop = null;
      const details = error instanceof Error ? error.message : String(error);
      process.nextTick(() => this.#listener(experimental.statusOrFromError({ code: status.UNAVAILABLE, details }), {}, null, ''));
    }
  }

  destroy(): void {
    this.#stop?.();
    this.#stop = null;
    this.#newest = null;
    this.#told = null;
    this.#hasList = false;
  }

  /** Never within the call of grpc-js that asked for it: that is the rule for resolvers. */
  #tellSoon(): void {
    if (this.#due) return;
    this.#due = true;
    process.nextTick(() => {
      this.#due = false;
      if (this.#stop !== null && this.#newest !== null) this.#tell(this.#newest);
    });
  }

  #tell(answer: Answer): void {
    if (answer.state === 'known') {
      const addresses = grpcAddresses(answer.endpoints);
      if (addresses.length > 0) this.#tellList(addresses);
      else this.#tellNone(`no endpoint of ${this.#service} speaks grpc`);
    } else if (answer.state === 'empty') this.#tellNone(`${this.#service} has no endpoint (${answer.cause ?? 'no cause given'})`);
    else if (!this.#hasList) {
      this.#tellNone(answer.state === 'unknown' ? `Miko knows no service ${this.#service}` : `the endpoints of ${this.#service} are not known yet`);
    }
  }

  #tellList(addresses: experimental.Endpoint[]): void {
    if (!this.#isNew(JSON.stringify(addresses))) return;
    this.#hasList = true;
    this.#listener(experimental.statusOrFromValue(addresses), {}, this.#statusOfConfig(), '');
  }

  /** The empty list takes the old one away; the error after it makes each call fail, which would wait for a list otherwise. */
  #tellNone(details: string): void {
    if (!this.#isNew(details)) return;
    const config = this.#statusOfConfig();
    if (this.#hasList) this.#listener(experimental.statusOrFromValue([]), {}, config, details);
    this.#hasList = false;
    this.#listener(experimental.statusOrFromError({ code: status.UNAVAILABLE, details }), {}, config, '');
  }

  #isNew(told: string): boolean {
    const isNew = told !== this.#told;
    this.#told = told;
    return isNew;
  }

  #statusOfConfig(): ReturnType<typeof experimental.statusOrFromValue<ServiceConfig>> | null {
    return this.#config === null ? null : experimental.statusOrFromValue(this.#config);
  }
}

/** Those of weight 0 only when all are: round robin knows no weights. */
function grpcAddresses(endpoints: readonly Endpoint[]): experimental.Endpoint[] {
  const speaking = endpoints.filter((endpoint) => endpoint.protocol === 'grpc' && endpoint.host !== null && endpoint.port !== null);
  const weighted = speaking.filter((endpoint) => endpoint.weight > 0);
  return (weighted.length > 0 ? weighted : speaking).map(({ host, port }) => ({ addresses: [{ host: host ?? '', port: port ?? 0 }] }));
}
