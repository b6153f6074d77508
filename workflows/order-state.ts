/** The workflow's view of its order: only what its steps return of the record. */

import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { OrderStatus } from '../domain/order.ts';
import type { CapturedPayment } from '../domain/payment.ts';
import type { CancelWish, ChangeProgress, OwedShare, Progress, Standing } from '../domain/standing.ts';
import { readProgress } from './activities.ts';
import { ORDER_ATTENTION, ORDER_STATUS, ORDER_TOTAL } from '../temporal/search-attributes.ts';
import type { OrderInput } from '../temporal/orders/messages.ts';
import { changesToFindBy } from './found-by.ts';
import { createShare, type Share } from './share.ts';

export interface OrderState {
  /** From the newest standing that a step has returned. */
  readonly status: OrderStatus;
  /** An accepted cancel request, until the order has ended or the record has rejected it. */
  cancelRequest: CancelWish | undefined;
  captured: readonly CapturedPayment[];
  /** The change to work on, until it is applied or given up. */
  changeId: string | undefined;
  /** How the change stands that is under way, as far as it is known. */
  change: ChangeProgress | undefined;
  /** The change that waits until those have agreed who pay these shares; undefined: none does. */
  asked: { readonly changeId: string; readonly shareIds: readonly string[] } | undefined;
  /** The open question whose time is over first; undefined: nobody is asked anything. */
  question: Progress['question'];
  /** The shares to collect, by id; none until the hold is decided. */
  readonly shares: ReadonlyMap<string, Share>;
  /** Nothing is left of the order: all its lines were dropped. */
  isEmpty: boolean;
  /** Until all is collected, or given up. */
  takesPayments: boolean;
  /** Payments that Stripe has news of. */
  readonly changedPayments: Set<string>;
  /** Applies a standing that a step returned; one that is older than the known one is ignored. */
  learn(order: Standing): void;
  /** Applies the shares of the record. */
  learnShares(shares: readonly OwedShare[]): void;
  /**
   * Reads the record, and resumes from anything that this workflow has missed because a message was lost with a worker.
   * Resolves with what it read.
   */
  catchUp(): Promise<Progress>;
  /** Shows operators the order's standing, before the workflow waits. */
  show(): void;
}

/** Keeps the order's state and shows it to operators. */
export function trackOrder(input: OrderInput): OrderState {
  let known: Standing = { status: input.resumeFrom ?? 'placing', version: 0, attention: [] };
  const shares = new Map<string, Share>();
  let totalAmount = input.totalAmount;
  let number: number | undefined;
  let tabId: string | undefined;
  let shown = { status: known.status, totalAmount };
  let shownAttention = '';

  const state: OrderState = {
    get status() {
      return known.status;
    },
    cancelRequest: undefined,
    captured: [],
    changeId: undefined,
    change: undefined,
    asked: undefined,
    question: undefined,
    shares,
    isEmpty: false,
    takesPayments: true,
    changedPayments: new Set(),
    learn: (order) => {
      if (order.version > known.version) known = order;
      number ??= order.number;
    },
    learnShares: (known) => {
      for (const { id, isPaid } of known) {
        const share = shares.get(id) ?? createShare(id, input.orderId, state);
        shares.set(id, share);
        if (isPaid) share.notePaid();
      }
    },
    catchUp: async () => {
      const progress = await readProgress({ orderId: input.orderId });
      const isNewest = progress.version >= known.version;
      state.learn(progress);
      if (isNewest) totalAmount = progress.totalAmount ?? totalAmount;
      tabId = progress.tabId ?? tabId;
      state.learnShares(progress.shares);
      state.isEmpty ||= progress.isEmpty ?? false;
      state.cancelRequest ??= progress.cancelWish ?? undefined;
      if (isNewest) {
        state.changeId = progress.change?.id;
        state.change = progress.change;
      }
      if (isNewest) state.question = progress.question;
      state.show();
      return progress;
    },
    show: () => {
      const { status, attention } = known;
      const attentionText = attention.join(', ');
      const changed = [
        ...(status === shown.status ? [] : [{ key: ORDER_STATUS, value: status }]),
        ...(totalAmount === shown.totalAmount ? [] : [{ key: ORDER_TOTAL, value: totalAmount }]),
        ...changesToFindBy({ orderNumber: number, tabId }),
      ];
      if (changed.length > 0) upsertSearchAttributes(changed);
      if (attentionText !== shownAttention)
        upsertSearchAttributes([
          { key: ORDER_ATTENTION, value: attention.length > 0 ? [...attention] : null },
        ]);
      shown = { status, totalAmount };
      shownAttention = attentionText;
      setCurrentDetails(
        [
          '| number | status | total | attention |',
          '| --- | --- | --- | --- |',
          `| ${number ?? 'none yet'} | ${status} | ${totalAmount} ${input.currency} (minor units) | ${attentionText || 'none'} |`,
        ].join('\n'),
      );
    },
  };
  return state;
}
