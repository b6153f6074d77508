/** Collecting an order's payment: every share authorized before anything is captured. */

import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { authorizeAtOnce, authorizePayment, refreshPayment, takeCash, voidPayments } from './activities.ts';
import type { OrderInput } from './messages.ts';
import type { OrderState, PayDemand } from './order-state.ts';

/** Why the order is not paid; these are also the reasons it ends with. */
export type Collected = 'authorized' | 'payment_deadline' | 'canceled_by_host' | 'canceled_by_agent';

/** How often a payment that waits for its payer is read back, should Stripe's webhook never come. */
const READ_BACK_MS = 15_000;

/**
 * Authorizes shares as their payers ask, until all are authorized, the deadline passes or someone cancels. When
 * it answers, no try to pay is under way any more.
 */
export async function collectPayment(input: OrderInput, state: OrderState): Promise<Collected> {
  const deadline = Date.now() + input.holdMs;
  const trying = new CancellationScope();
  const tries: Promise<void>[] = [];
  let running = 0;
  let attempts = (input.attempt ?? 1) - 1;
  let isAuthorized = input.totalAmount === 0;

  if (input.payRequestId && input.shareId) {
    state.busyShares.add(input.shareId);
    state.demands.push({ shareId: input.shareId, payRequestId: input.payRequestId, cameWithOrder: true });
  }
  while (!isAuthorized && !state.cancelRequest) {
    const demand = state.demands.shift();
    if (demand) tries.push(demand.onCashTaken ? payInCash(demand, demand.onCashTaken) : tryToPay(demand));
    else if (running > 0) await condition(somethingHappened);
    else if (!(await waitUntilDeadline())) break;
  }
  state.takesPayments = false;
  for (const { onCashTaken } of state.demands) onCashTaken?.(false);
  // A cancellation that was accepted is honored, even if the card said yes meanwhile: it is voided.
  if (isAuthorized && !state.cancelRequest) return 'authorized';
  trying.cancel();
  await Promise.all(tries);
  if (!state.cancelRequest) return 'payment_deadline';
  return state.cancelRequest.by === 'agent' ? 'canceled_by_agent' : 'canceled_by_host';

  /** A running try ends by itself at the deadline, so it needs no second timer. */
  function somethingHappened(): boolean {
    return running === 0 || isAuthorized || state.demands.length > 0 || state.cancelRequest !== undefined;
  }

  function waitUntilDeadline(): Promise<boolean> {
    return condition(() => running > 0 || somethingElseHappened(), Math.max(1, deadline - Date.now()), {
      summary: 'Payment deadline',
    });
  }

  function somethingElseHappened(): boolean {
    return isAuthorized || state.demands.length > 0 || state.cancelRequest !== undefined;
  }

  async function tryToPay({ shareId, payRequestId, cameWithOrder }: PayDemand): Promise<void> {
    attempts += 1;
    const attempt = { orderId: input.orderId, shareId, payRequestId, attempt: attempts };
    try {
      await trying.run(async () => {
        let result = await counted(
          async () =>
            (cameWithOrder && (await authorizeAtOnce(attempt))) ||
            authorizePayment.executeWithOptions(untilDeadline(), [attempt]),
        );
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
              { ...attempt, paymentId, ...(knownRefusal !== undefined && { knownRefusal }) },
            ]),
          );
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

  /**
   * Cash counts once no card payment of the share can come in any more. What is written down stays, whatever is
   * canceled meanwhile: then it goes back with the order's end.
   */
  async function payInCash(
    { shareId, payRequestId }: PayDemand,
    onCashTaken: (isRecorded: boolean) => void,
  ): Promise<void> {
    const taking = { orderId: input.orderId, shareId, payRequestId };
    let isRecorded = false;
    try {
      isRecorded = await counted(async () => {
        const taken = await takeCash(taking);
        if (taken !== 'card_open') return taken === 'recorded';
        await trying.run(() =>
          voidPayments.executeWithOptions(untilDeadline(), [{ orderId: input.orderId, shareId }]),
        );
        return !state.cancelRequest && (await takeCash(taking)) === 'recorded';
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
