/** The messages to an order's workflow. Ids, amounts and statuses only: operators can read histories. */

import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AdvanceTarget, OrderKind, OrderStatus } from '../../domain/order.ts';
import type { KindOfPerson } from '../../domain/permissions.ts';
import type { OnDeadline } from '../../domain/tab.ts';

/** Returns the id of an order's one workflow. */
export function orderWorkflowId(orderId: string): string {
  return `order-${orderId}`;
}

/** The input of an order's workflow. Durations are in milliseconds. */
export interface OrderInput {
  readonly orderId: string;
  /** For the search attribute and the summary; nothing is computed from them. */
  readonly totalAmount: number;
  readonly currency: string;
  /** How long the stock is held for payment. */
  readonly holdMs: number;
  /** The tab of which it is a round, or pays a part; absent: it is ordered alone. */
  readonly tabId?: string;
  /** It pays a part of its tab; absent: it is goods. */
  readonly kind?: Extract<OrderKind, 'settlement'>;
  /** It charges its tab's card on file: nobody pays it otherwise, so it ends with the bank's answer. */
  readonly chargesCard?: true;
  /** It is confirmed unpaid, as soon as it is held; absent: it is paid first. */
  readonly paidAfter?: true;
  /** What happens to what is unpaid at the deadline; absent: the order is canceled for all. */
  readonly onDeadline?: Exclude<OnDeadline, 'cancel'>;
  /** The payment attempts that came with the order, or that its record still waits for; absent: none. */
  readonly attempts?: readonly { readonly shareId: string; readonly attemptId: string }[];
  /** The status from which a workflow resumes that is started from the order's record, after the first was lost. */
  readonly resumeFrom?: OrderStatus;
  /** Of a settlement: it was written just now, with one share and its attempt; nothing else of its record is to be read. */
  readonly isNew?: true;
}

/** Returns the part of the input that a round or settlement has, by its record; empty for an order without a tab. */
export function ofRound(order: {
  readonly tabId?: string | null | undefined;
  readonly kind?: OrderKind | undefined;
  readonly onDeadline?: OnDeadline | null | undefined;
  readonly paidAfter?: boolean | undefined;
  readonly tabCardId?: string | null | undefined;
}): Pick<OrderInput, 'tabId' | 'onDeadline' | 'paidAfter' | 'kind' | 'chargesCard'> {
  const { tabId, kind, onDeadline, paidAfter, tabCardId } = order;
  if (!tabId) return {};
  if (kind === 'settlement') return { tabId, kind, ...(tabCardId && { chargesCard: true as const }) };
  if (paidAfter) return { tabId, paidAfter };
  return { tabId, ...(onDeadline && onDeadline !== 'cancel' && { onDeadline }) };
}

/**
 * Requests authorization of a share; rejected with `illegal_transition` when it cannot be paid now. The outcome is in
 * the order's events.
 */
export const pay = defineUpdate<void, [{ shareId: string; attemptId: string }]>('pay');

/**
 * Requests to record a cash payment of a share; resolves once it is written. Rejected with `illegal_transition` when
 * the share is paid, or being paid, otherwise, or the order awaits no payment: then the cash must be handed back.
 */
export const recordCash = defineUpdate<void, [{ shareId: string; attemptId: string; as: KindOfPerson }]>(
  'recordCash',
);

/**
 * Requests that a participant pays the whole share of somebody else; resolves once it is written. Rejected with
 * `illegal_transition` when the share is paid, or the order awaits no payment.
 */
export const cover = defineUpdate<
  void,
  [{ shareId: string; payerId: string; requestId: string; as: KindOfPerson }]
>('cover');

/**
 * Requests that the lines which an unpaid share alone pays leave the order, and the host pays the rest of it; resolves
 * once it is written. Rejected with `illegal_transition` as `cover` is.
 */
export const drop = defineUpdate<
  void,
  [{ shareId: string; requestId: string; actorId: string; as: KindOfPerson }]
>('drop');

/**
 * Requests a change of the order, which is written as requested; what came of it is in its row. Rejected with
 * `illegal_transition` once the kitchen has started, or while another change is open.
 */
export const change = defineUpdate<void, [{ changeId: string; as: KindOfPerson }]>('change');

/** Requests cancellation; the reason in words is in the cancel request. Rejected with `illegal_transition`. */
export const cancel = defineUpdate<
  void,
  [{ by: 'host' | 'agent'; cancelRequestId: string; as: KindOfPerson }]
>('cancel');

/**
 * Requests the next step of the order's preparation; resolves once it is written. Rejected with `illegal_transition`.
 */
export const advance = defineUpdate<void, [{ to: AdvanceTarget; agentId: string; as: KindOfPerson }]>(
  'advance',
);

/**
 * Makes the workflow read its record: another writer has changed it, or a message about a change was lost. Safe to
 * repeat.
 */
export const recordChanged = defineSignal('recordChanged');

/** Stripe has news of a payment: the workflow reads it back. */
export const paymentChanged = defineSignal<[{ paymentId: string }]>('paymentChanged');

/** The failure type with which an update is rejected; its details are `{ from, action }`. */
export const ILLEGAL_TRANSITION = 'illegal_transition';

/** The failure type with which an update is rejected when its sender lacks the permission. */
export const FORBIDDEN = 'forbidden';

/**
 * Tells of an answer about what has run out, which is written as a change or as a request to end the order; what came of
 * it is in the record. Rejected with `illegal_transition` if it is not there, or the order was handed over meanwhile.
 */
export const answer = defineUpdate<void, [{ changeId?: string; cancelRequestId?: string; as: KindOfPerson }]>(
  'answer',
);
