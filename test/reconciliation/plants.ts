/** One difference of every kind, created as it could occur in production, or as close to that as possible. */

import { statement } from '../setup/statement.ts';
import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { deriveId } from '../../db/ids.ts';
import { recordAdvanced } from '../../db/orders/orders/finish-order.ts';
import type { Difference } from '../../domain/contract/reconciliation.ts';
import { STUCK_ACTIVITY_ATTEMPTS, type DifferenceKind } from '../../domain/reconciliation.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import { addLine, at, openTab, readTab, type Seated } from '../setup/tabs.ts';
import { Visitor } from '../setup/visitor.ts';
import { placeOrder, PlacedOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';

/** A created difference, how to recognize it, and the expected state after its mend. */
export interface Planted {
  is(difference: Difference): boolean;
  /** Removes the obstacle that caused it, before the mend. */
  beforeMend?(): Promise<unknown>;
  afterMend?(): Promise<unknown>;
}

type Plant = (system: System, variantId: string) => Promise<Planted>;

/** A paid order. */
export async function confirmed(system: System, variantId: string, quantity = 1): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, quantity, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return order;
}

/** An order that ended before it was paid. */
export async function canceled(system: System, variantId: string): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId });
  await order.cancel();
  await order.untilClosed();
  return order;
}

/** Runs SQL on the orders database with triggers disabled, for changes that cannot happen by accident. */
export async function rewrite(system: System, text: string, ...values: unknown[]): Promise<void> {
  await system.databases.orders.em.fork().transactional(async (em) => {
    await run(em, sql`set local session_replication_role = replica`);
    await run(em, statement(text, ...values));
  });
}

/** A PaymentIntent that names the order but belongs to no payment of ours. */
export function strayIntent(
  system: System,
  orderId: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  return system.stripeApi.paymentIntents.create({
    amount: 500,
    currency: 'eur',
    capture_method: 'manual',
    allowed_payment_method_types: ['card'],
    metadata: { order_id: orderId, share_id: randomUUID(), payment_id: randomUUID(), bill_version: '1' },
    ...more,
  });
}

/** Parameters for a PaymentIntent that is authorized at once, or paid at once with automatic capture. */
export const AT_ONCE = { confirm: true, payment_method: 'pm_card_visa' } as const;

/** Deletes the workflow, as after Temporal was restored from an older backup. */
export async function loseWorkflow(system: System, workflowId: string): Promise<void> {
  const { namespace } = system.config.temporal;
  await system.temporal.workflowService.deleteWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
  });
  await until('the workflow is lost', async () => {
    try {
      await system.temporal.workflow.getHandle(workflowId).describe();
      return false;
    } catch {
      return true;
    }
  });
}

/**
 * Makes a failing activity retry at once, so that its attempts do not take minutes, and waits until there were so many
 * that a comparison tells of it: to compare over and over meanwhile would take the processor from them.
 */
export async function untilStuck(system: System, workflowId: string, type: string): Promise<void> {
  const handle = system.temporal.workflow.getHandle(workflowId);
  const attempts = async () => {
    const { raw } = await handle.describe();
    const tried = raw.pendingActivities?.find(({ activityType }) => activityType?.name === type);
    return tried && (tried.attempt ?? 0);
  };
  await until(`${type} is tried`, async () => (await attempts()) !== undefined);
  await system.temporal.workflowService.updateActivityOptions({
    namespace: system.config.temporal.namespace,
    execution: { workflowId },
    identity: 'test',
    type,
    activityOptions: { retryPolicy: { initialInterval: { nanos: 10_000_000 }, backoffCoefficient: 1 } },
    updateMask: { paths: ['retry_policy.initial_interval', 'retry_policy.backoff_coefficient'] },
  });
  await until(`${type} is tried often`, async () => ((await attempts()) ?? 0) >= STUCK_ACTIVITY_ATTEMPTS, {
    withinMs: 60_000,
    last: attempts,
  });
}

/** Turns a paid order into one whose payment is only authorized; returns its PaymentIntent. */
export async function uncapture(system: System, order: PlacedOrder): Promise<string> {
  const [paid] = (await order.atStripe()).intents;
  const instead = await strayIntent(system, order.id, { ...AT_ONCE, metadata: paid!.metadata });
  await rewrite(
    system,
    `update payments set stripe_payment_intent_id = ?, status = 'authorized', captured_amount = 0, fee_booked = false
     where order_id = ?`,
    instead.id,
    order.id,
  );
  await forgetBookings(system, order, 'capture', 'fee');
  // The original payment no longer belongs to us.
  const nobodys = { order_id: '', share_id: '', payment_id: '', bill_version: '' };
  await system.stripeApi.paymentIntents.update(paid!.id, { metadata: nobodys });
  await system.stripeApi.refunds.create({ payment_intent: paid!.id });
  return instead.id;
}

/** Deletes an order's ledger entries. */
export async function forgetBookings(
  system: System,
  order: PlacedOrder,
  ...kinds: readonly string[]
): Promise<void> {
  await rewrite(
    system,
    `with gone as (delete from ledger_transactions where order_id = ? and kind = any(?) returning id)
     delete from ledger_entries where transaction_id in (select id from gone)`,
    order.id,
    kinds,
  );
}

/** Makes Stripe reject the next refund permanently. */
export function refuseRefund(system: System): void {
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: '/v1/refunds',
    status: 400,
    error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'No.' },
  });
}

/** Somebody with a tab that is paid after, and its round, which is with the kitchen and unpaid. */
async function owingTab(system: System, variantId: string): Promise<[Seated, orderId: string]> {
  const host = await openTab(new Visitor(system.url), { settlement: 'after' });
  await addLine(host, variantId);
  const { body } = await host.who.command(at(host, '/rounds'), {});
  await new PlacedOrder(system, system.agent, body.order.id as string).untilStatus('confirmed');
  return [host, body.order.id as string];
}

/** Stock that a change holds although it was applied, as if its worker had died before the order got it; or given up. */
export async function holdOfChange(system: System, variantId: string, isApplied: boolean): Promise<Planted> {
  const order = await confirmed(system, variantId);
  const changed = await order.change({
    ...{ add: [{ variantId, quantity: 1 }], expectedDifference: 500 },
    payment: { paymentMethodId: isApplied ? 'pm_card_visa' : 'pm_card_chargeDeclined' },
  });
  if (changed.status !== (isApplied ? 201 : 402)) throw new Error(JSON.stringify(changed.body));
  const [change] = await query<{ id: string }>(
    system.databases.orders.em.fork(),
    sql`select id from changes where order_id = ${order.id}`,
  );
  const catalog = system.databases.catalog.em.fork();
  const changeId = change!.id;
  if (isApplied) {
    await run(catalog, sql`update holds set quantity = 1 where order_id = ${order.id}`);
  } else {
    await run(catalog, sql`delete from holds where order_id = ${changeId}`);
    await run(catalog, sql`update variants set available = available - 1 where id = ${variantId}`);
  }
  await run(
    catalog,
    sql`insert into holds (order_id, variant_id, quantity, status, deadline, updated_at)
     values (${changeId}, ${variantId}, 1, ${isApplied ? 'committed' : 'live'}, now() - interval '2 minutes',
       now() - interval '2 minutes')`,
  );
  return {
    is: ({ kind, orderId, details }) =>
      kind === 'overdue_hold' && orderId === order.id && details.changeId === changeId,
    afterMend: async () => {
      const held = await query<{ id: string }>(
        catalog,
        sql`select order_id as id from holds where order_id = ${changeId} and status <> 'released'`,
      );
      if (held.length > 0) throw new Error('the change still holds it');
    },
  };
}

export const PLANTS: Readonly<Record<DifferenceKind, Plant>> = {
  money_without_order: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    refuseRefund(system);
    await order.cancel();
    await order.untilClosed();
    return {
      is: ({ orderId, amount, details }) =>
        orderId === order.id && amount === 500 && details.orderStatus === 'canceled',
      afterMend: () =>
        until('it went back', async () => {
          const { captured, refunded } = await order.atStripe();
          return captured === 500 && refunded === 500 && (await order.read()).refundedAmount === 500;
        }),
    };
  },

  order_without_money: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    const instead = await uncapture(system, order);
    return {
      is: ({ orderId, details }) => orderId === order.id && details.intentStatus === 'requires_capture',
      afterMend: () =>
        until('it is paid', async () => {
          const intent = await system.stripeApi.paymentIntents.retrieve(instead);
          return intent.amount_received === 500 && (await order.read()).paymentStatus === 'paid';
        }),
    };
  },

  amount_differs: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    system.stripe.faults.add({ kind: 'webhook_drop', count: null });
    system.stripe.faults.add({ kind: 'down', method: 'GET', path: '/v1/events' });
    const { intents } = await order.atStripe();
    await system.stripeApi.refunds.create({ payment_intent: intents[0]!.id, amount: 200 });
    return {
      is: ({ orderId, details }) =>
        orderId === order.id && details.ourRefundedAmount === 0 && details.stripeRefundedAmount === 200,
      afterMend: () => until('it is booked', async () => (await order.read()).refundedAmount === 200),
    };
  },

  open_authorization: async (system, variantId) => {
    const order = await canceled(system, variantId);
    const { id } = await strayIntent(system, order.id, AT_ONCE);
    return { is: ({ intentId }) => intentId === id, afterMend: () => untilCanceled(system, id) };
  },

  orphaned_intent: async (system, variantId) => {
    const order = await canceled(system, variantId);
    const { id } = await strayIntent(system, order.id);
    return { is: ({ intentId }) => intentId === id, afterMend: () => untilCanceled(system, id) };
  },

  unknown_outcome: async (system, variantId) => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined' });
    await order.until('declined', ({ shares }) => shares[0]?.declineCode === 'generic_decline');
    const key = `order-${order.id}/cancel-planted`;
    const orders = system.databases.orders.em.fork();
    await run(
      orders,
      sql`insert into stripe_calls (idempotency_key, order_id, payment_id, operation, made_for, status)
       select ${key}, order_id, id, 'cancel', id, 'unknown' from payments where order_id = ${order.id}`,
    );
    return {
      is: ({ orderId, details }) => orderId === order.id && details.operation === 'cancel',
      afterMend: () =>
        until('it is known to have failed', async () => {
          const [call] = await query<{ status: string }>(
            orders,
            sql`select status from stripe_calls where idempotency_key = ${key}`,
          );
          return call?.status === 'failed';
        }),
    };
  },

  missing_workflow: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    await loseWorkflow(system, orderWorkflowId(order.id));
    return {
      is: ({ orderId, details }) => orderId === order.id && details.workflowStatus === 'missing',
      afterMend: () => serve(order),
    };
  },

  failing_workflow: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    // A message that no version of the product ever sent.
    await system.temporal.workflow.getHandle(orderWorkflowId(order.id)).signal('paymentChanged');
    await until('its task has failed a few times', async () => {
      const { raw } = await order.workflow.describe();
      return (raw.pendingWorkflowTask?.attempt ?? 0) >= 3;
    });
    return {
      is: ({ orderId, workflowUrl }) => orderId === order.id && workflowUrl!.includes(order.id),
      afterMend: () => serve(order),
    };
  },

  workflow_behind: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    await recordAdvanced(system.databases.orders, order.id, 'preparing', 'somebody');
    // Done so long ago that no worker checks it any more.
    await rewrite(system, `update order_events set at = at - interval '2 days' where order_id = ?`, order.id);
    return {
      is: ({ orderId, details }) =>
        orderId === order.id && details.orderStatus === 'preparing' && details.workflowStatus === 'confirmed',
      afterMend: () => serve(order),
    };
  },

  stuck_activity: async (system, variantId) => {
    await system.mailServer.die();
    const order = await confirmed(system, variantId);
    const pending = async () => (await order.workflow.describe()).raw.pendingActivities?.length ?? 0;
    await untilStuck(system, orderWorkflowId(order.id), 'sendOrderMails');
    return {
      is: ({ orderId, details }) => orderId === order.id && details.activity === 'sendOrderMails',
      beforeMend: () => system.mailServer.live(),
      afterMend: () => until('its mail is sent', async () => (await pending()) === 0),
    };
  },

  overdue_hold: async (system, variantId) => {
    const catalog = system.databases.catalog.em.fork();
    const ghost = deriveId('ghost', variantId);
    await run(catalog, sql`update variants set available = available - 1 where id = ${variantId}`);
    await run(
      catalog,
      sql`insert into holds (order_id, variant_id, quantity, status, deadline)
       values (${ghost}, ${variantId}, 1, 'live', now() - interval '1 minute')`,
    );
    return {
      is: ({ kind, orderId }) => kind === 'overdue_hold' && orderId === null,
      afterMend: async () => {
        const [hold] = await query<{ status: string }>(
          catalog,
          sql`delete from holds where order_id = ${ghost} returning status`,
        );
        if (hold?.status !== 'released') throw new Error(`the hold is ${hold?.status}`);
      },
    };
  },

  endless_claim: async (system, variantId) => {
    const [host] = await owingTab(system, variantId);
    const claimed = await host.who.command(at(host, '/payments'), { what: { kind: 'mine' } });
    const orderId = claimed.body.order.id as string;
    await loseWorkflow(system, orderWorkflowId(orderId));
    await rewrite(system, `update orders set deadline = now() - interval '5 minutes' where id = ?`, orderId);
    return {
      is: (difference) => difference.kind === 'endless_claim' && difference.orderId === orderId,
      afterMend: () =>
        until('what was set aside is free again', async () => {
          const { claims, owedAmount } = await readTab(host);
          return claims.length === 0 && owedAmount === 500;
        }),
    };
  },

  endless_change: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    await order.change({
      ...{ add: [{ variantId, quantity: 1 }], expectedDifference: 500 },
      payment: { paymentMethodId: 'pm_card_authenticationRequired' },
    });
    await loseWorkflow(system, orderWorkflowId(order.id));
    // So long ago that it is listed, and not yet so long that a worker takes it up by itself.
    await rewrite(
      system,
      `update changes set deadline = now() - interval '45 seconds' where order_id = ?`,
      order.id,
    );
    return {
      is: ({ orderId, details }) => orderId === order.id && details.changeStatus === 'held',
      afterMend: async () => {
        if (!(await order.types()).includes('change_given_up')) throw new Error('it was not given up');
        await serve(order);
      },
    };
  },

  change_not_returned: async (system, variantId) => {
    const order = await confirmed(system, variantId, 2);
    const [line] = (await order.read()).lines;
    refuseRefund(system);
    const set = [{ lineId: line!.id, quantity: 1 }];
    await order.change({ set, expectedDifference: -500 });
    await order.until('it did not go back', ({ attention }) => attention.includes('refund_failed'));
    return {
      is: ({ orderId, amount }) => orderId === order.id && amount === 500,
      afterMend: () =>
        until('it went back', async () => {
          const { captured, refunded } = await order.atStripe();
          return captured === 1000 && refunded === 500;
        }),
    };
  },

  receivable_differs: async (system, variantId) => {
    const [host, orderId] = await owingTab(system, variantId);
    await rewrite(
      system,
      `with gone as (delete from ledger_transactions where order_id = ? and kind = 'sale' returning id)
       delete from ledger_entries where transaction_id in (select id from gone)`,
      orderId,
    );
    return {
      is: ({ kind, details }) => kind === 'receivable_differs' && details.tabId === host.tab.id,
    };
  },

  ended_tab_owes: async (system, variantId) => {
    const [host] = await owingTab(system, variantId);
    const { id } = host.tab;
    await system.agent.command(`/api/tabs/${id}/close`, {});
    await loseWorkflow(system, tabWorkflowId(id));
    await rewrite(
      system,
      `update tabs set status = 'closed', closed_at = now(), join_code = null, join_secret = null where id = ?`,
      id,
    );
    return {
      is: ({ kind, amount, details }) => kind === 'ended_tab_owes' && amount === 500 && details.tabId === id,
      afterMend: async () => {
        const given = { writeOff: { reason: 'They have left' } };
        const reply = await system.agent.command(`/api/tabs/${id}/close`, given);
        if (reply.status !== 200) throw new Error(`the rest was not written off: ${reply.status}`);
        await until('it has ended once more', async () => (await readTab(host)).status === 'closed');
      },
    };
  },

  ledger_differs: async (system, variantId) => {
    const order = await confirmed(system, variantId);
    await forgetBookings(system, order, 'capture');
    return {
      is: ({ orderId, details }) =>
        orderId === order.id && details.ourAmount === 500 && details.ledgerAmount === 0,
    };
  },
};

/** Moves a paid order to its final status. */
export async function serve(order: PlacedOrder): Promise<void> {
  await order.serve();
  const { status, needsAttention } = await order.untilClosed();
  if (status !== 'completed' || needsAttention) throw new Error(`it is ${status}, ${needsAttention}`);
}

function untilCanceled(system: System, intentId: string): Promise<unknown> {
  return until('it is canceled', async () => {
    const intent = await system.stripeApi.paymentIntents.retrieve(intentId);
    return intent.status === 'canceled';
  });
}
