/** Payment violations: wrong payments, and shares and totals that do not match them. */

import type { Plant } from './stage.ts';

export const PAYMENT_PLANTS: readonly Plant[] = [
  {
    id: 'M1',
    what: 'a confirmed order of which less was captured than its payer owes',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update shares set tip_amount = 5 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'M1',
    what: 'money taken for an order that was canceled',
    plant: async ({ canceled, charge }) => {
      const order = await canceled();
      await charge(order);
      return order.id;
    },
  },
  {
    id: 'M1',
    what: 'a confirmed order of which less is in the till than its payer owes',
    plant: async ({ orders, paidInCash }) => {
      const { id } = await paidInCash();
      await orders(`update shares set tip_amount = tip_amount + 5 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'M1',
    what: 'cash of an order that ended unconfirmed, which nobody handed back',
    plant: async ({ orders, canceled }) => {
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
  },
  {
    id: 'M2',
    what: 'a share paid in cash, and charged at Stripe',
    plant: async ({ paidInCash, charge }) => {
      const order = await paidInCash();
      await charge(order);
      return order.id;
    },
  },
  {
    id: 'M2',
    what: 'two successful payments of a share in our database',
    plant: async ({ orders, confirmed }) => {
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
  },
  {
    id: 'M2',
    what: 'two charges of a share at Stripe',
    plant: async ({ confirmed, charge }) => {
      const order = await confirmed();
      await charge(order);
      return order.id;
    },
  },
  {
    id: 'M2',
    what: 'a second charge of a share, told of as late, of which only a part went back',
    plant: async ({ system, orders, confirmed, charge }) => {
      const order = await confirmed();
      const { id: intentId } = await charge(order);
      await system.stripeApi.refunds.create({ payment_intent: intentId, amount: 699 });
      const [payment] = await orders(
        `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status,
           captured_amount, stripe_payment_intent_id)
         select gen_random_uuid(), order_id, id, bill_version, 700, 0, 'eur', 'canceled', 700, ?
         from shares where order_id = ? returning id`,
        intentId,
        order.id,
      );
      await orders(
        `update order_events set data = data || jsonb_build_object('paymentId', ?::text), type = 'late_payment'
         where order_id = ? and type = 'payment_started'`,
        payment!['id'],
        order.id,
      );
      return order.id;
    },
  },
  {
    id: 'M3',
    what: 'more given back than was captured',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`alter table payments drop constraint if exists payments_check2`);
      await orders(`alter table payments drop constraint if exists payments_check1`);
      await orders(`update payments set refunded_amount = captured_amount + 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'M4',
    what: 'shares that do not sum to the bill',
    plant: async ({ orders, place }) => {
      const { id } = await place();
      await orders(`update shares set amount = amount - 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'T2',
    what: 'a unit of a line that no share pays for',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `update allocations set amount = amount - 1 where line_id in (select id from lines where order_id = ?)`,
        id,
      );
      return id;
    },
  },
  {
    id: 'T2',
    what: 'a share of more than its payer ordered, though all sums are right',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `update lines set shared_between = shared_between || gen_random_uuid() where order_id = ?`,
        id,
      );
      return id;
    },
  },
  {
    id: 'M5',
    what: 'an authorization left open by an order that was canceled',
    plant: async ({ canceled, charge }) => {
      const order = await canceled();
      await charge(order, { capture: false });
      return order.id;
    },
  },
  {
    id: 'M8',
    what: 'money captured while the stock was only held',
    plant: async ({ place, charge }) => {
      const order = await place();
      await charge(order);
      return order.id;
    },
  },
  {
    id: 'M8',
    what: 'money captured before the hold was committed',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `update order_events set at = at + interval '1 minute' where order_id = ? and type = 'capture_started'`,
        id,
      );
      return id;
    },
  },
  {
    id: 'M9',
    what: 'an order whose total is not what its lines come to',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `update lines set unit_amount = unit_amount + 1, amount = amount + quantity where order_id = ?`,
        id,
      );
      return id;
    },
  },
  {
    id: 'M9',
    what: 'a payment over another amount than Stripe has',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update payments set tip_amount = 1, amount = amount + 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'M10',
    what: 'a payment that names another card than was charged',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update payments set card_last4 = '1881' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'M9',
    what: 'cash in another currency than its order’s',
    plant: async ({ orders, paidInCash }) => {
      const { id } = await paidInCash();
      await orders(`update payments set currency = 'usd' where order_id = ?`, id);
      return id;
    },
  },
];
