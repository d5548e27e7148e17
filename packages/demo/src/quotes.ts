import type { MethodDefinition } from '@grpc/grpc-js';

/** The gRPC method that `quotes` offers. Its messages are JSON, which gRPC allows, so there is nothing to generate. */
export interface QuoteRequest {
  readonly symbol: string;
}

export interface QuoteAnswer {
  readonly symbol: string;
  readonly price: number;
  /** Who answered. */
  readonly instance: string;
}

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const latestMethod: MethodDefinition<QuoteRequest, QuoteAnswer> = {
  path: '/miko.demo.Quotes/Latest',
  requestStream: false,
  responseStream: false,
  requestSerialize: encode,
  requestDeserialize: bytes => JSON.parse(bytes.toString()) as QuoteRequest,
  responseSerialize: encode,
  responseDeserialize: bytes => JSON.parse(bytes.toString()) as QuoteAnswer,
};
