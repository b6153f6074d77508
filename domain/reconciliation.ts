/** The closed list of the differences that reconciliation finds, and the actions that may set each right. */

import type { ChangeAwaits } from './compare-changes.ts';
import { BOARD_STATUSES, hasEnded, type OrderStatus } from './order.ts';

/** Most pressing first: staff see them in this order. */
export const DIFFERENCE_KINDS = [
  'money_without_order',
  'order_without_money',
  'amount_differs',
  'open_authorization',
  'change_not_returned',
  'unknown_outcome',
  'missing_workflow',
  'failing_workflow',
  'workflow_behind',
  'stuck_activity',
  'overdue_hold',
  'endless_claim',
  'endless_change',
  'ledger_differs',
  'receivable_differs',
  'ended_tab_owes',
  'orphaned_intent',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/**
 * Actions that a person may request for a difference: `refund` returns money, `void` cancels an uncaptured payment,
 * `capture` captures an authorized one, `read_back` asks Stripe for a payment's outcome and books it, `correct` books
 * what the ledger lacks or has too much, `release` puts held stock back on sale, `resume` continues an order, refund or
 * tab from its record, `catch_up` makes a workflow read its order's record, `retry` retries a waiting step now, `reopen`
 * lets a tab that has ended take payments again, or be written off.
 */
export const MEND_ACTIONS = [
  'refund',
  'void',
  'capture',
  'read_back',
  'correct',
  'release',
  'resume',
  'catch_up',
  'retry',
  'reopen',
] as const;
export type MendAction = (typeof MEND_ACTIONS)[number];

/** The outcome of a mend: done, not needed any more, or failed. */
export const MEND_OUTCOMES = ['mended', 'refused', 'failed'] as const;
export type MendOutcome = (typeof MEND_OUTCOMES)[number];

/** How much a run has compared so far. */
export interface Compared {
  readonly workflows: number;
  readonly intents: number;
  readonly payments: number;
  readonly orders: number;
  readonly bookings: number;
}

/** Notes on a mend's outcome; if Stripe refused it, Stripe's code is used instead. */
export type MendNote =
  | 'gone_already'
  | 'changed_meanwhile'
  | 'still_there'
  | 'taken_meanwhile'
  | 'being_tried'
  | 'workflow_at_work'
  | 'ended_meanwhile'
  | 'stripe_unreachable'
  | 'workflow_ended';

/**
 * Where the ledger differs: in what was captured and refunded of a payment, in its authorization, in Stripe's fee, in a
 * dispute, or by a booking without a subject.
 */
export const LEDGER_PARTS = ['money', 'memo', 'fee', 'dispute', 'booking'] as const;
export type LedgerPart = (typeof LEDGER_PARTS)[number];

/** Details of a difference besides its subject: ids, amounts and status codes only. */
export interface DifferenceDetails {
  readonly orderStatus?: string;
  /** The status of our payment. */
  readonly paymentStatus?: string;
  /** The status of the PaymentIntent at Stripe; `missing` if Stripe has none. */
  readonly intentStatus?: string;
  readonly ourAmount?: number;
  readonly stripeAmount?: number;
  readonly ourRefundedAmount?: number;
  readonly stripeRefundedAmount?: number;
  readonly ledgerPart?: LedgerPart;
  readonly ledgerAmount?: number;
  /** The order's total, and what its payments took for it, excluding tips. */
  readonly orderAmount?: number;
  readonly paidAmount?: number;
  readonly operation?: string;
  readonly workflowId?: string;
  /** The refund whose workflow or call to Stripe it is. */
  readonly refundId?: string;
  /** The tab whose workflow it is. */
  readonly tabId?: string;
  /** The change of the order that it is about. */
  readonly changeId?: string;
  readonly changeStatus?: string;
  readonly changeAwaits?: ChangeAwaits;
  /** The workflow's status in Temporal; for one that is behind its record, the order's status by the workflow. */
  readonly workflowStatus?: string;
  /** The order's attention, by its record and by its workflow. */
  readonly attention?: string;
  readonly workflowAttention?: string;
  readonly activity?: string;
  readonly activityId?: string;
  readonly attempt?: number;
}

/** Returns the one action that sets a difference right; undefined if a person must first find out what happened. */
export function mendOf(kind: DifferenceKind, details: DifferenceDetails): MendAction | undefined {
  switch (kind) {
    case 'money_without_order':
    case 'change_not_returned':
      return 'refund';
    case 'order_without_money':
      return details.intentStatus === 'requires_capture' ? 'capture' : undefined;
    case 'open_authorization':
    case 'orphaned_intent':
      return 'void';
    case 'amount_differs':
      return details.intentStatus === undefined ? undefined : 'read_back';
    case 'unknown_outcome':
      return 'read_back';
    case 'ledger_differs':
    case 'receivable_differs':
      return 'correct';
    case 'missing_workflow':
    case 'endless_claim':
    case 'endless_change':
      return 'resume';
    case 'failing_workflow':
      // Only workflows of orders, refunds and tabs resume from their record; any other needs a developer.
      return details.orderStatus === undefined && details.tabId === undefined ? undefined : 'resume';
    case 'workflow_behind':
      return 'catch_up';
    case 'overdue_hold':
      return mendOfHold(details);
    case 'stuck_activity':
      return 'retry';
    case 'ended_tab_owes':
      return 'reopen';
  }
}

/** The requester of an automatic mend: see `isDecided`. */
export const RECONCILIATION_ACTOR = 'reconciliation';

/**
 * Returns whether reconciliation may mend a difference by itself: an unconfirmed PaymentIntent, or an authorization,
 * whose order no longer awaits payment. No money moves in either case. An unknown order may belong to another system on
 * the same account.
 */
export function isDecided(kind: DifferenceKind, orderStatus: OrderStatus | undefined): boolean {
  if (orderStatus === undefined) return false;
  if (kind === 'open_authorization') return hasEnded(orderStatus);
  return kind === 'orphaned_intent' && (hasEnded(orderStatus) || isBeingServed(orderStatus));
}

/** Returns whether the order is paid for, so that it awaits no further payment. */
function isBeingServed(status: OrderStatus): boolean {
  return (BOARD_STATUSES as readonly OrderStatus[]).includes(status);
}

/**
 * An order that is not decided yet decides about its hold itself; one that has ended or is missing needs none. What a
 * change that was applied still holds belongs to its order.
 */
function mendOfHold(details: DifferenceDetails): MendAction | undefined {
  const orderStatus = details.orderStatus as OrderStatus | undefined;
  if (details.changeId !== undefined) {
    const isSold = details.changeStatus === 'applied' && orderStatus !== 'canceled';
    return isSold ? 'resume' : 'release';
  }
  if (orderStatus === undefined || hasEnded(orderStatus)) return 'release';
  return isBeingServed(orderStatus) ? undefined : 'resume';
}

/** A workflow task with fewer attempts does not count as failing. */
export const FAILING_TASK_ATTEMPTS = 3;
/** An activity with fewer attempts does not count as stuck. */
export const STUCK_ACTIVITY_ATTEMPTS = 10;
