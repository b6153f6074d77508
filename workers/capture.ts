/** The point of no return, in one activity: no capture without a committed hold, and no task of its own for that. */

import { commitHold } from '../db/catalog/stock.ts';
import { recordCaptureStarted } from '../db/orders/payments.ts';
import type { CapturedPayment } from '../domain/payment.ts';
import type { PaymentActivities, PaymentDependencies } from './payments.ts';

export type CaptureActivities = ReturnType<typeof createCaptureActivities>;

export function createCaptureActivities(
  { databases: { orders, catalog }, changes }: PaymentDependencies,
  { capturePayments }: Pick<PaymentActivities, 'capturePayments'>,
) {
  return {
    /**
     * Takes the deadline off the hold, books `capturing`, then captures every authorized payment. Answers what was
     * captured and which failed for good; booking it is the next step's. Repeated after any crash it goes on where
     * it was.
     */
    async captureOrder({
      orderId,
    }: {
      orderId: string;
    }): Promise<{ captured: CapturedPayment[]; failed: string[] }> {
      const isHeld = await commitHold(catalog, orderId);
      if (!isHeld) throw new Error(`order ${orderId} holds nothing that could be committed`);
      await recordCaptureStarted(orders, orderId);
      changes.nudge(orderId);
      return capturePayments({ orderId });
    },
  };
}
