/** Collecting an order's shares: every one is authorized before anything is captured. */

import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { OrderState } from './order-state.ts';

/**
 * How collecting ended: why the order is not paid, which is also the reason it ends with; or that it is further than
 * this run knew.
 */
export type Collected =
  'authorized' | 'moved_on' | 'payment_deadline' | 'canceled_by_host' | 'canceled_by_agent';

/**
 * Has every share collected as its payer asks, until all are authorized, the deadline passes or someone cancels. When it
 * resolves, no attempt is under way any more. `deadline` is in milliseconds since 1970.
 */
export async function collectShares(deadline: number, state: OrderState): Promise<Collected> {
  const shares = [...state.shares.values()];
  const watch = new CancellationScope();
  let isOver = false;

  for (const share of shares) share.collect(deadline);
  // Who alone pays at once needs no timer: her attempt ends by itself at the deadline.
  if (shares.length === 1) await condition(() => isDecided() || !isAsking());
  if (!isDecided()) await waitUntilDeadline();
  state.takesPayments = false;
  // A cancellation that was accepted is honored, even if the card said yes meanwhile: it is voided.
  const isCollected = isPaid() && !state.cancelRequest;
  await Promise.all(shares.map((share) => share.stop()));
  if (isCollected) return 'authorized';
  if (hasMovedOn()) return 'moved_on';
  if (!state.cancelRequest) return 'payment_deadline';
  return state.cancelRequest.by === 'agent' ? 'canceled_by_agent' : 'canceled_by_host';

  async function waitUntilDeadline(): Promise<void> {
    state.show();
    const over = watch
      .run(() => sleep(Math.max(1, deadline - Date.now()), { summary: 'Payment deadline' }))
      .then(
        () => {
          isOver = true;
          // What is being asked is waited for, and nothing else is begun.
          state.takesPayments = false;
        },
        (error: unknown) => {
          if (!isCancellation(error)) throw error;
        },
      );
    await condition(() => isDecided() || (isOver && !isAsking()));
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
    return isPaid() || hasMovedOn() || state.cancelRequest !== undefined;
  }

  function isAsking(): boolean {
    return shares.some((share) => share.isAsking);
  }
}
