import { Client as GrpcClient, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import type { Answer, Client, Endpoint } from '@miko/client';
import { latestMethod, type QuoteAnswer } from '../quotes.ts';
import { askOneOf, EndpointGone } from './elsewhere.ts';

/** gRPC calls by `pick`: one channel for each endpoint, kept as long as the endpoint is in the directory. */
export class GrpcCalls {
  readonly #client: Client;
  readonly #service: string;
  /** By endpoint id: a process that came back is another endpoint, on another port. */
  readonly #channels = new Map<string, GrpcClient>();
  readonly #stopWatching: () => void;

  constructor(client: Client, service: string) {
    this.#client = client;
    this.#service = service;
    this.#stopWatching = client.watch(service, answer => this.#closeAllBut(idsIn(answer)));
  }

  /** One call; on another endpoint when this one is gone. Answers who answered. */
  async call(timeoutMs: number): Promise<string> {
    return askOneOf(this.#client, this.#service, async ({ endpoint }) => {
      const channel = this.#channels.get(endpoint.id) ?? this.#open(endpoint);
      return (await ask(channel, endpoint, timeoutMs)).instance;
    });
  }

  close(): void {
    this.#stopWatching();
    this.#closeAllBut(new Set());
  }

  #open(endpoint: Endpoint): GrpcClient {
    const channel = new GrpcClient(endpoint.address ?? '', credentials.createInsecure(), options);
    this.#channels.set(endpoint.id, channel);
    return channel;
  }

  /** Calls under way on a channel that is closed run to their end. */
  #closeAllBut(ids: ReadonlySet<string>): void {
    for (const [id, channel] of this.#channels) {
      if (ids.has(id)) continue;
      this.#channels.delete(id);
      channel.close();
    }
  }
}

const options = {
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** Those that get calls, and those that may get them again. */
function idsIn(answer: Answer): Set<string> {
  const known = answer.state === 'known' ? answer.endpoints : [];
  const unusable = answer.state === 'known' || answer.state === 'empty' ? answer.unusable : [];
  return new Set([...known, ...unusable].map(({ id }) => id));
}

function ask(channel: GrpcClient, endpoint: Endpoint, timeoutMs: number): Promise<QuoteAnswer> {
  const { path, requestSerialize, responseDeserialize } = latestMethod;
  const until = { deadline: Date.now() + timeoutMs };
  return new Promise((resolve, reject) => {
    const settle = (error: ServiceError | null, answer?: QuoteAnswer): void => {
      if (error === null && answer !== undefined) resolve(answer);
      else if (error?.code === status.UNAVAILABLE) reject(new EndpointGone(`${endpoint.instance}: ${error.details}`, { cause: error }));
      else reject(error ?? new Error(`${endpoint.instance} gave no answer`));
    };
    channel.makeUnaryRequest(path, requestSerialize, responseDeserialize, { symbol: 'MIKO' }, new Metadata(), until, settle);
  });
}
