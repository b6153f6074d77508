/** The main paths of orders and tabs, each played to its end. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { aftercareWorkflowId } from '../../temporal/payments/messages.ts';
import { until } from './until.ts';
import { order as sendOrder, placeOrder, PlacedOrder, type Wish } from './buyer.ts';
import { placeGroupOrder } from './group.ts';
import type { System } from './system.ts';
import { TAB_PATHS } from './tab-paths.ts';

/** Plays one path and returns the ids of its workflows. */
export type Path = (system: System, variantId: string) => Promise<string[]>;

const idsOf = (...orders: PlacedOrder[]) => orders.map((order) => order.workflow.workflowId);

async function confirmed(system: System, wish: Wish): Promise<PlacedOrder> {
  const order = await placeOrder(system, { pay: 'pm_card_visa', ...wish });
  await order.untilStatus('confirmed');
  return order;
}

async function complete(order: PlacedOrder): Promise<string[]> {
  await order.untilStatus('confirmed');
  await order.serve();
  await order.workflow.result();
  return idsOf(order);
}

async function refundIdsOf(system: System, order: PlacedOrder): Promise<string[]> {
  const rows = await query<{ id: string }>(
    system.databases.orders.em.fork(),
    sql`select id from refunds where order_id = ${order.id}`,
  );
  return rows.map(({ id }) => `refund-${id}`);
}

/** By the name of the recorded history. */
export const PATHS: Readonly<Record<string, Path>> = {
  ...TAB_PATHS,

  completed: async (system, variantId) => {
    return complete(await placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 }));
  },

  'declined-then-paid': async (system, variantId) => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined' });
    await order.until('declined', ({ shares }) => shares[0]?.declineCode != null);
    await order.pay('pm_card_visa', 30);
    return complete(order);
  },

  'approved-at-the-bank': async (system, variantId) => {
    const order = await placeOrder(system, { variantId });
    await order.pay('pm_card_authenticationRequired');
    const [intent] = (await order.atStripe()).intents;
    await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
    return complete(order);
  },

  'paid-in-cash': async (system, variantId) => {
    const order = await placeOrder(system, { variantId });
    await order.payInCash(20);
    return complete(order);
  },

  'paid-in-cash-after-a-card': async (system, variantId) => {
    const order = await placeOrder(system, { variantId });
    await order.pay('pm_card_authenticationRequired');
    await order.payInCash();
    await order.untilStatus('confirmed');
    await order.cancel();
    await order.workflow.result();
    return [...idsOf(order), ...(await refundIdsOf(system, order))];
  },

  'paid-by-three': async (system, variantId) => {
    const { order, payers } = await placeGroupOrder(system, { variantId, count: 3 });
    await Promise.all(
      payers.map(async ({ guest, shareId }, index) => {
        if (index === 1) await order.payShare(guest, shareId, 'pm_card_chargeDeclined');
        await order.payShare(guest, shareId, 'pm_card_visa', index);
      }),
    );
    return complete(order);
  },

  'given-up-by-one-of-two': async (system, variantId) => {
    const { order, payers } = await placeGroupOrder(system, { variantId, count: 2, holdMs: 4_000 });
    await order.payShare(payers[1]!.guest, payers[1]!.shareId, 'pm_card_visa');
    await order.workflow.result();
    return idsOf(order);
  },

  expired: async (system, variantId) => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined', holdMs: 2_000 });
    await order.workflow.result();
    return idsOf(order);
  },

  'out-of-stock': async (system, variantId) => {
    const { reply, guest } = await sendOrder(system, { variantId, quantity: 99, pay: 'pm_card_visa' });
    if (reply.status !== 409) throw new Error(`expected a shortage, got ${reply.status}`);
    const [row] = await query<{ id: string }>(
      system.databases.orders.em.fork(),
      sql`select id from orders where status = 'rejected' order by created_at desc limit 1`,
    );
    const order = new PlacedOrder(system, guest, row!.id);
    await order.workflow.result();
    return idsOf(order);
  },

  'canceled-by-host': async (system, variantId) => {
    const order = await placeOrder(system, { variantId });
    await order.cancel(order.guest, { reason: 'Grandmother telephoned' });
    await order.workflow.result();
    return idsOf(order);
  },

  'canceled-and-refunded': async (system, variantId) => {
    const order = await confirmed(system, { variantId });
    await order.advance('preparing');
    await order.cancel(system.agent, { reason: 'Oven exploded', restock: true });
    await order.workflow.result();
    return [...idsOf(order), ...(await refundIdsOf(system, order))];
  },

  'capture-failed': async (system, variantId) => {
    const order = await placeOrder(system, { variantId });
    await order.pay('pm_card_authenticationRequired');
    const [intent] = (await order.atStripe()).intents;
    system.stripe.faults.add({
      kind: 'answer',
      method: 'POST',
      path: `/v1/payment_intents/${intent!.id}/capture`,
      status: 402,
      error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' },
    });
    await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
    await order.workflow.result();
    return idsOf(order);
  },

  'partly-refunded': async (system, variantId) => {
    const order = await confirmed(system, { variantId });
    const reply = await order.refund({
      amount: 100,
      reason: 'Lukewarm soup',
    });
    if (reply.status !== 201) throw new Error(`not refunded: ${JSON.stringify(reply.body)}`);
    const ids = await refundIdsOf(system, order);
    for (const id of ids) await system.temporal.workflow.getHandle(id).result();
    return [...idsOf(order), ...ids];
  },

  // More is paid, then less goes back, then only a note.
  changed: async (system, variantId) => {
    const order = await confirmed(system, { variantId });
    const line = (await order.read()).lines[0]!;
    const change = async (body: Parameters<typeof order.change>[0]) => {
      const reply = await order.change(body);
      if (reply.status !== 201) throw new Error(`not changed: ${JSON.stringify(reply.body)}`);
    };
    const payment = { paymentMethodId: 'pm_card_visa' };
    const add = [{ variantId, quantity: 2, note: 'Extra cold please' }];
    await change({ add, expectedDifference: 2 * line.unitAmount, payment });
    await change({ set: [{ lineId: line.id, quantity: 0 }], expectedDifference: -line.amount });
    const ids = await refundIdsOf(system, order);
    for (const id of ids) await system.temporal.workflow.getHandle(id).result();
    const [left] = (await order.read()).lines;
    await change({ set: [{ lineId: left!.id, note: 'Lukewarm after all' }], expectedDifference: 0 });
    return [...(await complete(order)), ...ids];
  },

  // Staff add something, and its guest pays it on her phone, with the second card.
  'changed-by-staff': async (system, variantId) => {
    const order = await confirmed(system, { variantId });
    const { unitAmount: expectedDifference } = (await order.read()).lines[0]!;
    const asked = await order.change(
      {
        ...{ add: [{ variantId, quantity: 1 }], expectedDifference },
        ...{ settle: 'guest', reason: 'Asked the waiter for it' },
      },
      { by: system.agent },
    );
    const path = `/api/orders/${order.id}/changes/${asked.body.change.id}/agree`;
    for (const paymentMethodId of ['pm_card_chargeDeclined', 'pm_card_visa'])
      await order.guest.post(
        path,
        { expectedDifference, payment: { paymentMethodId } },
        { key: randomUUID() },
      );
    await order.until('it is changed', ({ changes }) => changes.length === 1);
    return complete(order);
  },

  // Its payer is at her bank when the kitchen starts.
  'change-given-up': async (system, variantId) => {
    const order = await confirmed(system, { variantId });
    const { unitAmount } = (await order.read()).lines[0]!;
    await order.change({
      ...{ add: [{ variantId, quantity: 1 }], expectedDifference: unitAmount },
      payment: { paymentMethodId: 'pm_card_authenticationRequired' },
    });
    return complete(order);
  },

  'refunded-in-the-dashboard': async (system, variantId) => {
    const order = await confirmed(system, { variantId });
    const [intent] = (await order.atStripe()).intents;
    // Stripe sends two events for a refund; the first to arrive takes effect.
    system.stripe.faults.add({ kind: 'webhook_drop', types: ['charge.refunded'] });
    await system.stripeApi.refunds.create({ payment_intent: intent!.id, amount: 100 });
    await order.until('it is seen', ({ refundedAmount }) => refundedAmount === 100);
    const events = await query<{ id: string }>(
      system.databases.orders.em.fork(),
      sql`select id from stripe_events where payment_intent_id = ${intent!.id} and type = 'refund.created'`,
    );
    const id = aftercareWorkflowId(events[0]!.id);
    await system.temporal.workflow.getHandle(id).result();
    return [id];
  },

  'stripe-struck': async (system, variantId) => {
    const order = await placeOrder(system, { variantId });
    await order.pay('pm_card_authenticationRequired');
    const [intent] = (await order.atStripe()).intents;
    const path = `/v1/payment_intents/${intent!.id}/capture`;
    system.stripe.faults.add({ kind: 'error_after', method: 'POST', path });
    await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
    return complete(order);
  },

  'mail-about-an-account': async (system) => {
    const find = async () => {
      for await (const run of system.temporal.workflow.list({ query: `WorkflowType = 'accountMail'` })) {
        return run.workflowId;
      }
      return undefined;
    };
    const id = await until('a mail about an account', find);
    await system.temporal.workflow.getHandle(id).result();
    return [id];
  },
};
