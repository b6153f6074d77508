/** What can be said to an order's workflow. Ids, amounts and statuses only: histories are readable by operators. */

import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AdvanceTarget, EndReason, OrderStatus } from '../domain/order.ts';
import type { Standing } from '../domain/standing.ts';

/** Workflows and the activities an order waits for; a second queue keeps slow mail servers out of their way. */
export const ORDERS_QUEUE = 'orders';
export const NOTIFICATIONS_QUEUE = 'notifications';
/** Comparing with Stripe takes a while: a queue of its own keeps it out of everybody's way. */
export const RECONCILIATION_QUEUE = 'reconciliation';

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
  /** The pay request that came with the order, if one did. */
  readonly payRequestId?: string;
  readonly shareId?: string;
  /** Where a workflow goes on that is started from the order's record, after the one before it was lost. */
  readonly resumeFrom?: OrderStatus;
  /** The how-manieth try to pay that pay request is; absent: the first. */
  readonly attempt?: number;
}

/**
 * The decision on the hold, whoever made it: where the order stands, which may be further than that. What was missing
 * stands in the order's events.
 */
export interface HoldDecision {
  readonly order: Standing;
  /** Why it was rejected, if it was. */
  readonly reason?: EndReason;
  /** Until when the stock is held for payment, in milliseconds since 1970. */
  readonly deadline?: number;
}

/** Asks to authorize a share; refused with `illegal_transition` when it cannot be paid now. The outcome is in the order's events. */
export const pay = defineUpdate<void, [{ shareId: string; payRequestId: string }]>('pay');

/**
 * Asks to write down that a share was paid in cash; answers when it is written. Refused with `illegal_transition` when
 * the share is, or is just being, paid otherwise, or the order waits for no payment: then the cash is to be handed back.
 */
export const recordCash = defineUpdate<void, [{ shareId: string; payRequestId: string }]>('recordCash');

/** Asks to cancel; the words of the reason are in the cancel request. Refused with `illegal_transition`. */
export const cancel = defineUpdate<void, [{ by: 'host' | 'agent'; cancelRequestId: string }]>('cancel');

/** Asks for the next step of the order's preparation; answers when it is written. Refused with `illegal_transition`. */
export const advance = defineUpdate<void, [{ to: AdvanceTarget; agentId: string }]>('advance');

/**
 * Somebody else than the order's workflow has written to its record, or a message about it was lost: read it. Safe to
 * repeat.
 */
export const recordChanged = defineSignal('recordChanged');

/** Stripe has news of a payment: read it back. */
export const paymentChanged = defineSignal<[{ paymentId: string }]>('paymentChanged');

/** The type of the failure an update is refused with; its details are `{ from, action }`. */
export const ILLEGAL_TRANSITION = 'illegal_transition';

/** Search attributes of every order's workflow, registered before a worker polls. */
export const SEARCH_ATTRIBUTES = {
  OrderStatus: 'KEYWORD',
  OrderTotal: 'INT',
  OrderAttention: 'KEYWORD_LIST',
} as const;

/** What a refund's workflow starts with. */
export interface RefundInput {
  readonly orderId: string;
  readonly refundId: string;
}

/** The id of a refund's workflow. */
export function refundWorkflowId(refundId: string): string {
  return `refund-${refundId}`;
}

/** What a review of a payment starts with: ids only; the rest is read from Stripe. */
export interface AftercareInput {
  readonly orderId: string;
  readonly paymentId: string;
  /** The event of Stripe that caused it, if one did: noted as seen to when the review is done. */
  readonly eventId?: string;
}

/** The id of the workflow that sees to one event of Stripe, or to another cause of a review. */
export function aftercareWorkflowId(cause: string): string {
  return `aftercare-${cause}`;
}

/** The id of the workflow that sends one mail about an account. */
export function accountMailWorkflowId(mailId: string): string {
  return `mail-${mailId}`;
}

/** What a run of reconciliation starts with. */
export interface ReconciliationInput {
  /** `schedule`, or the id of who asked for it. */
  readonly startedBy: string;
}

/** The id of the Temporal Schedule that starts reconciliation, and of the workflow of a run that staff asked for. */
export const RECONCILIATION_SCHEDULE = 'reconciliation';
export const RECONCILIATION_NOW = 'reconciliation-now';
/** A run that takes longer is ended: the next one comes by itself. */
export const RECONCILIATION_TIMEOUT = '2 hours';

/** What a mend starts with; what is to be done stands in its row. */
export interface MendInput {
  readonly mendId: string;
}

/** The id of the workflow that does the n-th mend of a difference. */
export function mendWorkflowId(differenceId: string, number: number): string {
  return `mend-${differenceId}-${number}`;
}
