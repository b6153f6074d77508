/** The action of each mend. Repeating one changes nothing more. */

import { setTimeout as delay } from 'node:timers/promises';
import { joinHold, releaseHold, takeOffHold } from '../../db/catalog/stock/stock.ts';
import { disputeReference } from '../../db/orders/ledger/compare-ledger.ts';
import {
  correctDispute,
  correctPayment,
  correctReceivable,
  correctStray,
} from '../../db/orders/ledger/correct-ledger.ts';
import type { DifferenceRow, MendRow } from '../../db/orders/entities/reconciliation.ts';
import {
  listChangesPastEnd,
  readTakenOff,
  reserveUnreturned,
} from '../../db/orders/reconciliation/changes.ts';
import { listClaimsPastEnd } from '../../db/orders/reconciliation/tab-debts.ts';
import { recoverTab } from '../../db/orders/tabs/settings.ts';
import { settleStripeCall } from '../../db/orders/payments/stripe-calls.ts';
import { listRefunds, reserveRefund } from '../../db/orders/refunds/refunds.ts';
import { deriveId } from '../../db/ids.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import type { MendAction, MendNote } from '../../domain/reconciliation.ts';
import type { RefundInput } from '../../temporal/refunds/messages.ts';
import type { AftercareActivities } from '../../temporal/payments/activities.ts';
import { catchUpWorkflow } from '../orders/behind-record.ts';
import { readDispute } from './disputes.ts';
import { readIntent } from './intents.ts';
import type { MendDependencies } from './mend.ts';
import { resumeOrder, resumeRefund, resumeTab, type Resumed } from './resume.ts';
import { readWorkflowHealth } from './workflow-health.ts';

/** The outcome, and the refunds that must be made now. */
export interface Done {
  readonly outcome: NonNullable<MendRow['outcome']>;
  readonly note: MendNote | null;
  readonly refunds: readonly RefundInput[];
}

export const MENDED: Done = { outcome: 'mended', note: null, refunds: [] };

/** How long to wait for a running attempt of an activity. */
const TRIED_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 200;

/** A difference as just seen, its requester and action, and the idempotency key of a call to Stripe about it. */
interface Task {
  readonly difference: FoundDifference;
  readonly mend: MendRow;
  readonly idempotencyKey: string;
}

export interface MendActions {
  act(difference: FoundDifference, mend: MendRow, attempt: number): Promise<Done>;
  /** Books Stripe's state of the difference's payment, if it is one of ours; returns the refunds of late money. */
  review(difference: Pick<DifferenceRow, 'orderId' | 'paymentId'>): Promise<RefundInput[]>;
  /** Refunds of the difference's payment that are reserved and not made. */
  refundsUnderWay(difference: DifferenceRow): Promise<RefundInput[]>;
}

export function createMendActions(
  { databases, stripe, temporal, namespace }: MendDependencies,
  reviews: Pick<AftercareActivities, 'reviewPayment'>,
): MendActions {
  const { orders, catalog } = databases;
  const resuming = { orders, temporal };

  const actions: Record<MendAction, (task: Task) => Promise<Done>> = {
    refund: giveBack,
    void: voidIntent,
    capture: async ({ difference, idempotencyKey }) => {
      await stripe.paymentIntents.capture(difference.intentId!, {}, { idempotencyKey });
      await review(difference);
      return MENDED;
    },
    read_back: readBack,
    correct,
    release: async ({ difference: { subject } }) => {
      await releaseHold(catalog, subject);
      return MENDED;
    },
    resume: async ({ difference: { kind, orderId, subject, details } }) => {
      if (kind === 'endless_claim') return endClaim(orderId!);
      if (kind === 'endless_change') return endChange(orderId!, subject);
      if (kind === 'overdue_hold' && details.changeId) return joinHoldOf(orderId!, details.changeId);
      const { refundId, tabId } = details;
      if (tabId) return stepOf(await resumeTab(resuming, tabId));
      return stepOf(
        refundId ? await resumeRefund(resuming, refundId) : await resumeOrder(resuming, orderId!),
      );
    },
    catch_up: async ({ difference: { orderId } }) => {
      await catchUpWorkflow(temporal, orderId!);
      return MENDED;
    },
    reopen: async ({ difference: { subject }, mend }) => {
      await recoverTab(orders, subject, { actor: 'agent', actorId: mend.actorId });
      await resumeTab(resuming, subject);
      return MENDED;
    },
    retry: ({ difference: { details } }) => tryNow(details.workflowId!, details.activityId!),
  };

  return {
    act: (difference, mend, attempt) =>
      actions[mend.action]({
        difference,
        mend,
        idempotencyKey: `mend-${mend.id}/${mend.action}-${attempt}`,
      }),
    review,
    refundsUnderWay: async ({ orderId, paymentId }) => {
      const refunds = orderId && paymentId ? await listRefunds(orders, orderId) : [];
      return refunds
        .filter((refund) => refund.paymentId === paymentId && refund.status === 'pending' && !refund.madeAt)
        .map(({ id }) => ({ orderId: orderId!, refundId: id }));
    },
  };

  async function review({ orderId, paymentId }: Pick<DifferenceRow, 'orderId' | 'paymentId'>) {
    if (!orderId || !paymentId) return [];
    const { refundIds } = await reviews.reviewPayment({ orderId, paymentId });
    return refundIds.map((refundId) => ({ orderId, refundId }));
  }

  /** Aftercare refunds late money first; the rest of a payment is reserved here. */
  async function giveBack({ difference, mend, idempotencyKey }: Task): Promise<Done> {
    if (difference.kind === 'change_not_returned') return returnMissing(difference, mend);
    const late = await review(difference);
    const refunds = late.length > 0 ? late : await reserveRest(difference, mend);
    if (refunds.length > 0) return { ...MENDED, refunds };
    // No payment of ours can book it: Stripe refunds it to the card it came from.
    await stripe.refunds.create(
      { payment_intent: difference.intentId!, metadata: { mend_id: mend.id } },
      { idempotencyKey },
    );
    await review(difference);
    return MENDED;
  }

  async function returnMissing({ orderId, subject }: FoundDifference, mend: MendRow): Promise<Done> {
    const refundId = deriveId('refund', 'mend', mend.id);
    const of = { refundId, orderId: orderId!, shareId: subject, actorId: mend.actorId };
    await reserveUnreturned(orders, of);
    return { ...MENDED, refunds: [{ orderId: orderId!, refundId }] };
  }

  async function reserveRest({ orderId, paymentId }: FoundDifference, mend: MendRow): Promise<RefundInput[]> {
    if (!paymentId) return [];
    const refundId = deriveId('refund', 'mend', mend.id);
    const reserved = await reserveRefund(orders, {
      id: refundId,
      orderId: orderId!,
      paymentId,
      cause: 'money_without_order',
      reason: null,
      restock: false,
      requestHash: '',
      actorId: mend.actorId,
    });
    const refunds = 'refunds' in reserved ? reserved.refunds : [];
    return refunds.map(({ id }) => ({ orderId: orderId!, refundId: id }));
  }

  async function voidIntent({ difference, idempotencyKey }: Task): Promise<Done> {
    const intentId = difference.intentId!;
    try {
      await stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey });
    } catch (error) {
      const intent = await readIntent(stripe, intentId);
      if (intent?.status === 'succeeded') return { outcome: 'refused', note: 'taken_meanwhile', refunds: [] };
      if (intent?.status !== 'canceled') throw error;
    }
    return { ...MENDED, refunds: await review(difference) };
  }

  /** Makes a waiting activity retry at once. A running attempt must end first: Temporal would lose its result. */
  async function tryNow(workflowId: string, activityId: string): Promise<Done> {
    for (const deadline = Date.now() + TRIED_WITHIN_MS; Date.now() < deadline; await delay(LOOK_AGAIN_MS)) {
      const { activities } = await readWorkflowHealth(temporal, workflowId);
      const activity = activities.find(({ id }) => id === activityId);
      if (!activity) return MENDED;
      if (activity.isBeingTried) continue;
      await temporal.workflowService.resetActivity({
        namespace,
        execution: { workflowId },
        identity: 'sharetab mend',
        id: activityId,
      });
      return MENDED;
    }
    return { outcome: 'refused', note: 'being_tried', refunds: [] };
  }

  function endClaim(orderId: string): Promise<Done> {
    return endByWorkflow(orderId, () => listClaimsPastEnd(orders, { seconds: 0, orderId }));
  }

  function endChange(orderId: string, changeId: string): Promise<Done> {
    return endByWorkflow(orderId, () => listChangesPastEnd(orders, { seconds: 0, changeId }));
  }

  /** Has the order's workflow end something, and waits for that. It may have been resumed meanwhile by itself. */
  async function endByWorkflow(orderId: string, listLeft: () => Promise<readonly unknown[]>): Promise<Done> {
    await resumeOrder(resuming, orderId);
    await catchUpWorkflow(temporal, orderId);
    for (const deadline = Date.now() + TRIED_WITHIN_MS; Date.now() < deadline; await delay(LOOK_AGAIN_MS))
      if ((await listLeft()).length === 0) return MENDED;
    return { outcome: 'refused', note: 'workflow_at_work', refunds: [] };
  }

  /** Gives an order what its change still holds, and puts on sale what that took off, as far as it was not done. */
  async function joinHoldOf(orderId: string, changeId: string): Promise<Done> {
    await joinHold(catalog, { changeId, orderId });
    await takeOffHold(catalog, { id: changeId, orderId, items: await readTakenOff(orders, changeId) });
    return MENDED;
  }

  /** Books Stripe's state of the payment, and settles the call. */
  async function readBack({ difference }: Task): Promise<Done> {
    const { intentId, details, kind, subject } = difference;
    const refunds = await review(difference);
    if (kind !== 'unknown_outcome') return { ...MENDED, refunds };
    if (details.refundId) return stepOf(await resumeRefund(resuming, details.refundId));
    const status = intentId ? (await readIntent(stripe, intentId))?.status : undefined;
    await settleStripeCall(orders, subject, hasDone(details.operation, status) ? 'succeeded' : 'failed');
    return { ...MENDED, refunds };
  }

  /** Stripe's news is booked as usual; what the ledger then still lacks, or has too much, is booked as a correction. */
  async function correct({ difference, mend }: Task): Promise<Done> {
    const { paymentId, intentId, subject, orderId, currency, details } = difference;
    const refunds = await review(difference);
    const of = { mendId: mend.id, orderId: orderId!, currency: currency! };
    if (difference.kind === 'receivable_differs') {
      await correctReceivable(orders, of, subject);
      return MENDED;
    }
    if (details.ledgerPart === 'dispute') {
      const dispute = await readDispute(stripe, subject);
      if (dispute) await correctDispute(orders, { ...of, corrects: disputeReference(subject) }, dispute);
    } else if (paymentId) {
      const intent = intentId ? await readIntent(stripe, intentId) : undefined;
      const feeAmount = intent?.feeCurrency === currency ? intent?.feeAmount : undefined;
      await correctPayment(orders, { mendId: mend.id, paymentId, feeAmount });
    } else {
      await correctStray(orders, { ...of, corrects: subject });
    }
    return { ...MENDED, refunds };
  }
}

/** Derives the outcome of a possible call from a PaymentIntent's status. */
function hasDone(operation: string | undefined, status: string | undefined): boolean {
  switch (operation) {
    case 'create':
      return status !== undefined;
    case 'confirm':
      return (
        status !== undefined && status !== 'requires_payment_method' && status !== 'requires_confirmation'
      );
    case 'capture':
      return status === 'succeeded';
    default:
      return status === 'canceled';
  }
}

function stepOf(resumed: Resumed): Done {
  switch (resumed) {
    case 'resumed':
      return MENDED;
    case 'at_work':
      return { outcome: 'refused', note: 'workflow_at_work', refunds: [] };
    case 'over':
      return { ...MENDED, note: 'ended_meanwhile' };
  }
}
