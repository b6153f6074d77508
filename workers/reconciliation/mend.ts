/** What each mend does. Each may run again after any crash: keys of calls to Stripe are derived from the mend's row. */

import type { Client } from '@temporalio/client';
import type Stripe from 'stripe';
import { releaseHold } from '../../db/catalog/stock.ts';
import type { Databases } from '../../db/databases.ts';
import { closeDifference, readDifference } from '../../db/orders/differences.ts';
import type { DifferenceRow, MendRow } from '../../db/orders/entities.ts';
import { readMend, recordMendEnded } from '../../db/orders/mends.ts';
import { settleStripeCall } from '../../db/orders/stripe-calls.ts';
import { readPaymentFacts } from '../../db/orders/reconciliation.ts';
import { reserveRefund } from '../../db/orders/refunds.ts';
import { deriveId } from '../../db/ids.ts';
import { compareIntent } from '../../domain/compare-payment.ts';
import type { MendAction } from '../../domain/reconciliation.ts';
import type { RefundInput } from '../../workflows/messages.ts';
import type { AftercareActivities } from '../aftercare.ts';
import { readIntent } from './compare-stripe.ts';
import { resumeOrder, resumeRefund, type Resumed } from './resume.ts';

export interface MendDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  readonly temporal: Client;
  readonly namespace: string;
}

/** How a mend went, and the refunds that belong to it and are to be made now. */
export interface MendStep {
  readonly outcome: NonNullable<MendRow['outcome']>;
  /** Why it was refused, or has failed; null when it was mended. */
  readonly note: string | null;
  readonly refunds: readonly RefundInput[];
  /** The order that mails may be due for; null for none. */
  readonly orderId: string | null;
}

type Done = Omit<MendStep, 'orderId'>;

const MENDED: Done = { outcome: 'mended', note: null, refunds: [] };

export function createMendActivities(
  dependencies: MendDependencies,
  reviews: Pick<AftercareActivities, 'reviewPayment'>,
) {
  const { databases, stripe, temporal, namespace } = dependencies;
  const { orders, catalog } = databases;

  const actions: Record<MendAction, (difference: DifferenceRow, mend: MendRow) => Promise<Done>> = {
    refund: giveBack,
    void: voidIntent,
    capture: async ({ intentId }, mend) => {
      await stripe.paymentIntents.capture(intentId!, {}, { idempotencyKey: `mend-${mend.id}/capture` });
      return MENDED;
    },
    read_back: readBack,
    release: async ({ orderId }) => {
      await releaseHold(catalog, orderId!);
      return MENDED;
    },
    resume: async ({ orderId, details }) => {
      const refundId = /^refund-(.+)$/.exec(details.workflowId ?? '')?.[1];
      const parts = { orders, temporal };
      return stepOf(refundId ? await resumeRefund(parts, refundId) : await resumeOrder(parts, orderId!));
    },
    retry: async ({ details }) => {
      await temporal.workflowService.resetActivity({
        namespace,
        execution: { workflowId: details.workflowId! },
        identity: 'sharetab mend',
        id: details.activityId!,
      });
      return MENDED;
    },
  };

  return {
    /** Does what the mend's row asks for. */
    async mendDifference({ mendId }: { mendId: string }): Promise<MendStep> {
      const mend = (await readMend(orders, mendId))!;
      const difference = (await readDifference(orders, mend.differenceId))!;
      const done = await actions[mend.action](difference, mend);
      return { ...done, orderId: difference.orderId ?? null };
    },

    /** Looks again, where Stripe can be asked, writes the outcome down and closes a difference that is gone. */
    async endMend(end: {
      mendId: string;
      outcome: MendStep['outcome'];
      note: string | null;
    }): Promise<{ outcome: MendStep['outcome'] }> {
      const { differenceId } = (await readMend(orders, end.mendId))!;
      const difference = (await readDifference(orders, differenceId))!;
      const isGone = end.outcome === 'mended' && !(await differsStill(difference));
      const outcome = end.outcome === 'mended' && !isGone ? 'refused' : end.outcome;
      const note = outcome === end.outcome ? end.note : 'it is still there: somebody must find out why';
      if (isGone) await closeDifference(orders, differenceId);
      await recordMendEnded(orders, end.mendId, outcome, note);
      return { outcome };
    },
  };

  /** What aftercare finds came too late goes back first; what is left of a payment after that is reserved here. */
  async function giveBack(difference: DifferenceRow, mend: MendRow): Promise<Done> {
    const { orderId, paymentId } = difference;
    const booked = paymentId ? await reviewAndReserve(orderId!, paymentId, mend) : [];
    if (booked.length > 0) return { ...MENDED, refunds: booked };
    // No payment of ours can book it: what Stripe has of it goes back as it came.
    await stripe.refunds.create(
      { payment_intent: difference.intentId!, metadata: { mend_id: mend.id } },
      { idempotencyKey: `mend-${mend.id}/refund` },
    );
    return MENDED;
  }

  async function reviewAndReserve(orderId: string, paymentId: string, mend: MendRow): Promise<RefundInput[]> {
    const { refundIds } = await reviews.reviewPayment({ orderId, paymentId });
    if (refundIds.length > 0) return refundIds.map((refundId) => ({ orderId, refundId }));
    const refundId = deriveId('refund', 'mend', mend.id);
    const reserved = await reserveRefund(orders, {
      id: refundId,
      orderId,
      paymentId,
      reason: 'money_without_order',
      restock: false,
      requestHash: '',
      actorId: mend.actorId,
    });
    return 'refund' in reserved ? [{ orderId, refundId }] : [];
  }

  async function voidIntent(difference: DifferenceRow, mend: MendRow): Promise<Done> {
    const { intentId, orderId, paymentId } = difference;
    try {
      await stripe.paymentIntents.cancel(intentId!, {}, { idempotencyKey: `mend-${mend.id}/cancel` });
    } catch (error) {
      const intent = await readIntent(stripe, intentId!);
      if (intent?.status === 'succeeded')
        return { outcome: 'refused', note: 'its money was taken meanwhile', refunds: [] };
      if (intent?.status !== 'canceled') throw error;
    }
    if (paymentId) await reviews.reviewPayment({ orderId: orderId!, paymentId });
    return MENDED;
  }

  /** Books what Stripe says of the payment, and notes that the call's outcome is known. */
  async function readBack(difference: DifferenceRow): Promise<Done> {
    const { orderId, paymentId, intentId, details, kind, subject } = difference;
    const { refundIds } = await reviews.reviewPayment({ orderId: orderId!, paymentId: paymentId! });
    if (kind === 'unknown_outcome') {
      const refundId = /refund-([0-9a-f-]{36})/.exec(subject)?.[1];
      if (details.operation === 'refund' && refundId)
        return stepOf(await resumeRefund({ orders, temporal }, refundId));
      const status = intentId ? (await readIntent(stripe, intentId))?.status : undefined;
      await settleStripeCall(orders, subject, hasDone(details.operation, status) ? 'succeeded' : 'failed');
    }
    return { ...MENDED, refunds: refundIds.map((refundId) => ({ orderId: orderId!, refundId })) };
  }

  async function differsStill({ intentId, paymentId, kind }: DifferenceRow): Promise<boolean> {
    const isOfStripe = intentId && kind !== 'unknown_outcome';
    const intent = isOfStripe ? await readIntent(stripe, intentId) : undefined;
    if (!intent) return false;
    const payment = paymentId ? await readPaymentFacts(orders, paymentId) : undefined;
    return compareIntent(intent, payment, Infinity) !== undefined;
  }
}

/** What a PaymentIntent's status says of a call that may have been made on it. */
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
      return { outcome: 'refused', note: 'its workflow is at work', refunds: [] };
    case 'over':
      return { ...MENDED, note: 'it has ended meanwhile' };
  }
}
