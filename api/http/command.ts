/**
 * The sequence of every idempotent command of the API. The key determines a row's id, and an existing row must belong
 * to the same request. Refusals come before any write. The row is written once. Then a workflow carries the command
 * out, and the caller waits for the outcome.
 */

import type { OrderFeed } from '../realtime/order-feed.ts';
import { idempotencyConflict } from './api-error.ts';

/** How long a command waits for its outcome before it responds with 202. */
export const OUTCOME_MS = 10_000;

export interface Command<Row, Outcome, Checked = void> {
  /** Reads the row of an earlier request with this key, before anything else. */
  readonly before: Row | undefined;
  /** Returns whether an equal request wrote the row. */
  isSame(row: Row): boolean;
  /** Throws refusals; nothing is written then. Its result goes to `write`. */
  check(): Checked | Promise<Checked>;
  /** Throws try_again if no worker can carry the command out. */
  assertReady?(): Promise<void>;
  /** Writes and returns the row, or returns the one that a concurrent request with this key wrote first. */
  write(checked: Checked): Promise<Row>;
  /** Carries the command out and returns the outcome. Must be idempotent. */
  carryOut(row: Row): Promise<Outcome>;
}

/**
 * Runs a command, or continues where an earlier request stopped. Throws idempotency_conflict for a different request.
 */
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
  // A concurrent request with the same key may have won with a different body.
  assertSame(written);
  return command.carryOut(written);
}

/**
 * Polls `look` until the outcome is known, for at most `OUTCOME_MS`. Returns the last value, and whether the outcome is
 * known.
 */
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
