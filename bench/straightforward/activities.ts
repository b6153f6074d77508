/** The straightforward design's activities: the product's own writes, Stripe calls and mails, one each. */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { commitHold, holdStock, releaseHold, sellHold, sumByVariant } from '../../db/catalog/stock/stock.ts';
import type { AppSecrets } from '../../db/app-keys.ts';
import type { Databases } from '../../db/databases.ts';
import { guestTokenOf, orderLink, receiptLink } from '../../db/guest-token.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import { recordAdvanced, recordConfirmed } from '../../db/orders/orders/finish-order.ts';
import { claimDueMails, recordMailAttempts } from '../../db/orders/mails/mails.ts';
import { recordCaptureStarted } from '../../db/orders/payments/start-capture.ts';
import { readHoldRequest, recordHeld, recordRejected } from '../../db/orders/orders/place-order.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { listStaff } from '../../db/users/people/staff.ts';
import type { AdvanceTarget } from '../../domain/order.ts';
import type { CapturedPayment } from '../../domain/payment.ts';
import type { Shop } from '../../domain/shop.ts';
import { capturePayments } from '../../workers/payments/capture.ts';
import type { Captures } from '../../temporal/payments/activities.ts';
import type { Mailer } from '../../workers/mails/mailer.ts';
import { renderMail } from '../../workers/mails/render-mail.ts';
import { createPaymentActivities, type PaymentDependencies } from '../../workers/payments/payments.ts';

export interface StraightforwardDependencies extends PaymentDependencies {
  readonly databases: Databases;
  readonly changes: ChangeNudger;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly shop: Shop;
  readonly appSecrets: AppSecrets;
}

export type StraightforwardActivities = ReturnType<typeof createStraightforwardActivities>;

export function createStraightforwardActivities(dependencies: StraightforwardDependencies) {
  const { databases, changes, mailer, publicUrl, shop, appSecrets } = dependencies;
  const { users, catalog, orders } = databases;
  const { authorizePayment } = createPaymentActivities(dependencies);
  return {
    authorizePayment,

    async capturePayments({ orderId }: { orderId: string }): Promise<Captures> {
      const { payments } = await recordCaptureStarted(orders, orderId);
      return capturePayments(dependencies, payments);
    },

    async holdStock({ orderId, deadline }: { orderId: string; deadline: number }): Promise<void> {
      const wanted = (await readHoldRequest(orders, orderId))!;
      const hold = { orderId, deadline: new Date(deadline), items: sumByVariant(wanted.lines) };
      const shortages = await holdStock(catalog, hold);
      if (shortages.length > 0) throw new Error(`order ${orderId} is short of stock`);
    },

    async recordHeld(step: { orderId: string; deadline: number }): Promise<'held' | 'late'> {
      const { orderId } = step;
      const wanted = (await readHoldRequest(orders, orderId))!;
      const deadline = new Date(step.deadline);
      const { status } = await recordHeld(orders, orderId, { ...wanted, deadline, payLater: false });
      changes.nudge(orderId);
      return status === 'placing' ? 'late' : 'held';
    },

    async rejectLate({ orderId }: { orderId: string }): Promise<void> {
      await releaseHold(catalog, orderId);
      await recordRejected(orders, orderId, 'too_late', []);
      changes.nudge(orderId);
    },

    async commitHold({ orderId }: { orderId: string }): Promise<void> {
      if (!(await commitHold(catalog, orderId))) throw new Error(`order ${orderId} holds nothing`);
    },

    async recordCaptureStarted({ orderId }: { orderId: string }): Promise<void> {
      await recordCaptureStarted(orders, orderId);
      changes.nudge(orderId);
    },

    /** Returns the ids of the mails to send. */
    async recordConfirmed(step: {
      orderId: string;
      captured: readonly CapturedPayment[];
    }): Promise<{ mailIds: string[] }> {
      await recordConfirmed(orders, step.orderId, step.captured, await listStaff(users));
      changes.nudge(step.orderId);
      const mails = await query<{ id: string }>(
        orders.em.fork(),
        sql`select id from mails where order_id = ${step.orderId} and status = 'due'`,
      );
      return { mailIds: mails.map(({ id }) => id) };
    },

    async sellHold({ orderId }: { orderId: string }): Promise<void> {
      await sellHold(catalog, orderId);
    },

    async sendMail({ orderId, mailId }: { orderId: string; mailId: string }): Promise<void> {
      const claim = { id: randomUUID(), forMs: mailer.longestMs };
      const [row] = (await claimDueMails(orders, { mailId }, claim)).claimed;
      if (!row) return;
      const { order, contact } = (await readOrder(orders, orderId))!;
      const isForStaff = row.type === 'agent_new_order';
      const token = guestTokenOf(appSecrets, order.host);
      const mail = await renderMail(
        {
          type: isForStaff ? 'agent_new_order' : 'receipt',
          order,
          customerName: contact?.name ?? '',
          orderUrl: isForStaff
            ? `${publicUrl}/agent/orders/${orderId}`
            : orderLink(publicUrl, orderId, token),
          receiptUrl: receiptLink(publicUrl, orderId, token),
        },
        shop,
        'en',
      );
      const messageId = `<${row.id}@${new URL(publicUrl).hostname}>`;
      await mailer.send({ ...mail, to: row.recipient, messageId });
      await recordMailAttempts(orders, claim.id, [{ mailId: row.id, status: 'sent' }]);
    },

    async recordAdvanced(step: { orderId: string; to: AdvanceTarget; agentId: string }): Promise<void> {
      await recordAdvanced(orders, step.orderId, step.to, step.agentId);
      changes.nudge(step.orderId);
    },
  };
}
