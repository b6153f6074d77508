/** Runs of reconciliation, the differences found, and their mends. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import {
  DIFFERENCE_KINDS,
  MEND_ACTIONS,
  MEND_OUTCOMES,
  type DifferenceDetails,
} from '../../../domain/reconciliation.ts';

/** One comparison of our records with Stripe and Temporal. */
export const ReconciliationEntity = defineEntity({
  name: 'Reconciliation',
  tableName: 'reconciliations',
  properties: {
    id: p.uuid().primary(),
    /** `schedule`, or the id of the person who requested it. */
    startedBy: p.text(),
    status: p.enum(['running', 'completed', 'failed']),
    startedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    comparedPayments: p.integer().default(0),
    comparedIntents: p.integer().default(0),
    comparedWorkflows: p.integer().default(0),
    comparedOrders: p.integer().default(0),
    comparedBookings: p.integer().default(0),
    /** The number of differences that it saw, new or not. */
    found: p.integer().default(0),
  },
});
export type ReconciliationRow = InferEntity<typeof ReconciliationEntity>;

/** A difference; one row per kind and subject, reopened when it recurs. */
export const DifferenceEntity = defineEntity({
  name: 'Difference',
  tableName: 'differences',
  properties: {
    id: p.uuid().primary(),
    kind: p.enum(DIFFERENCE_KINDS),
    /** Its subject, unique within its kind: an id of ours, of Stripe or of Temporal. */
    subject: p.text(),
    status: p.enum(['open', 'closed']),
    orderId: p.uuid().nullable(),
    paymentId: p.uuid().nullable(),
    intentId: p.text().nullable(),
    amount: p.integer().nullable(),
    currency: p.text().nullable(),
    details: p.json<DifferenceDetails>(),
    foundAt: p.datetime(),
    seenAt: p.datetime(),
    /** The run that saw it last. */
    seenIn: p.uuid(),
    closedAt: p.datetime().nullable(),
  },
});
export type DifferenceRow = InferEntity<typeof DifferenceEntity>;

/** A mend of a difference. Written once, and once more with its outcome. */
export const MendEntity = defineEntity({
  name: 'Mend',
  tableName: 'mends',
  properties: {
    id: p.uuid().primary(),
    differenceId: p.uuid(),
    /** The n-th mend of its difference. */
    number: p.integer(),
    action: p.enum(MEND_ACTIONS),
    actorId: p.text(),
    at: p.datetime(),
    /** Null while it is in progress. */
    outcome: p.enum(MEND_OUTCOMES).nullable(),
    note: p.text().nullable(),
    endedAt: p.datetime().nullable(),
  },
});
export type MendRow = InferEntity<typeof MendEntity>;
