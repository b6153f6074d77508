/** What an order's workflow knows of its order: what its steps return of the record, never more. */

import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { OrderStatus } from '../domain/order.ts';
import type { CapturedPayment } from '../domain/payment.ts';
import type { CancelWish, Progress, Standing } from '../domain/standing.ts';
import { readProgress } from './activities.ts';
import { ORDER_ATTENTION, ORDER_STATUS } from '../temporal/search-attributes.ts';
import type { OrderInput } from '../temporal/orders/messages.ts';

/** An attempt to pay a share that this workflow is to make. */
export interface Attempt {
  readonly shareId: string;
  readonly attemptId: string;
  /** Nobody thinks of canceling yet, so it is worth trying at once. */
  readonly cameWithOrder?: boolean;
  /** Of cash: hears whether it was written down. Absent: the share is to be paid by card. */
  readonly onCashTaken?: (isRecorded: boolean) => void;
}

export interface OrderState {
  /** By the newest standing that a step has returned. */
  readonly status: OrderStatus;
  /** The record says that the whole bill is authorized. */
  readonly isPaid: boolean;
  /** A wish to cancel that was accepted, until the order has ended or the record has refused it. */
  cancelRequest: CancelWish | undefined;
  captured: readonly CapturedPayment[];
  /** Attempts that are to be made, in the order they were asked for. */
  readonly attempts: Attempt[];
  /** Shares that are being paid: the next attempt waits for the outcome. */
  readonly busyShares: Set<string>;
  readonly authorizedShares: Set<string>;
  /** Until the payment is collected, or given up. */
  takesPayments: boolean;
  /** Payments that Stripe has news of. */
  readonly changedPayments: Set<string>;
  /** Takes over what a step returned of the record; what is older than what is known is left aside. */
  learn(order: Standing): void;
  /**
   * Reads the record. What this workflow has missed of it, since the message about it was lost with a worker, it goes on
   * from then. Resolves with what it read.
   */
  catchUp(): Promise<Progress>;
  /** Shows operators where the order stands, before something is waited for. */
  show(): void;
}

/** Keeps the order's state and shows it to operators. */
export function trackOrder(input: OrderInput): OrderState {
  let known: Standing = { status: input.resumeFrom ?? 'placing', version: 0, attention: [] };
  let isPaid = false;
  let shownStatus: OrderStatus = known.status;
  let shownAttention = '';

  const state: OrderState = {
    get status() {
      return known.status;
    },
    get isPaid() {
      return isPaid;
    },
    cancelRequest: undefined,
    captured: [],
    attempts: [],
    busyShares: new Set(),
    authorizedShares: new Set(),
    takesPayments: true,
    changedPayments: new Set(),
    learn: (order) => {
      if (order.version > known.version) known = order;
    },
    catchUp: async () => {
      const progress = await readProgress({ orderId: input.orderId });
      state.learn({ status: progress.status, version: progress.version, attention: progress.attention });
      isPaid ||= progress.isPaid;
      state.cancelRequest ??= progress.cancelWish ?? undefined;
      state.show();
      return progress;
    },
    show: () => {
      const { status, attention } = known;
      const attentionText = attention.join(', ');
      if (status !== shownStatus) upsertSearchAttributes([{ key: ORDER_STATUS, value: status }]);
      if (attentionText !== shownAttention)
        upsertSearchAttributes([
          { key: ORDER_ATTENTION, value: attention.length > 0 ? [...attention] : null },
        ]);
      shownStatus = status;
      shownAttention = attentionText;
      setCurrentDetails(
        [
          '| status | total | attention |',
          '| --- | --- | --- |',
          `| ${status} | ${input.totalAmount} ${input.currency} (minor units) | ${attentionText || 'none'} |`,
        ].join('\n'),
      );
    },
  };
  return state;
}
