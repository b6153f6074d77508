/** The contract of reconciliation: runs, differences and mends. */

import { z } from 'zod';
import { ERROR_CODES } from '../failures.ts';
import { CHANGE_AWAITS } from '../compare-changes.ts';
import { DIFFERENCE_KINDS, LEDGER_PARTS, MEND_ACTIONS, MEND_OUTCOMES } from '../reconciliation.ts';
import { id, currency, pageQuery, time } from './fields.ts';

export const mendSchema = z.strictObject({
  id,
  action: z.enum(MEND_ACTIONS),
  /** The name of the person who requested it; null if that account is gone. */
  by: z.string().nullable(),
  at: time,
  /** Null while it is in progress. `refused`: it ran without an error, but could not set the difference right. */
  outcome: z.enum(MEND_OUTCOMES).nullable(),
  /** A `MendNote`, or the code with which Stripe refused. */
  note: z.string().nullable(),
  endedAt: time.nullable(),
});

export const differenceSchema = z.strictObject({
  id,
  kind: z.enum(DIFFERENCE_KINDS),
  status: z.enum(['open', 'closed']),
  orderId: id.nullable(),
  orderNumber: z.int().nullable(),
  /** A PaymentIntent of Stripe. */
  intentId: z.string().nullable(),
  amount: z.int().nullable(),
  currency: currency.nullable(),
  /** Further details: statuses, amounts on both sides, numbers of tries. */
  details: z.strictObject({
    orderStatus: z.string().optional(),
    paymentStatus: z.string().optional(),
    intentStatus: z.string().optional(),
    ourAmount: z.int().optional(),
    stripeAmount: z.int().optional(),
    ourRefundedAmount: z.int().optional(),
    stripeRefundedAmount: z.int().optional(),
    ledgerPart: z.enum(LEDGER_PARTS).optional(),
    ledgerAmount: z.int().optional(),
    orderAmount: z.int().optional(),
    paidAmount: z.int().optional(),
    operation: z.string().optional(),
    workflowId: z.string().optional(),
    refundId: z.string().optional(),
    tabId: z.string().optional(),
    changeId: z.string().optional(),
    changeStatus: z.string().optional(),
    changeAwaits: z.enum(CHANGE_AWAITS).optional(),
    workflowStatus: z.string().optional(),
    attention: z.string().optional(),
    workflowAttention: z.string().optional(),
    activity: z.string().optional(),
    activityId: z.string().optional(),
    attempt: z.int().optional(),
  }),
  foundAt: time,
  /** When a run last saw it. */
  seenAt: time,
  closedAt: time.nullable(),
  /** The action that an admin can request; null if a person must first find out what happened. */
  action: z.enum(MEND_ACTIONS).nullable(),
  /** The workflow concerned, in the Temporal UI. */
  workflowUrl: z.string().nullable(),
  /** Its mends, newest first. */
  mends: z.array(mendSchema),
});
export type Difference = z.infer<typeof differenceSchema>;

export const differenceAnswer = z.strictObject({ difference: differenceSchema });

/** `GET /api/differences?status=&cursor=&limit=`: the open ones, most pressing first, or the ones closed last. */
export const differencesQuerySchema = z.strictObject({
  status: z.enum(['open', 'closed']).optional(),
  ...pageQuery,
});

/** `POST /api/differences/:id/mend`: `action` must be the one that the difference offers. */
export const mendDifferenceSchema = z.strictObject({ action: z.enum(MEND_ACTIONS) });

/** `POST /api/differences/mend`: mends several, each with the action that it offers. */
export const mendManySchema = z.strictObject({
  mends: z
    .array(z.strictObject({ id, action: z.enum(MEND_ACTIONS) }))
    .min(1)
    .max(200),
});

export const mendManyAnswer = z.strictObject({
  /** The differences as they are now; those with a started mend have one without an outcome. */
  differences: z.array(differenceSchema),
  /** The differences for which no mend was started, and why. */
  refused: z.array(z.strictObject({ id, code: z.enum(ERROR_CODES), message: z.string() })),
});
export type MendManyAnswer = z.infer<typeof mendManyAnswer>;

export const reconciliationRunSchema = z.strictObject({
  id,
  /** `schedule`, or the name of the person who requested it. */
  startedBy: z.string(),
  status: z.enum(['running', 'completed', 'failed']),
  startedAt: time,
  endedAt: time.nullable(),
  comparedPayments: z.int(),
  comparedIntents: z.int(),
  comparedWorkflows: z.int(),
  comparedOrders: z.int(),
  comparedBookings: z.int(),
  /** The number of differences that it saw, new or not. */
  found: z.int(),
});

export const reconciliationAnswer = z.strictObject({
  /** The most recent runs, newest first. */
  runs: z.array(reconciliationRunSchema),
  openDifferences: z.int(),
});
export type Reconciliation = z.infer<typeof reconciliationAnswer>;
