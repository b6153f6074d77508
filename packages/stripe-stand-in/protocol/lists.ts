import type { Collection } from '../store/collection.ts';
import { invalidRequest, missing } from './errors.ts';
import type { FormValue } from './form-encoding.ts';
import { hash } from './parameters.ts';
import { integer, text } from './parameter-kinds.ts';
import { type Reader } from './reader.ts';

/** The paging parameters of every list. */
export const listParams = {
  limit: integer(1, 100),
  starting_after: text(),
  ending_before: text(),
};

/** A range of creation times, or one time. */
export interface CreatedRange {
  gt?: number | undefined;
  gte?: number | undefined;
  lt?: number | undefined;
  lte?: number | undefined;
}

/** `created=…` or `created[gte]=…`, in seconds. */
export function createdRange(): Reader<CreatedRange> {
  const second = integer(0);
  const range = hash({ gt: second, gte: second, lt: second, lte: second });
  return {
    read: (value: FormValue, path) => {
      if (typeof value !== 'string') return range.read(value, path);
      const at = second.read(value, path);
      return { gte: at, lte: at };
    },
  };
}

interface Paging {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?: CreatedRange | undefined;
}

/** One page, newest first, in Stripe's list shape. `matches` filters by what no index covers. */
export function listAnswer<T extends { id: string }, H>(
  collection: Collection<T, H>,
  url: string,
  paging: Paging,
  where: Record<string, string | undefined> = {},
  matches?: (object: T) => boolean,
): { object: 'list'; data: T[]; has_more: boolean; url: string } {
  if (paging.starting_after !== undefined && paging.ending_before !== undefined) {
    throw invalidRequest('You cannot parameterize both starting_after and ending_before.', {
      param: 'starting_after',
    });
  }
  const limit = paging.limit ?? 10;
  const noun = collection.name.replace(/s$/, '');
  const page = (
    startingAfter: string | undefined,
    endingBefore: string | undefined,
    size: number,
  ): { data: T[]; hasMore: boolean } => {
    const selected = collection.select({
      where,
      ...(paging.created ? { created: paging.created } : {}),
      limit: size,
      startingAfter,
      endingBefore,
    });
    if (selected) return selected;
    const [param, id] =
      paging.starting_after === undefined
        ? ['ending_before', paging.ending_before]
        : ['starting_after', paging.starting_after];
    throw missing(noun, id ?? '', param);
  };
  if (!matches) {
    const { data, hasMore } = page(paging.starting_after, paging.ending_before, limit);
    return { object: 'list', data, has_more: hasMore, url };
  }
  const backwards = paging.ending_before !== undefined;
  const found: T[] = [];
  let cursor = paging.starting_after ?? paging.ending_before;
  for (let more = true; more && found.length <= limit;) {
    const { data, hasMore } = page(backwards ? undefined : cursor, backwards ? cursor : undefined, 200);
    const fitting = data.filter(matches);
    if (backwards) found.unshift(...fitting);
    else found.push(...fitting);
    cursor = (backwards ? data[0] : data.at(-1))?.id;
    more = hasMore && cursor !== undefined;
  }
  const data = backwards ? found.slice(-limit) : found.slice(0, limit);
  return { object: 'list', data, has_more: found.length > limit, url };
}
