/** The closed list of what reconciliation can find wrong, and what may be done about each. */

import { BOARD_STATUSES, hasEnded, type OrderStatus } from './order.ts';

/** The most pressing first: this is the order in which staff see them. */
export const DIFFERENCE_KINDS = [
  'money_without_order',
  'order_without_money',
  'amount_differs',
  'open_authorization',
  'unknown_outcome',
  'missing_workflow',
  'failing_workflow',
  'workflow_behind',
  'stuck_activity',
  'overdue_hold',
  'ledger_differs',
  'orphaned_intent',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/**
 * What a person may have done about a difference: `refund` gives money back, `void` cancels what is not taken yet,
 * `capture` takes what is authorized, `read_back` asks Stripe what became of a payment and books it, `correct` books
 * what the ledger lacks or has too much, `release` puts held stock back on sale, `resume` goes on with an order or
 * refund from its record, `catch_up` has a workflow read its order's record, `retry` tries a waiting step now.
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
] as const;
export type MendAction = (typeof MEND_ACTIONS)[number];

/** How a mend ends: done, not what the difference asks for any more, or tried in vain. */
export const MEND_OUTCOMES = ['mended', 'refused', 'failed'] as const;
export type MendOutcome = (typeof MEND_OUTCOMES)[number];

/** What a run has compared, or has so far. */
export interface Compared {
  readonly workflows: number;
  readonly intents: number;
  readonly payments: number;
  readonly orders: number;
  readonly bookings: number;
}

/** What there is to say of how a mend went; where Stripe refused it, Stripe's own code stands in its place. */
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
 * Where the ledger differs: what was taken and given back of a payment, what is authorized of it, Stripe's fee of it, a
 * dispute of it, or a booking of something that is not there.
 */
export const LEDGER_PARTS = ['money', 'memo', 'fee', 'dispute', 'booking'] as const;
export type LedgerPart = (typeof LEDGER_PARTS)[number];

/** What is known of a difference besides its subject; ids, amounts and words of status only. */
export interface DifferenceDetails {
  readonly orderStatus?: string;
  /** What our payment says it is. */
  readonly paymentStatus?: string;
  /** What Stripe says the PaymentIntent is; `missing`: it knows none. */
  readonly intentStatus?: string;
  readonly ourAmount?: number;
  readonly stripeAmount?: number;
  readonly ourRefundedAmount?: number;
  readonly stripeRefundedAmount?: number;
  readonly ledgerPart?: LedgerPart;
  readonly ledgerAmount?: number;
  /** What an order comes to, and what its payments took for it, tips apart. */
  readonly orderAmount?: number;
  readonly paidAmount?: number;
  readonly operation?: string;
  readonly workflowId?: string;
  /** As Temporal names it; of one that is behind its record, where it takes its order to stand. */
  readonly workflowStatus?: string;
  /** What of the order needs a person, by its record and as its workflow knows it. */
  readonly attention?: string;
  readonly workflowAttention?: string;
  readonly activity?: string;
  readonly activityId?: string;
  readonly attempt?: number;
}

/** The one action that sets a difference right; none where a person must find out what happened first. */
export function mendOf(kind: DifferenceKind, details: DifferenceDetails): MendAction | undefined {
  switch (kind) {
    case 'money_without_order':
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
      return 'correct';
    case 'missing_workflow':
      return 'resume';
    case 'failing_workflow':
      return isResumable(details.workflowId) ? 'resume' : undefined;
    case 'workflow_behind':
      return 'catch_up';
    case 'overdue_hold':
      return mendOfHold(details.orderStatus as OrderStatus | undefined);
    case 'stuck_activity':
      return 'retry';
  }
}

/** Who is behind a mend that nobody asked for: see `isDecided`. */
export const RECONCILIATION_ACTOR = 'reconciliation';

/**
 * Whether there is nothing left to decide about a difference, so that reconciliation sets it right by itself: an
 * unconfirmed PaymentIntent, or an authorization, that nobody waits for since the order which it names is over with it.
 * No money moves in either case. An order that we do not know may be of another system on the same account.
 */
export function isDecided(kind: DifferenceKind, orderStatus: OrderStatus | undefined): boolean {
  if (orderStatus === undefined) return false;
  if (kind === 'open_authorization') return hasEnded(orderStatus);
  return kind === 'orphaned_intent' && (hasEnded(orderStatus) || isBeingServed(orderStatus));
}

/** It is paid for, so that no further payment of it is waited for. */
function isBeingServed(status: OrderStatus): boolean {
  return (BOARD_STATUSES as readonly OrderStatus[]).includes(status);
}

/** Orders and refunds have a record to go on from; any other workflow that fails needs whoever wrote it. */
function isResumable(workflowId: string | undefined): boolean {
  return workflowId !== undefined && /^(order|refund)-/.test(workflowId);
}

/** An order that is not decided yet decides about its hold itself; one that has ended, or is not there, needs none. */
function mendOfHold(orderStatus: OrderStatus | undefined): MendAction | undefined {
  if (orderStatus === undefined || hasEnded(orderStatus)) return 'release';
  return isBeingServed(orderStatus) ? undefined : 'resume';
}

/** Below this many tries a workflow task is not called failing. */
export const FAILING_TASK_ATTEMPTS = 3;
/** Below this many tries an activity is not called stuck. */
export const STUCK_ACTIVITY_ATTEMPTS = 10;
