/** Life cycles of orders: one that goes through every step, and shorter ones. */

import { sql } from 'kysely';
import { run } from '../../db/sql.ts';
import { placeOrder, type PlacedOrder } from './buyer.ts';
import type { Watched } from './orders-watch.ts';
import { lost, type Act, type Life, type Stage } from './stripe-lives.ts';

interface OrderHero {
  readonly about: string;
  readonly orderId: string;
  readonly order: PlacedOrder;
}

/** One act on an order: an action, and the expected state of the order after it. */
function act(
  name: string,
  what: Pick<Act<OrderHero>, 'calls' | 'events' | 'first'>,
  go: (stage: Stage, order: PlacedOrder) => Promise<unknown>,
  ends: Partial<Watched>,
): Act<OrderHero> {
  const isOver = (now: Watched) =>
    Object.entries(ends).every(([key, value]) => now[key as keyof Watched] === value);
  return {
    ...what,
    name,
    play: async (stage, { order }) => {
      await go(stage, order);
      await stage.watch.until(order.id, JSON.stringify(ends), isOver);
    },
  };
}

const TIP = 50;
const pay = (card: string) => (_stage: Stage, order: PlacedOrder) => order.pay(card, TIP);
const payByVisa = pay('pm_card_visa');
const cancel = (_stage: Stage, order: PlacedOrder) => order.cancel();
const refund = (amount: number) => (_stage: Stage, order: PlacedOrder) =>
  order.refund({ amount, reason: 'Lukewarm' });

async function placed({ system, variantId }: Stage): Promise<OrderHero> {
  const order = await placeOrder(system, { variantId });
  return { about: order.id, orderId: order.id, order };
}

async function sentToBank(stage: Stage): Promise<OrderHero> {
  const hero = await placed(stage);
  await pay('pm_card_authenticationRequired')(stage, hero.order);
  await stage.watch.until(hero.orderId, 'sent to the bank', ({ share }) => share === 'requires_action');
  return hero;
}

/** Declined, and old enough that a worker asks Stripe for its fee. */
async function declinedLongAgo(stage: Stage): Promise<OrderHero> {
  const hero = await placed(stage);
  await pay('pm_card_chargeDeclined')(stage, hero.order);
  await stage.watch.until(hero.orderId, 'declined', ({ share }) => share === 'declined');
  await run(
    stage.system.databases.orders.em.fork(),
    sql`update payments set created_at = now() - interval '20 minutes' where order_id = ${hero.orderId}`,
  );
  return hero;
}

async function intentOf({ watch }: Stage, { id }: PlacedOrder): Promise<string> {
  const { intentId } = await watch.until(id, 'at Stripe', (order) => order.intentId !== null);
  return intentId!;
}

/** The payer returns from her bank to her page, which asks the API for the payment. */
async function approve(stage: Stage, order: PlacedOrder): Promise<void> {
  const id = await intentOf(stage, order);
  await fetch(`${stage.system.stripe.url}/_/payment_intents/${id}/authenticate`, { method: 'POST' });
  await order.pay();
}

async function refundOutside(stage: Stage, order: PlacedOrder): Promise<void> {
  await stage.dashboard.refunds.create({ payment_intent: await intentOf(stage, order), amount: 50 });
}

async function dispute({ dashboard, system, ...stage }: Stage, order: PlacedOrder): Promise<void> {
  const id = await intentOf({ dashboard, system, ...stage }, order);
  const { latest_charge: charge } = await dashboard.paymentIntents.retrieve(id);
  await fetch(`${system.stripe.url}/_/charges/${String(charge)}/dispute`, { method: 'POST' });
}

const CHARGED = { status: 'confirmed', captured: 400, refunded: 0, attention: null } as const;
const CANCELED = { status: 'canceled', captured: 0, attention: null } as const;
const READ = ['GET /v1/payment_intents/*'] as const;

export const ORDER_LIVES: readonly Life<OrderHero>[] = [
  {
    begin: declinedLongAgo,
    acts: [
      act(
        'reading a declined payment before another card',
        { calls: READ },
        pay('pm_card_authenticationRequired'),
        { share: 'requires_action' },
      ),
      act(
        'reading that the bank approved, and its fee when that was long unknown',
        {
          calls: [...READ, { call: READ[0], saying: 'latest_charge.balance_transaction' }],
          events: ['payment_intent.amount_capturable_updated'],
        },
        approve,
        { ...CHARGED, feeBooked: true },
      ),
      act(
        'giving some of it back',
        { calls: ['POST /v1/refunds'], events: ['refund.created', 'charge.refunded'] },
        refund(150),
        { refunded: 150, attention: null },
      ),
      act(
        'looking for a refund of which nobody heard',
        { first: lost('POST /v1/refunds'), calls: ['GET /v1/refunds'] },
        refund(100),
        { refunded: 250, attention: null },
      ),
      act(
        'seeing what was given back in the dashboard',
        {
          calls: ['GET /v1/payment_intents/*', 'GET /v1/refunds'],
          events: ['refund.created', 'charge.refunded'],
        },
        refundOutside,
        { refunded: 300, attention: 'refunded_outside' },
      ),
      act(
        'seeing that the bank takes the rest',
        {
          calls: ['GET /v1/disputes'],
          events: ['charge.dispute.created', 'charge.dispute.funds_withdrawn'],
        },
        dispute,
        { status: 'confirmed', captured: 400, refunded: 300, isDisputed: true },
      ),
    ],
  },
  {
    begin: placed,
    acts: [
      act(
        'paying',
        {
          calls: [
            'POST /v1/payment_intents',
            'POST /v1/payment_intents/*/confirm',
            'POST /v1/payment_intents/*/capture',
          ],
          events: [
            'payment_intent.created',
            'payment_intent.amount_capturable_updated',
            'charge.succeeded',
            'payment_intent.succeeded',
            'charge.captured',
          ],
        },
        payByVisa,
        CHARGED,
      ),
    ],
  },
  {
    begin: placed,
    acts: [
      act(
        'reading back a confirmation of which nobody heard',
        { first: lost('POST /v1/payment_intents/*/confirm'), calls: READ },
        payByVisa,
        CHARGED,
      ),
    ],
  },
  {
    begin: placed,
    acts: [
      act(
        'reading back a capture of which nobody heard',
        { first: lost('POST /v1/payment_intents/*/capture'), calls: READ },
        payByVisa,
        CHARGED,
      ),
    ],
  },
  {
    begin: sentToBank,
    acts: [
      act(
        'canceling',
        { calls: ['POST /v1/payment_intents/*/cancel'], events: ['payment_intent.canceled'] },
        cancel,
        CANCELED,
      ),
    ],
  },
  {
    begin: sentToBank,
    acts: [
      act(
        'reading back a cancellation of which nobody heard',
        { first: lost('POST /v1/payment_intents/*/cancel'), calls: READ },
        cancel,
        CANCELED,
      ),
    ],
  },
];
