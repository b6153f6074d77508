/**
 * How every command of the API goes that is safe to repeat: its key makes the id of a row; a row that is there already must
 * be of the same request; what may not be is refused before anything is written; the row is written once; then it is
 * carried out, by telling a workflow and waiting for what comes of it.
 */

import type { OrderFeed } from '../realtime/order-feed.ts';
import { idempotencyConflict } from './api-error.ts';

/** How long a command waits for its outcome before it answers 202. */
export const OUTCOME_MS = 10_000;

export interface Command<Row, Outcome, Checked = void> {
  /** What an earlier request with this key wrote, read before anything else. */
  readonly before: Row | undefined;
  /** Whether a row was written by a request that asked for the same. */
  isSame(row: Row): boolean;
  /** Throws what is refused: nothing was written then. Returns what it found out for `write`. */
  check(): Checked | Promise<Checked>;
  /** Throws try_again where nobody is there who could carry it out. */
  assertReady?(): Promise<void>;
  /** Writes the row and returns it, or the one that a parallel request with this key wrote first. */
  write(checked: Checked): Promise<Row>;
  /** Has it done, which is safe to repeat, and returns what came of it. */
  carryOut(row: Row): Promise<Outcome>;
}

/** Runs a command, or goes on with it where an earlier request left it. Throws idempotency_conflict for another request. */
export async function runCommand<Row, Outcome, Checked = void>(
  command: Command<Row, Outcome, Checked>,
): Promise<Outcome> {
  const { before } = command;
  const assertSame = (row: Row) => {
    if (!command.isSame(row)) throw idempotencyConflict();
  };
  if (before !== undefined) {
    assertSame(before);
    return command.carryOut(before);
  }
  const checked = await command.check();
  await command.assertReady?.();
  const written = await command.write(checked);
  // A parallel request with the same key may have been first, with another body.
  assertSame(written);
  return command.carryOut(written);
}

/** Waits until `look` finds that the outcome is known, at most `OUTCOME_MS`. Returns what it saw last, and whether it is. */
export async function waitForOutcome<Seen>(
  feed: Pick<OrderFeed, 'waitFor'>,
  orderId: string,
  first: Seen,
  look: { read(): Promise<Seen | undefined>; isOver(seen: Seen): boolean },
): Promise<{ seen: Seen; isOver: boolean }> {
  let seen = first;
  const isOver = await feed.waitFor(
    orderId,
    async () => {
      seen = (await look.read()) ?? seen;
      return look.isOver(seen);
    },
    OUTCOME_MS,
  );
  return { seen, isOver: isOver === true };
}
