/** Lists, page by page: where a page ended is packed into a cursor, and the next one begins right there. */

import { z } from 'zod';
import type { PageQuery } from '../../domain/contract/fields.ts';
import { invalidRequest } from './api-error.ts';

/** All that a list is sorted by, exactly as it is sorted: of a time its microseconds, too (`exactTime` in db/rows.ts). */
type Position = Readonly<Record<string, string | number>>;

/** Packs where a page ended, so that the client cannot come to depend on what is in it. */
function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Unpacks a cursor. Throws invalid_request for one that we did not make. */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.output<Schema> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw notACursor();
  }
}

function notACursor() {
  return invalidRequest('This cursor is not one of ours: leave it out to start at the first page.', [
    { path: ['cursor'], message: 'is not a cursor' },
  ]);
}

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** One page of `found`, which was read with one more than `limit` so that it is known whether others follow. */
export function cutPage<Item>(
  found: readonly Item[],
  limit: number,
  positionOf: (last: Item) => Position,
): Page<Item> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? writeCursor(positionOf(last)) : null };
}

const afterSchema = z.strictObject({ after: z.string() });

/** One page of a short list that is known as a whole; all of it when no `limit` is asked for. */
export function pageOfWhole<Item>(
  all: readonly Item[],
  { cursor, limit = all.length }: PageQuery,
  idOf: (item: Item) => string,
): Page<Item> {
  const after = readCursor(afterSchema, cursor)?.after;
  const start = after === undefined ? 0 : all.findIndex((item) => idOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw notACursor();
  return cutPage(all.slice(start), limit, (last) => ({ after: idOf(last) }));
}
