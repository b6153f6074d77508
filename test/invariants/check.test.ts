import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { orderWorkflowId, paymentChanged } from '../../workflows/messages.ts';
import { orderStartOptions } from '../../workflows/start-order.ts';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import { recordHeldOrder } from '../harness/records.ts';
import { startSystem, type System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { environmentOf } from '../harness/worker-process.ts';
import { addProduct } from '../setup/menu.ts';
import { checkInvariants, type CheckOptions } from './check.ts';
import { describeViolation, INVARIANTS, type InvariantId, type Violation } from './violation.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
// What was planted stays, so what holds at the end of every other test does not hold here.
afterAll(() => system?.stop({ check: false }));

const check = (more: Partial<CheckOptions> = {}): Promise<Violation[]> =>
  checkInvariants({
    databases: system.databases,
    stripe: system.stripeApi,
    temporal: system.temporal,
    mails: system.mailServer.mails,
    standInUrl: system.stripe.url,
    settleMs: 0,
    ...more,
  });

const orders = (sql: string, ...values: unknown[]) =>
  system.databases.orders.em.fork().execute<{ [column: string]: string }[]>(sql, values);
const catalog = (sql: string, ...values: unknown[]) =>
  system.databases.catalog.em.fork().execute(sql, values);
const closed = (order: PlacedOrder) => order.workflow.result();

/** An order of two units of a product of its own. */
async function place(options: { pay?: string } = {}): Promise<PlacedOrder & { variantId: string }> {
  const product = await addProduct(system.databases);
  const variantId = product.variants[0]!.id;
  return Object.assign(await placeOrder(system, { variantId, quantity: 2, ...options }), { variantId });
}
async function confirmed() {
  const order = await place({ pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  await until('its mails are sent', async () => {
    const [row] = await orders(
      `select count(*) as due from mails where order_id = ? and status = 'due'`,
      order.id,
    );
    return Number(row!['due']) === 0;
  });
  return order;
}
/** Paid at the counter. */
async function paidInCash() {
  const order = await place();
  await order.payInCash(50);
  await order.untilStatus('confirmed');
  return order;
}
async function canceled(pay?: string) {
  const order = await place(pay ? { pay } : {});
  if (pay) await order.until('declined', ({ shares }) => shares[0]?.declineCode != null);
  await order.cancel();
  await closed(order);
  return order;
}

/** Takes money at Stripe behind our back. */
async function charge(order: PlacedOrder, options: { capture?: boolean } = {}) {
  const { id } = await order.share();
  return system.stripeApi.paymentIntents.create({
    amount: 700,
    currency: 'eur',
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    confirm: true,
    capture_method: options.capture === false ? 'manual' : 'automatic',
    metadata: { order_id: order.id, share_id: id, bill_version: '1' },
  });
}

/** Plants a violation; answers the id of the order, variant or charge that must be named. */
type Plant = () => Promise<string>;

const PLANTS: readonly (readonly [InvariantId, string, Plant])[] = [
  [
    'M1',
    'a confirmed order of which less was captured than its payer owes',
    async () => {
      const { id } = await confirmed();
      await orders(`update shares set tip_amount = 5 where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M1',
    'money taken for an order that was canceled',
    async () => {
      const order = await canceled();
      await charge(order);
      return order.id;
    },
  ],
  [
    'M1',
    'a confirmed order of which less is in the till than its payer owes',
    async () => {
      const { id } = await paidInCash();
      await orders(`update shares set tip_amount = tip_amount + 5 where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M1',
    'cash of an order that ended unconfirmed, which nobody handed back',
    async () => {
      const { id } = await canceled();
      await orders(
        `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method, status,
           captured_amount)
         select gen_random_uuid(), order_id, id, bill_version, amount, 0, 'eur', 'cash', 'captured', amount
         from shares where order_id = ?`,
        id,
      );
      return id;
    },
  ],
  [
    'M2',
    'a share paid in cash, and charged at Stripe',
    async () => {
      const order = await paidInCash();
      await charge(order);
      return order.id;
    },
  ],
  [
    'M2',
    'two successful payments of a share in our database',
    async () => {
      const { id } = await confirmed();
      await orders(`drop index if exists payments_one_success`);
      await orders(
        `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status)
       select gen_random_uuid(), order_id, share_id, bill_version, amount, tip_amount, currency, 'authorized'
       from payments where order_id = ?`,
        id,
      );
      return id;
    },
  ],
  [
    'M2',
    'two charges of a share at Stripe',
    async () => {
      const order = await confirmed();
      await charge(order);
      return order.id;
    },
  ],
  [
    'M3',
    'more given back than was captured',
    async () => {
      const { id } = await confirmed();
      await orders(`alter table payments drop constraint if exists payments_check2`);
      await orders(`alter table payments drop constraint if exists payments_check1`);
      await orders(`update payments set refunded_amount = captured_amount + 1 where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M4',
    'shares that do not sum to the bill',
    async () => {
      const { id } = await place();
      await orders(`update shares set amount = amount - 1 where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M5',
    'an authorization left open by an order that was canceled',
    async () => {
      const order = await canceled();
      await charge(order, { capture: false });
      return order.id;
    },
  ],
  [
    'M6',
    'a booking that does not balance',
    async () => {
      const { id } = await confirmed();
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set amount = amount - 1 where account = 'sales'
       and transaction_id in (select id from ledger_transactions where order_id = ?)`,
        id,
      );
      return id;
    },
  ],
  [
    'M6',
    'a canceled order of which the memo still says that it is authorized',
    async () => {
      const { id } = await canceled('pm_card_chargeDeclined');
      await system.databases.orders.em.fork().transactional(async (em) => {
        const booking = randomUUID();
        await em.execute(
          `insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, 'authorization', ?, 'eur')`,
          [booking, id, randomUUID()],
        );
        await em.execute(
          `insert into ledger_entries (transaction_id, account, amount)
           values (?, 'authorized', 9), (?, 'authorized_offset', -9)`,
          [booking, booking],
        );
      });
      return id;
    },
  ],
  [
    'M7',
    'a charge at Stripe that the ledger does not have',
    async () => {
      const { id } = await confirmed();
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(`alter table ledger_transactions disable trigger user`);
      await orders(
        `delete from ledger_entries where transaction_id in (select id from ledger_transactions where order_id = ?)`,
        id,
      );
      await orders(`delete from ledger_transactions where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M7',
    'a refund at Stripe that the ledger does not have',
    async () => {
      const { id } = await confirmed();
      await system.agent.post(`/api/orders/${id}/refunds`, { amount: 100, reason: 'cold' });
      await orders(`update refunds set stripe_refund_id = 're_another' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M7',
    'a fee that is not Stripe’s',
    async () => {
      const { id } = await confirmed();
      await system.databases.orders.em.fork().transactional(async (em) => {
        const [payment] = await em.execute<{ id: string }[]>(
          `update payments set fee_booked = true where order_id = ? and not fee_booked returning id`,
          [id],
        );
        const booking = randomUUID();
        await em.execute(
          `insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, 'fee', ?, 'eur')`,
          [booking, id, payment!.id],
        );
        await em.execute(
          `insert into ledger_entries (transaction_id, account, amount) values (?, 'fees', 1), (?, 'stripe', -1)`,
          [booking, booking],
        );
      });
      return id;
    },
  ],
  [
    'M7',
    'a dispute of which the ledger has another amount',
    async () => {
      const order = await confirmed();
      const [intent] = (await order.atStripe()).intents;
      const { id: chargeId } = intent!.latest_charge as { id: string };
      await fetch(`${system.stripe.url}/_/charges/${chargeId}/dispute`, { method: 'POST' });
      await order.until('disputed', ({ needsAttention }) => needsAttention === 'disputed');
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set amount = amount + 1 where account = 'stripe' and transaction_id in
           (select id from ledger_transactions where order_id = ? and kind = 'dispute')`,
        order.id,
      );
      return order.id;
    },
  ],
  [
    'M7',
    'a booking of which Stripe knows nothing',
    async () => {
      const { id } = await place();
      await system.databases.orders.em.fork().transactional(async (em) => {
        const booking = randomUUID();
        await em.execute(
          `insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, 'capture', ?, 'eur')`,
          [booking, id, randomUUID()],
        );
        await em.execute(
          `insert into ledger_entries (transaction_id, account, amount) values (?, 'stripe', 9), (?, 'sales', -9)`,
          [booking, booking],
        );
      });
      return id;
    },
  ],
  [
    'M7',
    'cash that the ledger does not have',
    async () => {
      const { id } = await paidInCash();
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set account = 'fees' where account = 'cash'
         and transaction_id in (select id from ledger_transactions where order_id = ?)`,
        id,
      );
      return id;
    },
  ],
  [
    'M7',
    'a booking of cash that nobody took',
    async () => {
      const { id } = await place();
      await system.databases.orders.em.fork().transactional(async (em) => {
        const booking = randomUUID();
        await em.execute(
          `insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, 'cash', ?, 'eur')`,
          [booking, id, randomUUID()],
        );
        await em.execute(
          `insert into ledger_entries (transaction_id, account, amount) values (?, 'cash', 9), (?, 'sales', -9)`,
          [booking, booking],
        );
      });
      return id;
    },
  ],
  [
    'M7',
    'cash handed out of which the ledger has another amount',
    async () => {
      const { id } = await paidInCash();
      await system.agent.post(`/api/orders/${id}/refunds`, { amount: 100, reason: 'cold' });
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set amount = amount + 1 where account = 'cash' and transaction_id in
           (select id from ledger_transactions where order_id = ? and kind = 'cash_refund')`,
        id,
      );
      return id;
    },
  ],
  [
    'M7',
    'a charge that belongs to nobody',
    async () => {
      const { id } = await system.stripeApi.paymentIntents.create({
        amount: 100,
        currency: 'eur',
        payment_method: 'pm_card_visa',
        allowed_payment_method_types: ['card'],
        confirm: true,
      });
      return id;
    },
  ],
  [
    'M8',
    'money captured while the stock was only held',
    async () => {
      const order = await place();
      await charge(order);
      return order.id;
    },
  ],
  [
    'M8',
    'money captured before the hold was committed',
    async () => {
      const { id } = await confirmed();
      await orders(
        `update order_events set at = at + interval '1 minute' where order_id = ? and type = 'capture_started'`,
        id,
      );
      return id;
    },
  ],
  [
    'M9',
    'an order whose total is not what its lines come to',
    async () => {
      const { id } = await confirmed();
      await orders(
        `update lines set unit_amount = unit_amount + 1, amount = amount + quantity where order_id = ?`,
        id,
      );
      return id;
    },
  ],
  [
    'M9',
    'a payment over another amount than Stripe has',
    async () => {
      const { id } = await confirmed();
      await orders(`update payments set tip_amount = 1, amount = amount + 1 where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M10',
    'a payment that names another card than was charged',
    async () => {
      const { id } = await confirmed();
      await orders(`update payments set card_last4 = '1881' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'M9',
    'cash in another currency than its order’s',
    async () => {
      const { id } = await paidInCash();
      await orders(`update payments set currency = 'usd' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'S1',
    'less than nothing available',
    async () => {
      const { variantId } = await confirmed();
      await catalog(`alter table variants drop constraint if exists variants_available_check`);
      await catalog(`update variants set available = -1, received = 1 where id = ?`, variantId);
      return variantId;
    },
  ],
  [
    'S2',
    'a unit that got lost',
    async () => {
      const { variantId } = await confirmed();
      await catalog(`update variants set available = available - 1 where id = ?`, variantId);
      return variantId;
    },
  ],
  [
    'S3',
    'an order that holds less than it ordered',
    async () => {
      const { id } = await place();
      await catalog(`update holds set quantity = 1 where order_id = ?`, id);
      return id;
    },
  ],
  [
    'S4',
    'two holds of an order on one variant',
    async () => {
      const { id } = await place();
      await catalog(`alter table holds drop constraint if exists holds_pkey`);
      await catalog(
        `insert into holds (order_id, variant_id, quantity, status, deadline)
       select order_id, variant_id, quantity, status, deadline from holds where order_id = ?`,
        id,
      );
      return id;
    },
  ],
  [
    'S5',
    'a hold of an order that was canceled',
    async () => {
      const { id } = await canceled();
      await catalog(`update holds set status = 'live' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'S6',
    'a hold past its deadline',
    async () => {
      const { id } = await place();
      await catalog(`update holds set deadline = now() - interval '40 seconds' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'S7',
    'a confirmed order without its units',
    async () => {
      const { id } = await confirmed();
      await catalog(`update holds set status = 'released' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'S7',
    'more units accepted than were received',
    async () => {
      const { variantId } = await confirmed();
      await catalog(`alter table variants drop constraint if exists variants_check`);
      await catalog(`update variants set received = 1 where id = ?`, variantId);
      return variantId;
    },
  ],
  [
    'W1',
    'an order whose workflow was ended from outside',
    async () => {
      const order = await place();
      await order.workflow.terminate();
      return order.id;
    },
  ],
  [
    'W1',
    'an order that never got a workflow',
    async () => (await recordHeldOrder(system.databases.orders)).id,
  ],
  [
    'W1',
    'a workflow of no order',
    async () => {
      const orderId = randomUUID();
      await system.temporal.workflow.start('order', {
        ...orderStartOptions({ orderId, totalAmount: 1, currency: 'eur', holdMs: 1 }),
        taskQueue: 'nobody',
      });
      await until('it is found', async () => {
        for await (const run of system.temporal.workflow.list()) {
          if (run.workflowId === orderWorkflowId(orderId)) return true;
        }
        return false;
      });
      return orderId;
    },
  ],
  [
    'W1',
    'an order that does not settle',
    async () => {
      const { id } = await confirmed();
      await orders(`update orders set status = 'capturing' where id = ?`, id);
      return id;
    },
  ],
  [
    'W2',
    'a version that is missing',
    async () => {
      const { id } = await confirmed();
      await orders(`delete from order_events where order_id = ? and version = 3`, id);
      return id;
    },
  ],
  [
    'W2',
    'a step that the table does not have',
    async () => {
      const { id } = await confirmed();
      await orders(
        `update order_events set data = data || '{"status": "ready"}' where order_id = ? and type = 'payment_started'`,
        id,
      );
      return id;
    },
  ],
  [
    'W2',
    'an order that is not what its last event says',
    async () => {
      const { id } = await place();
      await orders(`update orders set status = 'preparing' where id = ?`, id);
      return id;
    },
  ],
  [
    'W4',
    'a share voided of an order that goes on',
    async () => {
      const { id } = await place();
      await orders(`update shares set status = 'voided' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'W4',
    'stock given back before the payment was voided',
    async () => {
      const { id } = await canceled('pm_card_chargeDeclined');
      await catalog(`update holds set updated_at = updated_at - interval '1 minute' where order_id = ?`, id);
      return id;
    },
  ],
  [
    'W5',
    'a workflow whose task fails over and over',
    async () => {
      const { id } = await recordHeldOrder(system.databases.orders);
      const options = orderStartOptions({ orderId: id, totalAmount: 1, currency: 'eur', holdMs: 1 });
      await system.temporal.workflow.start('order', { ...options, args: [undefined as never] });
      const attempt = async () => {
        const { raw } = await system.temporal.workflow.getHandle(orderWorkflowId(id)).describe();
        return (raw.pendingWorkflowTask?.attempt ?? 0) >= 3;
      };
      await until('its task has failed', attempt, { withinMs: 60_000 });
      return id;
    },
  ],
  [
    'E1',
    'a receipt that was never written',
    async () => {
      const { id } = await confirmed();
      await orders(`delete from mails where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  ],
  [
    'E1',
    'a mail that is booked as sent and never came in',
    async () => {
      const { id } = await confirmed();
      await orders(`update mails set id = gen_random_uuid() where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  ],
  [
    'E2',
    'a mail of a version that is not there',
    async () => {
      const { id } = await confirmed();
      await orders(`update mails set event_version = 99 where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  ],
  [
    'E2',
    'a mail that says something else than its event',
    async () => {
      const { id } = await confirmed();
      await orders(`update mails set type = 'order_canceled' where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  ],
  [
    'R3',
    'a mail that is not sent',
    async () => {
      const { id } = await confirmed();
      await orders(`update mails set status = 'due' where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  ],
  [
    'I4',
    'a customer’s name in a history',
    async () => {
      const order = await place();
      const { participants } = await order.read();
      await order.workflow.signal(paymentChanged, { paymentId: `of ${participants[0]!.name}, as it were` });
      return order.id;
    },
  ],
];

/** What `npm run check:invariants` says and ends with. */
async function runCommand(): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: environmentOf(system),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test('a system in which all is well has no violation, and the command says so', async () => {
  await confirmed();
  const refunded = await confirmed();
  await refunded.cancel(system.agent);
  await closed(refunded);
  await canceled('pm_card_chargeDeclined');
  const { id, variantId } = await place();
  expect(id).toBeTruthy();
  await closed(await placeOrder(system, { variantId, holdMs: 600 }));
  const inCash = await paidInCash();
  await system.agent.post(`/api/orders/${inCash.id}/refunds`, { amount: 100, reason: 'cold' });
  const completed = await confirmed();
  for (const to of ['preparing', 'ready', 'completed'] as const) await completed.advance(to);
  expect(await check({ settleMs: 20_000 })).toEqual([]);
  const { code, output } = await runCommand();
  expect(output).toContain('All invariants hold, of 7 orders');
  expect(code).toBe(0);
});

test('the command prints a violation and ends with 1', async () => {
  const order = await confirmed();
  await orders(`update orders set total_amount = total_amount + 1 where id = ?`, order.id);
  const { code, output } = await runCommand();
  expect(output).toMatch(
    new RegExp(`^M9  order ${order.id}: its lines come to 700, and its total is 701$`, 'm'),
  );
  expect(code).toBe(1);
  await orders(`update orders set total_amount = total_amount - 1 where id = ?`, order.id);
});

describe('the checker finds', () => {
  const named = new Map<Plant, string>();
  let found: readonly Violation[] = [];
  beforeAll(async () => {
    const waiting = PLANTS.map(([, , plant]) => plant);
    const work = async () => {
      for (let plant = waiting.pop(); plant; plant = waiting.pop()) named.set(plant, await plant());
    };
    await Promise.all([work(), work(), work(), work()]);
    found = await check();
  });

  test.each(PLANTS.map(([id, what, plant]) => ({ id, what, plant })))('$id: $what', ({ id, plant }) => {
    const lines = found.filter((violation) => violation.id === id).map(describeViolation);
    expect(lines.join('\n')).toContain(named.get(plant));
  });

  test('W3: histories that do not replay with these workflows', async () => {
    const order = await confirmed();
    const workflowsPath = fileURLToPath(new URL('other-workflows.ts', import.meta.url));
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    const found = await check({ workflowBundle });
    const lines = found.filter(({ id }) => id === 'W3').map(describeViolation);
    expect(lines.join('\n')).toContain(order.id);
  });

  test('a mail that nobody wrote', async () => {
    const stray = {
      to: ['eve@example.test'],
      messageId: `<${randomUUID()}@localhost>`,
      subject: 'Your receipt',
    };
    const found = await check({ mails: [...system.mailServer.mails, stray] });
    expect(found.find(({ id, sentence }) => id === 'E2' && sentence.includes(stray.messageId))).toBeTruthy();
  });
});

test('every invariant that the checker names has a violation planted here', () => {
  const planted = new Set<string>(['W3', ...PLANTS.map(([id]) => id)]);
  expect(Object.keys(INVARIANTS).filter((id) => !planted.has(id))).toEqual([]);
});

test('a violation is told in one line with its id and its order', () => {
  expect(describeViolation({ id: 'M1', orderId: 'abc', sentence: 'it kept 5' })).toBe(
    'M1  order abc: it kept 5',
  );
  expect(describeViolation({ id: 'S2', orderId: null, sentence: 'lost' })).toBe('S2  no one order: lost');
});
