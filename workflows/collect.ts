/** Collects an order's shares: every one is authorized before anything is captured. */

import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { OrderState } from './order-state.ts';

/**
 * The result of collecting: why the order is not paid, which is also the reason it ends with; or that the order had
 * already moved on.
 */
export type Collected = 'authorized' | 'moved_on' | 'payment_deadline' | 'canceled';

/**
 * Collects every share as its payer requests, until all are authorized, the deadline passes or somebody cancels. When
 * it resolves, no attempt is in progress any more. `deadline` is in milliseconds since 1970. `onlyAttempts`: nobody else
 * can pay any more, so it is over once the attempts that are queued have their outcomes.
 */
export async function collectShares(
  deadline: number,
  state: OrderState,
  { onlyAttempts = false } = {},
): Promise<Collected> {
  const shares = [...state.shares.values()];
  const watch = new CancellationScope();
  let isOver = false;

  for (const share of shares) share.collect(deadline);
  // A single payer who pays at once needs no timer: her attempt ends by itself at the deadline.
  if (shares.length === 1) await condition(() => isDecided() || !isAsking());
  if (!isDecided()) await waitUntilDeadline();
  state.takesPayments = false;
  // An accepted cancellation is honored, even if the card was authorized meanwhile: it is voided.
  const isCollected = isPaid() && !state.cancelRequest && !state.isEmpty;
  await Promise.all(shares.map((share) => share.stop()));
  if (isCollected) return 'authorized';
  if (hasMovedOn()) return 'moved_on';
  return state.cancelRequest ? 'canceled' : 'payment_deadline';

  async function waitUntilDeadline(): Promise<void> {
    state.show();
    const over = watch
      .run(() => sleep(Math.max(1, deadline - Date.now()), { summary: 'Payment deadline' }))
      .then(
        () => {
          isOver = true;
          // Waits for requests in progress, and starts nothing else.
          state.takesPayments = false;
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
    await condition(() => isDecided() || (isOver && !isAsking()) || (onlyAttempts && !isBusy()));
    watch.cancel();
    await over;
  }

  function isPaid(): boolean {
    return shares.every((share) => share.isPaid);
  }

  function hasMovedOn(): boolean {
    return state.status !== 'awaiting_payment';
  }

  function isDecided(): boolean {
    return isPaid() || hasMovedOn() || state.isEmpty || state.cancelRequest !== undefined;
  }

  function isBusy(): boolean {
    return shares.some((share) => share.isBusy);
  }

  function isAsking(): boolean {
    return shares.some((share) => share.isAsking);
  }
}
