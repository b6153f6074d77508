/** The closed list of what reconciliation can find wrong, and what may be done about each. */

export const DIFFERENCE_KINDS = [
  'money_without_order',
  'order_without_money',
  'unknown_outcome',
  'open_authorization',
  'amount_differs',
  'orphaned_intent',
  'missing_workflow',
  'overdue_hold',
  'failing_workflow',
  'stuck_activity',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/**
 * What a person may have done about a difference: `refund` gives money back, `void` cancels what is not taken yet,
 * `capture` takes what is authorized, `read_back` asks Stripe what became of a payment and books it, `release` puts
 * held stock back on sale, `resume` goes on with an order or refund from its record, `retry` tries a waiting step now.
 */
export const MEND_ACTIONS = ['refund', 'void', 'capture', 'read_back', 'release', 'resume', 'retry'] as const;
export type MendAction = (typeof MEND_ACTIONS)[number];

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
  readonly operation?: string;
  readonly workflowId?: string;
  readonly workflowStatus?: string;
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
    case 'unknown_outcome':
    case 'amount_differs':
      return 'read_back';
    case 'missing_workflow':
    case 'failing_workflow':
      return 'resume';
    case 'overdue_hold':
      return mendOfHold(details.orderStatus);
    case 'stuck_activity':
      return 'retry';
  }
}

/** An order that is not decided yet decides about its hold itself; one that has ended, or is not there, needs none. */
function mendOfHold(orderStatus: string | undefined): MendAction | undefined {
  switch (orderStatus) {
    case 'placing':
    case 'awaiting_payment':
    case 'capturing':
      return 'resume';
    case 'completed':
    case 'rejected':
    case 'expired':
    case 'canceled':
    case undefined:
      return 'release';
    default:
      return undefined;
  }
}

/** Below this many tries a workflow task is not called failing. */
export const FAILING_TASK_ATTEMPTS = 3;
/** Below this many tries an activity is not called stuck. */
export const STUCK_ACTIVITY_ATTEMPTS = 10;
