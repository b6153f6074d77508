/** Collecting an order's payment: every share authorized before anything is captured. */

import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { authorizeAtOnce, authorizePayment, refreshPayment, takeCash, voidPayments } from './activities.ts';
import type { AuthorizationResult, AttemptResult } from '../temporal/payments/activities.ts';
import type { OrderInput } from '../temporal/orders/messages.ts';
import type { Attempt, OrderState } from './order-state.ts';

/**
 * How collecting ended: why the order is not paid, which is also the reason it ends with; or that it is further than
 * this run knew.
 */
export type Collected =
  'authorized' | 'moved_on' | 'payment_deadline' | 'canceled_by_host' | 'canceled_by_agent';

/** How often a payment that waits for its payer is read back, should Stripe's webhook never come. */
const READ_BACK_MS = 15_000;

/**
 * Authorizes shares as their payers ask, until all are authorized, the deadline passes or someone cancels. When
 * it resolves, no attempt is under way any more. `deadline` is in milliseconds since 1970.
 */
export async function collectPayment(
  input: OrderInput & { readonly deadline: number },
  state: OrderState,
): Promise<Collected> {
  const { deadline } = input;
  const trying = new CancellationScope();
  const made: Promise<void>[] = [];
  let running = 0;
  let isAuthorized = input.totalAmount === 0;

  while (!isDecided() && Date.now() < deadline) {
    const attempt = state.attempts.shift();
    if (attempt)
      made.push(attempt.onCashTaken ? payInCash(attempt, attempt.onCashTaken) : payByCard(attempt));
    else if (running > 0) await condition(somethingHappened);
    else if (!(await waitUntilDeadline())) break;
  }
  state.takesPayments = false;
  for (const { onCashTaken } of state.attempts.splice(0)) onCashTaken?.(false);
  // A cancellation that was accepted is honored, even if the card said yes meanwhile: it is voided.
  if (isPaid() && !state.cancelRequest) return 'authorized';
  trying.cancel();
  await Promise.all(made);
  if (hasMovedOn()) return 'moved_on';
  if (!state.cancelRequest) return 'payment_deadline';
  return state.cancelRequest.by === 'agent' ? 'canceled_by_agent' : 'canceled_by_host';

  function isPaid(): boolean {
    return isAuthorized || state.isPaid;
  }

  function hasMovedOn(): boolean {
    return state.status !== 'awaiting_payment';
  }

  function isDecided(): boolean {
    return isPaid() || hasMovedOn() || state.cancelRequest !== undefined;
  }

  /** A running attempt ends by itself at the deadline, so it needs no second timer. */
  function somethingHappened(): boolean {
    return running === 0 || somethingElseHappened();
  }

  function waitUntilDeadline(): Promise<boolean> {
    state.show();
    return condition(() => running > 0 || somethingElseHappened(), Math.max(1, deadline - Date.now()), {
      summary: 'Payment deadline',
    });
  }

  function somethingElseHappened(): boolean {
    return isDecided() || state.attempts.length > 0;
  }

  async function payByCard({ shareId, attemptId, cameWithOrder }: Attempt): Promise<void> {
    const ref = { orderId: input.orderId, shareId, attemptId };
    try {
      await trying.run(async () => {
        const first = await counted(() => authorize(ref, cameWithOrder));
        state.learn(first.order);
        if (first.status === 'refused') return notPayable(shareId);
        let result: AttemptResult = first;
        const { knownRefusal } = result;
        while (result.status === 'requires_action') {
          state.busyShares.delete(shareId);
          const { paymentId } = result;
          const isSuperseded = () => state.busyShares.has(shareId);
          await condition(() => state.changedPayments.has(paymentId) || isSuperseded(), READ_BACK_MS, {
            summary: 'The payer authenticates; read back then',
          });
          if (isSuperseded()) return;
          // No other card while Stripe is asked: what it answers decides whether the share is still to be paid.
          state.busyShares.add(shareId);
          state.changedPayments.delete(paymentId);
          result = await counted(() =>
            refreshPayment.executeWithOptions(untilDeadline(), [
              { ...ref, paymentId, ...(knownRefusal !== undefined && { knownRefusal }) },
            ]),
          );
          state.learn(result.order);
        }
        if (result.status === 'authorized') {
          isAuthorized = true;
          state.authorizedShares.add(shareId);
        }
        state.busyShares.delete(shareId);
      });
    } catch (error) {
      // Stripe did not answer until the deadline, or the order was canceled: voiding reads back what it did.
      if (!isCancellation(error) && !(error instanceof ActivityFailure)) throw error;
    }
  }

  async function authorize(
    ref: Parameters<typeof authorizePayment>[0],
    isQuick = false,
  ): Promise<AuthorizationResult> {
    const result = isQuick ? await authorizeAtOnce(ref) : null;
    if (result) return result;
    state.show();
    return authorizePayment.executeWithOptions(untilDeadline(), [ref]);
  }

  /** The record knows better: the share is paid, or the order waits for no payment. */
  async function notPayable(shareId: string): Promise<void> {
    await state.catchUp();
    state.busyShares.delete(shareId);
  }

  /**
   * Cash counts once no card payment of the share can come in any more. What is written down stays, whatever is
   * canceled meanwhile: then it goes back with the order's end.
   */
  async function payInCash(
    { shareId, attemptId }: Attempt,
    onCashTaken: (isRecorded: boolean) => void,
  ): Promise<void> {
    const taking = { orderId: input.orderId, shareId, attemptId };
    let isRecorded = false;
    try {
      isRecorded = await counted(async () => {
        const taken = await take(taking);
        if (taken !== 'card_open') return taken === 'recorded';
        await trying.run(() =>
          voidPayments.executeWithOptions(untilDeadline(), [{ orderId: input.orderId, shareId }]),
        );
        return !state.cancelRequest && (await take(taking)) === 'recorded';
      });
    } catch (error) {
      // Stripe did not answer until the deadline, or the order was canceled.
      if (!isCancellation(error) && !(error instanceof ActivityFailure)) throw error;
    }
    if (isRecorded) {
      isAuthorized = true;
      state.authorizedShares.add(shareId);
    }
    state.busyShares.delete(shareId);
    onCashTaken(isRecorded);
  }

  async function take(taking: Parameters<typeof takeCash>[0]) {
    const { taken, order } = await takeCash(taking);
    state.learn(order);
    return taken;
  }

  function untilDeadline() {
    return { scheduleToCloseTimeout: Math.max(1_000, deadline - Date.now()) };
  }

  async function counted<T>(run: () => Promise<T>): Promise<T> {
    running += 1;
    try {
      return await run();
    } finally {
      running -= 1;
    }
  }
}
