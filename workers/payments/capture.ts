/** The point of no return, in one step: no capture without a committed hold, no confirmation without the capture. */

import type Stripe from 'stripe';
import { commitHold, releaseHold, sellHold } from '../../db/catalog/stock/stock.ts';
import type { Databases } from '../../db/databases.ts';
import { readChangeToCapture, recordChangeCaptured } from '../../db/orders/changes/pay-change.ts';
import type { Recipient } from '../../db/orders/mails/mails.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import type { PaymentRow } from '../../db/orders/entities/payment.ts';
import { recordConfirmed } from '../../db/orders/orders/finish-order.ts';
import { readStanding } from '../../db/orders/orders/change-order.ts';
import { readKind } from '../../db/orders/orders/read-kind.ts';
import { recordSettled } from '../../db/orders/tabs/settle-claim.ts';
import { recordCaptureStarted, type PaymentToCapture } from '../../db/orders/payments/start-capture.ts';
import { settleStripeCall, startStripeCall } from '../../db/orders/payments/stripe-calls.ts';
import { hasEnded } from '../../domain/order.ts';
import type { CapturedPayment } from '../../domain/payment.ts';
import type { Standing } from '../../domain/standing.ts';
import type {
  CaptureActivities,
  CaptureOutcome,
  CaptureRequest,
  Captures,
} from '../../temporal/payments/activities.ts';
import { judgeStripeError } from '../operations/stripe.ts';

export interface CaptureDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  readonly changes: ChangeNudger;
  /** Staff to notify of confirmed and canceled orders. */
  readonly staff: () => Promise<readonly Recipient[]>;
}

export function createCaptureActivities(dependencies: CaptureDependencies) {
  const { changes, staff } = dependencies;
  const { orders, catalog } = dependencies.databases;
  return {
    /**
     * Removes the hold's deadline, books `capturing`, captures every authorized payment and, when none failed for good,
     * confirms: number, money and mails in one transaction, then marks the stock as sold. If a capture failed, the
     * caller must undo the others. Repeated after a crash it resumes, and returns the order's standing when that is
     * further.
     */
    async captureAndConfirm({ orderId, kind: known }: CaptureRequest): Promise<CaptureOutcome> {
      if (known === 'settlement') return captureSettlement(orderId);
      if (!(await commitHold(catalog, orderId))) return captureUnheld(orderId);
      const { order, payments, ...kind } = await recordCaptureStarted(orders, orderId);
      changes.nudge(orderId);
      if (hasEnded(order.status) && order.status !== 'completed') {
        // Another run has ended it while this one committed the hold.
        await releaseHold(catalog, orderId);
        return { captured: [], failed: [], order };
      }
      const captures = await capturePayments(dependencies, payments);
      if (captures.failed.length > 0) return { ...captures, order };
      const confirmed =
        order.status === 'capturing'
          ? await recordConfirmed(orders, orderId, captures.captured, await staff(), kind)
          : order;
      changes.nudge(orderId);
      await sellHold(catalog, orderId);
      return { ...captures, order: confirmed };
    },

    /** Captures what an applied change costs more, and books it. Run again, it returns the order's standing. */
    async captureChange(request: { orderId: string; changeId: string }): Promise<{ order: Standing }> {
      const payments = await readChangeToCapture(orders, request.changeId);
      if (payments.length === 0) return { order: await readStanding(orders, request.orderId) };
      const { captured } = await capturePayments(
        dependencies,
        payments.map((payment) => ({ payment })),
      );
      const order = await recordChangeCaptured(orders, request, captured);
      changes.nudge(request.orderId);
      return { order };
    },
  } satisfies CaptureActivities;

  /**
   * Captures a settlement, which has no stock. Any other order without a hold has ended: returns its standing. Throws for
   * one that has not.
   */
  async function captureUnheld(orderId: string): Promise<CaptureOutcome> {
    const { order, kind } = await readKind(orders, orderId);
    if (hasEnded(order.status)) return { captured: [], failed: [], order };
    if (kind !== 'settlement') throw new Error(`order ${orderId} holds nothing that could be committed`);
    return captureSettlement(orderId);
  }

  async function captureSettlement(orderId: string): Promise<CaptureOutcome> {
    const started = await recordCaptureStarted(orders, orderId);
    if (hasEnded(started.order.status)) return { captured: [], failed: [], order: started.order };
    changes.nudge(orderId);
    const captures = await capturePayments(dependencies, started.payments);
    if (captures.failed.length > 0) return { ...captures, order: started.order };
    const settled = await recordSettled(orders, orderId, captures.captured);
    changes.nudge(orderId);
    return { ...captures, order: settled, isMailed: started.hasAddress };
  }
}

/**
 * Captures these payments at Stripe; cash is already taken. The caller books the result. A capture with an unknown
 * outcome is read back.
 */
export async function capturePayments(
  dependencies: Pick<CaptureDependencies, 'databases' | 'stripe'>,
  payments: readonly PaymentToCapture[],
): Promise<Captures> {
  const captured: CapturedPayment[] = [];
  const failed: string[] = [];
  for (const wanted of payments) {
    const { payment } = wanted;
    const amount = takenOf(payment) ?? (await captureIntent(dependencies, wanted));
    if (amount === undefined) failed.push(payment.id);
    else captured.push({ paymentId: payment.id, amount });
  }
  return { captured, failed };
}

/** Returns the amount in the till, or captured before; undefined if it still has to be captured. */
function takenOf(payment: PaymentRow): number | undefined {
  if (payment.method === 'cash') return payment.amount;
  return payment.status === 'captured' ? payment.capturedAmount : undefined;
}

/** Returns the captured amount, or undefined when it can never be captured. */
async function captureIntent(
  { databases: { orders }, stripe }: Pick<CaptureDependencies, 'databases' | 'stripe'>,
  { payment, openKeys }: PaymentToCapture,
): Promise<number | undefined> {
  const intentId = payment.stripePaymentIntentId!;
  const { key } = await startStripeCall(orders, payment, 'capture', payment.id, openKeys);
  try {
    const intent = await stripe.paymentIntents.capture(intentId, {}, { idempotencyKey: key });
    return intent.amount_received;
  } catch (error) {
    const verdict = judgeStripeError(error);
    if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
    const intent = await stripe.paymentIntents.retrieve(intentId);
    if (intent.status === 'succeeded') return intent.amount_received;
    if (intent.status === 'canceled' || verdict.kind === 'refused' || verdict.kind === 'declined') {
      await settleStripeCall(orders, key, 'failed');
      return undefined;
    }
    throw error;
  }
}
