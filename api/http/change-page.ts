import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { cutPage, readCursor } from './cursor.ts';

const PAGE_SIZE = 50;
const cursorSchema = z.strictObject({ before: z.string().regex(/^\d{1,18}$/) });

/** A change log: how to read its rows, whom they mention, and how to show them. */
export interface ChangeLog<Row, Change> {
  list(page: { before: string | undefined; limit: number }): Promise<Row[]>;
  /** The accounts whose names are shown. */
  idsOf(row: Row): readonly (string | null)[];
  present(row: Row, names: ReadonlyMap<string, string>): Change;
}

/** Returns a page of a change log, newest first, with the names of the people in it. */
export async function readChangePage<Row extends { readonly id: string }, Change>(
  users: Database,
  query: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  log: ChangeLog<Row, Change>,
): Promise<{ items: Change[]; nextCursor: string | null }> {
  const limit = query.limit ?? PAGE_SIZE;
  const before = readCursor(cursorSchema, query.cursor)?.before;
  const found = await log.list({ before, limit: limit + 1 });
  const { items, nextCursor } = cutPage(found, limit, ({ id }) => ({ before: id }));
  const names = await readNames(
    users,
    items.flatMap((row) => log.idsOf(row)).filter((id) => id !== null),
  );
  return { items: items.map((row) => log.present(row, names)), nextCursor };
}
