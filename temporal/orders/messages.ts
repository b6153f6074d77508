/** What can be said to an order's workflow. Ids, amounts and statuses only: histories are readable by operators. */

import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AdvanceTarget, OrderStatus } from '../../domain/order.ts';
import type { KindOfPerson } from '../../domain/permissions.ts';

/** The id of an order's one workflow. */
export function orderWorkflowId(orderId: string): string {
  return `order-${orderId}`;
}

/** What an order's workflow starts with. Durations are in milliseconds. */
export interface OrderInput {
  readonly orderId: string;
  /** For the search attribute and the summary, nothing is computed from them. */
  readonly totalAmount: number;
  readonly currency: string;
  /** How long the stock is held for payment. */
  readonly holdMs: number;
  /** The attempts to pay that came with the order, or that its record still waits for; absent: none. */
  readonly attempts?: readonly { readonly shareId: string; readonly attemptId: string }[];
  /** Where a workflow goes on that is started from the order's record, after the one before it was lost. */
  readonly resumeFrom?: OrderStatus;
}

/** Asks to authorize a share; refused with `illegal_transition` when it cannot be paid now. The outcome is in the order's events. */
export const pay = defineUpdate<void, [{ shareId: string; attemptId: string }]>('pay');

/**
 * Asks to write down that a share was paid in cash; answers when it is written. Refused with `illegal_transition` when
 * the share is, or is just being, paid otherwise, or the order waits for no payment: then the cash is to be handed back.
 */
export const recordCash = defineUpdate<void, [{ shareId: string; attemptId: string; as: KindOfPerson }]>(
  'recordCash',
);

/** Asks to cancel; the words of the reason are in the cancel request. Refused with `illegal_transition`. */
export const cancel = defineUpdate<
  void,
  [{ by: 'host' | 'agent'; cancelRequestId: string; as: KindOfPerson }]
>('cancel');

/** Asks for the next step of the order's preparation; answers when it is written. Refused with `illegal_transition`. */
export const advance = defineUpdate<void, [{ to: AdvanceTarget; agentId: string; as: KindOfPerson }]>(
  'advance',
);

/**
 * Somebody else than the order's workflow has written to its record, or a message about it was lost: read it. Safe to
 * repeat.
 */
export const recordChanged = defineSignal('recordChanged');

/** Stripe has news of a payment: read it back. */
export const paymentChanged = defineSignal<[{ paymentId: string }]>('paymentChanged');

/** The type of the failure an update is refused with; its details are `{ from, action }`. */
export const ILLEGAL_TRANSITION = 'illegal_transition';

/** The type of the failure that an update is refused with when it comes from somebody who may not ask for it. */
export const FORBIDDEN = 'forbidden';
