import { afterAll, beforeAll, expect, test } from 'vitest';
import { deriveId } from '../../db/ids.ts';
import { orderWorkflowId } from '../../workflows/messages.ts';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import { startSystem, type System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { addProduct } from '../setup/menu.ts';
import { startOperator, type Operator } from './find-and-mend.ts';

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  system = await startSystem({ environment: { RECONCILE_SETTLED_SECONDS: '0' } });
  operator = await startOperator(system);
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterAll(() => system?.stop());

async function confirmed(): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return order;
}

/** As after Temporal was restored from an older backup: it has never heard of the order. */
async function lose(order: PlacedOrder): Promise<void> {
  const { namespace } = system.config.temporal;
  const workflowExecution = { workflowId: orderWorkflowId(order.id) };
  await system.temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
  await until('the workflow is lost', async () => {
    try {
      await order.workflow.describe();
      return false;
    } catch {
      return true;
    }
  });
}

async function resume(order: PlacedOrder): Promise<void> {
  await lose(order);
  const found = await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'resume', details: { workflowStatus: 'missing' } });
}

async function serve(order: PlacedOrder): Promise<void> {
  for (const to of ['preparing', 'ready', 'completed'] as const) {
    const { status } = await order.read();
    if (status !== to && !(status === 'ready' && to === 'preparing'))
      expect((await order.advance(to)).status).toBe(200);
  }
  expect(await order.untilClosed()).toMatchObject({ status: 'completed', needsAttention: null });
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
  await lose(order);
  system.stripe.faults.clear();
  await operator.findAndMend('missing_workflow', ({ orderId }) => orderId === order.id);
  await order.untilStatus('confirmed');
  expect(await order.atStripe()).toMatchObject({ captured: 500 });
});

test.each(['confirmed', 'preparing', 'ready'] as const)(
  'an order that is %s is resumed and served',
  async (status) => {
    const order = await confirmed();
    if (status !== 'confirmed') await order.advance('preparing');
    if (status === 'ready') await order.advance('ready');
    await resume(order);
    await serve(order);
  },
);

test('a resumed order can be canceled and is given back', async () => {
  const order = await confirmed();
  await resume(order);
  expect((await order.cancel()).status).toBe(200);
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', paymentStatus: 'refunded' });
});

test('a hold that outlived its order is released', async () => {
  const order = await confirmed();
  await serve(order);
  const catalog = system.databases.catalog.em.fork();
  const ghost = deriveId('ghost', order.id);
  await catalog.execute(`update variants set available = available - 1 where id = ?`, [variantId], 'run');
  await catalog.execute(
    `insert into holds (order_id, variant_id, quantity, status, deadline)
     values (?, ?, 1, 'live', now() - interval '1 minute')`,
    [ghost, variantId],
    'run',
  );
  const found = await operator.findAndMend('overdue_hold', () => true);
  expect(found).toMatchObject({ action: 'release', orderId: null });
  const [hold] = await catalog.execute<{ status: string }[]>(`select status from holds where order_id = ?`, [
    ghost,
  ]);
  expect(hold).toEqual({ status: 'released' });
  await catalog.execute(`delete from holds where order_id = ?`, [ghost], 'run');
});

test('an order whose workflow fails its tasks goes on from its record', async () => {
  const order = await confirmed();
  // A message that no version of ours ever sent.
  await system.temporal.workflow.getHandle(orderWorkflowId(order.id)).signal('paymentChanged');
  await until('its task has failed a few times', async () => {
    const { raw } = await order.workflow.describe();
    return (raw.pendingWorkflowTask?.attempt ?? 0) >= 3;
  });
  const found = await operator.findAndMend('failing_workflow', ({ orderId }) => orderId === order.id);
  expect(found.workflowUrl).toContain(order.id);
  await serve(order);
});

test('an activity that has been tried over and over is tried now', async () => {
  await system.mailServer.die();
  const order = await confirmed();
  const { namespace } = system.config.temporal;
  const execution = { workflowId: orderWorkflowId(order.id) };
  await until('its mail waits', async () => {
    const { raw } = await order.workflow.describe();
    return (raw.pendingActivities?.length ?? 0) > 0;
  });
  await system.temporal.workflowService.updateActivityOptions({
    namespace,
    execution,
    identity: 'test',
    type: 'sendOrderMails',
    activityOptions: { retryPolicy: { initialInterval: { nanos: 10_000_000 }, backoffCoefficient: 1 } },
    updateMask: { paths: ['retry_policy.initial_interval', 'retry_policy.backoff_coefficient'] },
  });
  const found = await operator.find('stuck_activity', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'retry', details: { activity: 'sendOrderMails' } });
  await system.mailServer.live();
  await operator.mend(found);
  await until('its mail is sent', async () => {
    const { raw } = await order.workflow.describe();
    return (raw.pendingActivities?.length ?? 0) === 0;
  });
});
