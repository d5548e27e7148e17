import { permit, type Action, type Actor } from '@miko/model';
import { hotAnswer, type HotAnswer, type HotRequest } from '../api/hot.ts';
import { namesWeakly, tagsIn } from '../api/objects/etag.ts';
import { newestApiDate } from '../api/versions.ts';
import { listEndpoints, stampOf, type ListAnswer, type ListQuery } from './endpoint-list.ts';
import type { View } from './view.ts';

export const listAction: Action = { name: 'endpoint.list', role: 'reader' };
const MOST_ADDRESSES = 10_000;
const MOST_CACHED_CHARACTERS = 64 * 1024 * 1024;

interface Encoded {
  readonly answer: ListAnswer;
  readonly project: string;
  readonly found: HotAnswer;
  readonly same: HotAnswer;
}

/**
 * Answers repeated requests for the endpoint list from encoded bytes, before the pipeline.
 *
 * It goes through the same `identify` and `permit`. What it leaves out of the pipeline: routing and parsing, because an
 * address gets here only after the pipeline has answered exactly that address for that audience; the body, because a
 * GET has none; and every header but Authorization, If-None-Match, Accept, Miko-Version and Miko-Timeout-Ms: one that asks for anything
 * unusual is left to the pipeline.
 */
export class HotList {
  readonly #view: View;
  readonly #notReady: () => string | null;
  readonly #encoded = { internal: new Map<string, Encoded>(), public: new Map<string, Encoded>() };
  #characters = 0;

  constructor(view: View, notReady: () => string | null) {
    this.#view = view;
    this.#notReady = notReady;
  }

  /** The answer to a query the pipeline has read, kept for the next request of the same address. */
  answer(url: string | null, query: ListQuery): ListAnswer {
    const kept = url === null ? undefined : this.#encoded[query.audience].get(url);
    if (kept !== undefined && this.#isCurrent(kept)) return kept.answer;
    const answer = listEndpoints(this.#view, query);
    if (url !== null) this.#keep(url, answer);
    return answer;
  }

  /** The encoded answer to a request, or null: the pipeline's. */
  find({ method, url, headers }: HotRequest): HotAnswer | null {
    if (method !== 'GET' || url === undefined) return null;
    if (!this.#encoded.internal.has(url) && !this.#encoded.public.has(url)) return null;
    if (this.#notReady() !== null || headers['miko-timeout-ms'] !== undefined) return null;
    if (headers.accept !== undefined && !headers.accept.includes('*/*') && !headers.accept.includes('application/json')) return null;
    const actor = this.#view.identities.identify(headers.authorization);
    if (actor === null || (headers['miko-version'] ?? actor.apiDate) !== newestApiDate) return null;
    const encoded = this.#current(url, actor);
    if (encoded === null) return null;
    const match = headers['if-none-match'];
    if (match === undefined) return encoded.found;
    if (match === encoded.answer.etag) return encoded.same;
    const tags = tagsIn(match);
    if (tags === null) return null;
    return namesWeakly(tags, encoded.answer.etag) ? encoded.same : encoded.found;
  }

  #current(url: string, actor: Actor): Encoded | null {
    const kept = this.#encoded[actor.audience].get(url);
    if (kept === undefined || permit(actor, listAction, { project: kept.project }) !== 'allow') return null;
    if (this.#isCurrent(kept)) return kept;
    return this.#keep(url, listEndpoints(this.#view, kept.answer.query));
  }

  #isCurrent({ answer }: Encoded): boolean {
    return answer.stamp === stampOf(this.#view.project(answer.query.project), answer.query.services);
  }

  #keep(url: string, answer: ListAnswer): Encoded {
    const { query, etag, cursor, body, revision } = answer;
    const common = ['etag', etag, 'miko-cursor', cursor, 'miko-revision', String(revision), 'miko-version', newestApiDate];
    const encoded: Encoded = {
      answer, project: query.project, same: hotAnswer(304, common, ''),
      found: hotAnswer(200, ['content-type', 'application/json', 'content-length', String(body.length), ...common], body),
    };
    const map = this.#encoded[query.audience];
    this.#characters += body.length - (map.get(url)?.answer.body.length ?? 0);
    map.delete(url);
    map.set(url, encoded);
    this.#bound(map);
    return encoded;
  }

  /** The oldest addresses go first; the newest stays, however large. */
  #bound(map: Map<string, Encoded>): void {
    for (const [url, old] of map) {
      if (map.size <= 1 || (map.size <= MOST_ADDRESSES && this.#characters <= MOST_CACHED_CHARACTERS)) return;
      map.delete(url);
      this.#characters -= old.answer.body.length;
    }
  }
}
