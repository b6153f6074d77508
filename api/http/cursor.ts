import type { z } from 'zod';
import { invalidRequest } from './api-error.ts';

/** Packs where a page ended, so that the client cannot come to depend on what is in it. */
export function writeCursor(position: Readonly<Record<string, string | number>>): string {
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
    throw invalidRequest('This cursor is not one of ours: leave it out to start at the first page.', [
      { path: ['cursor'], message: 'is not a cursor' },
    ]);
  }
}
