/** Workflows that are lost or stuck: orders and refunds resume from their record. */

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reserveRefund } from '../../db/orders/refunds/refunds.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { Difference } from '../../domain/contract/reconciliation.ts';
import { resumeOrder } from '../../workers/reconciliation/resume.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { refundWorkflowId } from '../../temporal/refunds/messages.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { openTab } from '../setup/tabs.ts';
import { Visitor } from '../setup/visitor.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { confirmed, loseWorkflow, rewrite, serve, untilStuck } from './plants.ts';

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing());
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

async function resume(order: PlacedOrder): Promise<void> {
  await loseWorkflow(system, orderWorkflowId(order.id));
  const found = await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'resume', details: { workflowStatus: 'missing' } });
}

test('an order that waits for its payment is resumed, paid and served', async () => {
  const order = await placeOrder(system, { variantId });
  await resume(order);
  expect((await order.pay('pm_card_visa')).status).toBe(200);
  await order.untilStatus('confirmed');
  await serve(order);
  expect(await order.atStripe()).toMatchObject({ captured: 500 });
});

test('an order whose payer is at her bank is resumed with the payment she is making', async () => {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired' });
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  await resume(order);
  const [intent] = (await order.atStripe()).intents;
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).intents).toHaveLength(1);
});

test('an order past its deadline is resumed, and expires with its stock given back', async () => {
  const order = await placeOrder(system, { variantId, holdMs: 2_000 });
  await resume(order);
  expect(await order.untilClosed()).toMatchObject({ status: 'expired' });
});

test('an order is resumed in the middle of its capture, and charged once', async () => {
  system.stripe.faults.add({
    kind: 'reset_before',
    method: 'POST',
    path: '/v1/payment_intents/*/capture',
    count: null,
  });
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await order.untilStatus('capturing');
  await loseWorkflow(system, orderWorkflowId(order.id));
  system.stripe.faults.clear();
  await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  await order.untilStatus('confirmed');
  expect(await order.atStripe()).toMatchObject({ captured: 500 });
});

test.each(['confirmed', 'preparing', 'ready'] as const)(
  'an order that is %s is resumed and served',
  async (status) => {
    const order = await confirmed(system, variantId);
    if (status !== 'confirmed') await order.advance('preparing');
    if (status === 'ready') await order.advance('ready');
    await resume(order);
    await serve(order);
  },
);

test('a resumed order can be canceled and is given back', async () => {
  const order = await confirmed(system, variantId);
  await resume(order);
  expect((await order.cancel()).status).toBe(200);
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', paymentStatus: 'refunded' });
});

test('an order that ended before it could be resumed gets no workflow', async () => {
  const order = await confirmed(system, variantId);
  const workflowId = orderWorkflowId(order.id);
  await loseWorkflow(system, workflowId);
  const isOurs = ({ orderId }: Difference) => orderId === order.id;
  const found = await operator.find('missing_workflow', isOurs);
  await rewrite(system, `update orders set status = 'completed' where id = ?`, order.id);
  const reply = await operator.admin.post(`/api/differences/${found.id}/mend`, { action: 'resume' });
  expect(reply.body.difference).toMatchObject({
    status: 'closed',
    mends: [{ outcome: 'mended', note: 'gone_already' }],
  });
  const resuming = { orders: system.databases.orders, temporal: system.temporal };
  expect(await resumeOrder(resuming, order.id)).toBe('over');
  await expect(system.temporal.workflow.getHandle(workflowId).describe()).rejects.toThrow(/not found/);
  await rewrite(system, `update orders set status = 'confirmed' where id = ?`, order.id);
  await operator.findAndMend('missing_workflow', isOurs);
  await serve(order);
});

test('a tab whose workflow is lost is told of, resumed and closed', async () => {
  const { who: host, tab } = await openTab(new Visitor(system.url));
  const workflowId = tabWorkflowId(tab.id);
  const workflow = system.temporal.workflow.getHandle(workflowId);
  await until('it runs', () => workflow.describe().catch(() => undefined));
  await loseWorkflow(system, workflowId);
  const found = await operator.findAndMend('missing_workflow', ({ details }) => details.tabId === tab.id);
  expect(found).toMatchObject({ action: 'resume', orderId: null });
  expect(found.workflowUrl).toContain(workflowId);
  expect((await host.post(`/api/tabs/${tab.id}/close`)).status).toBe(200);
  expect(await workflow.result()).toEqual({ status: 'closed' });
});

/** Makes a change of which this came long ago, and nobody works on it any more. */
async function forgetChange(order: PlacedOrder): Promise<void> {
  await loseWorkflow(system, orderWorkflowId(order.id));
  await rewrite(
    system,
    `update changes set accept_before = now() - interval '3 minutes', deadline = now() - interval '3 minutes'
     where order_id = ?`,
    order.id,
  );
}

test('a change whose workflow is lost is given up, or charged, by the job, also when its order has ended', async () => {
  const add = { add: [{ variantId, quantity: 1 }], expectedDifference: 500 };
  const atBank = { payment: { paymentMethodId: 'pm_card_authenticationRequired' } };
  const call = (name: string) =>
    ({ kind: 'down', method: 'POST', path: `/v1/payment_intents/*/${name}` }) as const;

  const orders = await Promise.all([1, 2, 3].map(() => confirmed(system, variantId)));
  const [waiting, charged, ended] = orders as [PlacedOrder, PlacedOrder, PlacedOrder];

  // At her bank.
  expect((await waiting.change({ ...add, ...atBank })).body.change.status).toBe('held');

  // Applied, and not captured.
  system.stripe.faults.add(call('capture'));
  const asked = charged.change({ ...add, payment: { paymentMethodId: 'pm_card_visa' } });
  await charged.until('it is applied', ({ totalAmount }) => totalAmount === 1000);
  await forgetChange(charged);
  await asked;

  // Handed over while its guest is at her bank, for what staff have added.
  const ofStaff = { ...add, reason: 'she called', settle: 'guest' };
  const { change } = (await ended.change(ofStaff, { by: system.agent })).body;
  const yes = { expectedDifference: 500, ...atBank };
  const path = `/api/orders/${ended.id}/changes/${change.id}/agree`;
  expect((await ended.guest.post(path, yes)).body.change.payment.status).toBe('requires_action');
  const voiding = system.stripe.faults.add(call('cancel'));
  await ended.serve();
  await until('its payment is being voided', () => voiding.hits > 0);
  await forgetChange(ended);
  await forgetChange(waiting);

  for (const { workflow } of orders)
    await until('it has a workflow again', () => workflow.describe().catch(() => undefined));
  system.stripe.faults.clear();
  const over = ({ change: open }: Order) => open === null;
  expect(await waiting.until('it is given up', over)).toMatchObject({ totalAmount: 500, changes: [] });
  expect(await ended.until('it is given up', over)).toMatchObject({
    ...{ status: 'completed', totalAmount: 500, changes: [] },
  });
  await charged.until('it is charged', ({ paymentStatus }) => paymentStatus === 'paid');
  for (const order of [waiting, ended]) {
    expect(await order.atStripe()).toMatchObject({ captured: 500 });
    expect((await order.atStripe()).intents.map(({ status }) => status).toSorted()).toEqual([
      'canceled',
      'succeeded',
    ]);
  }
  await until('all of it is captured', async () => (await charged.atStripe()).captured === 1000);
  await ended.untilClosed();
  // They go on like any other.
  const visa = { payment: { paymentMethodId: 'pm_card_visa' } };
  for (const order of [waiting, charged]) {
    expect((await order.change({ ...add, ...visa })).body.change.status).toBe('applied');
    await serve(order);
  }
  await system.assertInvariants();
});

/** A refund reserved in the database, as the API leaves it before it starts the workflow. */
async function reserved(order: PlacedOrder, amount: number): Promise<string> {
  const id = randomUUID();
  const answer = await reserveRefund(system.databases.orders, {
    id,
    orderId: order.id,
    amount,
    reason: 'Cold',
    restock: false,
    requestHash: '',
    actorId: 'nobody',
  });
  expect(answer).toMatchObject({ refunds: [{ amount }] });
  return id;
}

test('a refund whose workflow was never started is made', async () => {
  const order = await confirmed(system, variantId);
  const refundId = await reserved(order, 200);
  const found = await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'resume', amount: 200 });
  expect(found.workflowUrl).toContain(refundWorkflowId(refundId));
  await order.until('given back', ({ refundedAmount }) => refundedAmount === 200);
  expect(await order.atStripe()).toMatchObject({ refunded: 200 });
});

test('a refund whose workflow was lost while Stripe was away is made once', async () => {
  const order = await confirmed(system, variantId);
  system.stripe.faults.add({ kind: 'reset', method: 'POST', path: '/v1/refunds' });
  system.stripe.faults.add({ kind: 'down', path: '/v1/refunds' });
  const reply = await system.agent.command(`/api/orders/${order.id}/refunds`, {
    amount: 200,
    reason: 'Cold',
  });
  expect(reply.status).toBe(202);
  await loseWorkflow(system, refundWorkflowId(reply.body.refund.id));
  system.stripe.faults.clear();
  await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  await order.until('given back', ({ refundedAmount }) => refundedAmount === 200);
  expect(await order.atStripe()).toMatchObject({ refunded: 200 });
});

test('a refund’s step that was tried ten times is told of; one that is just being tried is not tried beside itself', async () => {
  const order = await confirmed(system, variantId);
  const refundId = await reserved(order, 200);
  const workflowId = refundWorkflowId(refundId);
  const down = system.stripe.faults.add({ kind: 'down', path: '/v1/refunds' });
  await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  await untilStuck(system, workflowId, 'issueRefund');
  const found = await operator.find('stuck_activity', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'retry', amount: 200, details: { activity: 'issueRefund' } });
  const slow = { kind: 'latency', method: 'POST', path: '/v1/refunds', ms: 4_000 } as const;
  system.stripe.faults.clear(down.id);
  const { id } = system.stripe.faults.add(slow);
  const hits = () => system.stripe.faults.list().find((fault) => fault.id === id)!.hits;
  await until('the next try is under way', () => hits() > 0);
  await operator.mend(found);
  const { events } = await system.temporal.workflow.getHandle(workflowId).fetchHistory();
  const [began] = events?.flatMap((event) => event.activityTaskStartedEventAttributes ?? []) ?? [];
  // The refund is its first activity. A reset during a run would restart the attempt count.
  expect(began?.attempt).toBeGreaterThanOrEqual(10);
  await order.until('given back', ({ refundedAmount }) => refundedAmount === 200);
});

test('a step that is left to an order that has ended is told of, too', async () => {
  const order = await confirmed(system, variantId);
  await until('its mails are sent', async () => {
    const { raw } = await order.workflow.describe();
    return (raw.pendingActivities?.length ?? 0) === 0;
  });
  await system.mailServer.die();
  await order.advance('preparing');
  await order.advance('ready');
  await order.advance('completed');
  await untilStuck(system, orderWorkflowId(order.id), 'sendOrderMails');
  const found = await operator.find('stuck_activity', ({ orderId }) => orderId === order.id);
  expect(found.details).toMatchObject({ orderStatus: 'completed', activity: 'sendOrderMails' });
  await system.mailServer.live();
  await operator.mend(found);
  await order.untilClosed();
});
