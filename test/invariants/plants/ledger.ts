/** Ledger violations: it does not balance, or it disagrees with Stripe or the till. */

import type { Plant } from './stage.ts';

export const LEDGER_PLANTS: readonly Plant[] = [
  {
    id: 'M6',
    what: 'a booking that does not balance',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set amount = amount - 1 where account = 'sales'
       and transaction_id in (select id from ledger_transactions where order_id = ?)`,
        id,
      );
      return id;
    },
  },
  {
    id: 'M6',
    what: 'a canceled order of which the memo still says that it is authorized',
    plant: async ({ canceled, book }) => {
      const { id } = await canceled('pm_card_chargeDeclined');
      await book(id, 'authorization', ['authorized', 'authorized_offset'], 9);
      return id;
    },
  },
  {
    id: 'M7',
    what: 'a charge at Stripe that the ledger does not have',
    plant: async ({ orders, confirmed }) => {
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
  },
  {
    id: 'M7',
    what: 'a refund at Stripe that the ledger does not have',
    plant: async ({ system, orders, confirmed }) => {
      const { id } = await confirmed();
      await system.agent.command(`/api/orders/${id}/refunds`, { amount: 100, reason: 'cold' });
      await orders(`update refunds set stripe_refund_id = 're_another' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'M7',
    what: 'a fee that is not Stripe’s',
    plant: async ({ orders, confirmed, book }) => {
      const { id } = await confirmed();
      const [payment] = await orders(
        `update payments set fee_booked = true where order_id = ? and not fee_booked returning id`,
        id,
      );
      await book(id, 'fee', ['fees', 'stripe'], 1, payment!['id']);
      return id;
    },
  },
  {
    id: 'M7',
    what: 'a dispute of which the ledger has another amount',
    plant: async ({ system, orders, confirmed }) => {
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
  },
  {
    id: 'M7',
    what: 'a booking of which Stripe knows nothing',
    plant: async ({ place, book }) => {
      const { id } = await place();
      await book(id, 'capture', ['stripe', 'sales'], 9);
      return id;
    },
  },
  {
    id: 'M7',
    what: 'cash that the ledger does not have',
    plant: async ({ orders, paidInCash }) => {
      const { id } = await paidInCash();
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set account = 'fees' where account = 'cash'
         and transaction_id in (select id from ledger_transactions where order_id = ?)`,
        id,
      );
      return id;
    },
  },
  {
    id: 'M7',
    what: 'a booking of cash that nobody took',
    plant: async ({ place, book }) => {
      const { id } = await place();
      await book(id, 'cash', ['cash', 'sales'], 9);
      return id;
    },
  },
  {
    id: 'M7',
    what: 'cash handed out of which the ledger has another amount',
    plant: async ({ system, orders, paidInCash }) => {
      const { id } = await paidInCash();
      await system.agent.command(`/api/orders/${id}/refunds`, { amount: 100, reason: 'cold' });
      await orders(`alter table ledger_entries disable trigger user`);
      await orders(
        `update ledger_entries set amount = amount + 1 where account = 'cash' and transaction_id in
           (select id from ledger_transactions where order_id = ? and kind = 'cash_refund')`,
        id,
      );
      return id;
    },
  },
  {
    id: 'M7',
    what: 'a charge that belongs to nobody',
    plant: async ({ system }) => {
      const { id } = await system.stripeApi.paymentIntents.create({
        amount: 100,
        currency: 'eur',
        payment_method: 'pm_card_visa',
        allowed_payment_method_types: ['card'],
        confirm: true,
      });
      return id;
    },
  },
];
