/**
 * Checks one difference again, as a run would: before it is mended, since it may be long gone, and after, to see
 * whether it is.
 */

import type { Client } from '@temporalio/client';
import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import { readBookedDisputes, readStrayBooking } from '../../db/orders/ledger/compare-ledger.ts';
import type { DifferenceRow } from '../../db/orders/entities/reconciliation.ts';
import { readProgress } from '../../db/orders/orders/progress.ts';
import { listChangesPastEnd, readUnreturned } from '../../db/orders/reconciliation/changes.ts';
import { listClaimsPastEnd, readTabDebt } from '../../db/orders/reconciliation/tab-debts.ts';
import {
  listUnknownCalls,
  readBookedPayment,
  readChargedOrder,
  readPaymentFacts,
} from '../../db/orders/reconciliation/reconciliation.ts';
import { compareBookings, compareDispute, compareOrder, describeStray } from '../../domain/compare-ledger.ts';
import { compareIntent, compareUnknownToStripe, type FoundDifference } from '../../domain/compare-payment.ts';
import { describeChangePastEnd, describeUnreturned } from '../../domain/compare-changes.ts';
import { compareTabDebt, describeClaimPastEnd } from '../../domain/compare-tabs.ts';
import type { DifferenceKind } from '../../domain/reconciliation.ts';
import { describeUnknownCall } from './compare-records.ts';
import { OVERDUE_SECONDS } from './compare-workflows.ts';
import { readDispute } from './disputes.ts';
import { readIntent } from './intents.ts';
import { findOverdue } from './overdue-holds.ts';
import { judgeBehind, judgeWorkflow, readWorkflowHealth } from './workflow-health.ts';
import { readWork, workOf } from './workflow-subject.ts';

export interface LookAgainDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  readonly temporal: Client;
}

/** Returns the difference as it is now; undefined when it is gone. */
export type LookAgain = (difference: DifferenceRow) => Promise<FoundDifference | undefined>;

/** A check of a single subject need not wait for it to settle. */
const SETTLED = Infinity;

export function createLookAgain({ databases, stripe, temporal }: LookAgainDependencies): LookAgain {
  const { orders, catalog } = databases;
  const lookers: Record<DifferenceKind, LookAgain> = {
    money_without_order: lookAtMoney,
    order_without_money: lookAtMoney,
    amount_differs: lookAtMoney,
    open_authorization: lookAtMoney,
    orphaned_intent: lookAtMoney,
    unknown_outcome: async ({ subject }) => {
      const [call] = await listUnknownCalls(orders, { settledBefore: new Date(), key: subject });
      return call && describeUnknownCall(call);
    },
    ledger_differs: (difference) =>
      difference.details.ledgerPart === 'dispute'
        ? lookAtDispute(difference)
        : difference.paymentId
          ? lookAtBookings(difference.paymentId)
          : lookAtStray(difference),
    missing_workflow: lookAtWorkflow,
    failing_workflow: lookAtWorkflow,
    workflow_behind: lookAtKnowledge,
    stuck_activity: lookAtWorkflow,
    endless_claim: async ({ subject }) => {
      const [claim] = await listClaimsPastEnd(orders, { seconds: 0, orderId: subject });
      return claim && describeClaimPastEnd(claim);
    },
    receivable_differs: lookAtDebt,
    ended_tab_owes: lookAtDebt,
    endless_change: async ({ subject }) => {
      const [change] = await listChangesPastEnd(orders, { seconds: 0, changeId: subject });
      return change && describeChangePastEnd(change);
    },
    change_not_returned: async ({ subject }) => {
      const share = await readUnreturned(orders, subject);
      return share && describeUnreturned(share);
    },
    overdue_hold: async ({ subject }) => {
      const [hold] = await findOverdue({ orders, catalog }, { seconds: OVERDUE_SECONDS, id: subject });
      return hold;
    },
  };

  return async (difference) => {
    const now = await lookers[difference.kind](difference);
    return now?.kind === difference.kind && now.subject === difference.subject ? now : undefined;
  };

  async function lookAtMoney({ intentId, paymentId, subject }: DifferenceRow) {
    if (!intentId) {
      const order = await readChargedOrder(orders, subject);
      return order && compareOrder(order);
    }
    const payment = await readPaymentFacts(orders, paymentId ? { id: paymentId } : { intentId });
    const intent = await readIntent(stripe, intentId);
    if (intent) return compareIntent(intent, payment, SETTLED);
    return payment && compareUnknownToStripe(payment, SETTLED);
  }

  async function lookAtBookings(paymentId: string): Promise<FoundDifference | undefined> {
    const booked = await readBookedPayment(orders, paymentId);
    if (!booked) return undefined;
    const intent = booked.intentId ? await readIntent(stripe, booked.intentId) : undefined;
    const isCaptured = intent !== undefined && intent.receivedAmount > 0;
    const stripeFeeAmount = (isCaptured ? intent.feeAmount : undefined) ?? null;
    return compareBookings({ ...booked, stripeFeeAmount }, SETTLED);
  }

  async function lookAtDispute({ subject }: DifferenceRow): Promise<FoundDifference | undefined> {
    const dispute = await readDispute(stripe, subject);
    const [booked] = dispute ? await readBookedDisputes(orders, [dispute]) : [];
    return booked && compareDispute(booked);
  }

  async function lookAtStray({ subject }: DifferenceRow): Promise<FoundDifference | undefined> {
    const stray = await readStrayBooking(orders, subject);
    return stray && describeStray(stray);
  }

  async function lookAtDebt({ subject }: DifferenceRow): Promise<FoundDifference | undefined> {
    const debt = await readTabDebt(orders.em.fork(), subject);
    return debt && compareTabDebt(debt);
  }

  async function lookAtKnowledge(difference: DifferenceRow): Promise<FoundDifference | undefined> {
    const { orderId, details } = difference;
    const workflowId = details.workflowId!;
    const { subject } = await readWork(orders, workOf(difference));
    const health = await readWorkflowHealth(temporal, workflowId);
    return judgeBehind(workflowId, health, await readProgress(orders, orderId!), subject);
  }

  async function lookAtWorkflow(difference: DifferenceRow) {
    const { kind, subject, details } = difference;
    const workflowId = details.workflowId!;
    const work = await readWork(orders, workOf(difference));
    if (kind === 'missing_workflow' && work.isDone) return undefined;
    const found = judgeWorkflow(workflowId, await readWorkflowHealth(temporal, workflowId), work.subject);
    return found.find((each) => each.kind === kind && each.subject === subject);
  }
}
