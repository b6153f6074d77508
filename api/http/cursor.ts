/** Pagination by cursor: a cursor encodes where a page ended, and the next page starts after it. */

import { z } from 'zod';
import type { PageQuery } from '../../domain/contract/fields.ts';
import { invalidRequest } from './api-error.ts';

/** All sort keys of a list, at full precision: times include microseconds (`exactTime` in db/rows.ts). */
type Position = Readonly<Record<string, string | number>>;

/** Encodes a position opaquely, so that clients do not depend on its content. */
function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Decodes a cursor. Throws invalid_request for one that this server did not issue. */
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

/** Returns the refusal of a cursor that this server did not issue. */
export function notACursor() {
  return invalidRequest('This cursor is not one of ours: leave it out to start at the first page.', [
    { path: ['cursor'], code: 'not_a_cursor' },
  ]);
}

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** Returns one page of `found`, which was read with `limit` + 1 so that the presence of a next page is known. */
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

/** Returns one page of a list held in memory; the whole list without a `limit`. */
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
