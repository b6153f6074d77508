import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { cutPage, readCursor } from '../http/cursor.ts';

const PAGE_SIZE = 50;
const cursorSchema = z.strictObject({ before: z.string().regex(/^\d{1,18}$/) });

/** Returns a page of a change log, newest first, with the names of the staff who made the changes. */
export async function readChangePage<Row extends { readonly id: string; readonly actorId: string }, Change>(
  users: Database,
  query: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  list: (page: { before: string | undefined; limit: number }) => Promise<Row[]>,
  present: (row: Row, names: ReadonlyMap<string, string>) => Change,
): Promise<{ items: Change[]; nextCursor: string | null }> {
  const limit = query.limit ?? PAGE_SIZE;
  const before = readCursor(cursorSchema, query.cursor)?.before;
  const found = await list({ before, limit: limit + 1 });
  const { items, nextCursor } = cutPage(found, limit, ({ id }) => ({ before: id }));
  const names = await readNames(
    users,
    items.map(({ actorId }) => actorId),
  );
  return { items: items.map((row) => present(row, names)), nextCursor };
}
