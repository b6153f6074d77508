/** Life cycles of orders that are changed: every call to Stripe of a change, and of one that is given up. */

import { placeOrder, type PlacedOrder } from './buyer.ts';
import type { Watched } from './orders-watch.ts';
import { lost, type Act, type Life, type Stage } from './stripe-lives.ts';

interface ChangeHero {
  readonly about: string;
  readonly orderId: string;
  readonly order: PlacedOrder;
}

const PRICE = 350;
const PIECES = 3;
const READ = ['GET /v1/payment_intents/*'] as const;
const AUTHORIZED = ['payment_intent.created', 'payment_intent.amount_capturable_updated', 'charge.succeeded'];
const CAPTURED = ['payment_intent.succeeded', 'charge.captured'];

function act(
  name: string,
  what: Pick<Act<ChangeHero>, 'calls' | 'events' | 'first'>,
  go: (stage: Stage, order: PlacedOrder) => Promise<unknown>,
  ends: Partial<Watched>,
): Act<ChangeHero> {
  return {
    ...what,
    name,
    play: async (stage, { order }) => {
      await go(stage, order);
      await stage.watch.until(order.id, JSON.stringify(ends), (now) =>
        Object.entries({ attention: null, isChanging: false, ...ends }).every(
          ([key, value]) => now[key as keyof Watched] === value,
        ),
      );
    },
  };
}

async function confirmed({ system, variantId }: Stage): Promise<ChangeHero> {
  const order = await placeOrder(system, { variantId, quantity: PIECES, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return { about: order.id, orderId: order.id, order };
}

/** Asks as a page does: again with another key when nothing was decided in time. */
async function change(order: PlacedOrder, body: Parameters<PlacedOrder['change']>[0]): Promise<void> {
  for (;;) {
    const reply = await order.change(body);
    if (reply.status < 300) return;
    if (reply.status !== 503) throw new Error(`not changed: ${JSON.stringify(reply.body)}`);
  }
}

const add = (card: string) => (stage: Stage, order: PlacedOrder) =>
  change(order, {
    add: [{ variantId: stage.variantId, quantity: 1 }],
    expectedDifference: PRICE,
    payment: { paymentMethodId: card },
  });

/** Takes one piece off the first line. */
async function takeOne(_stage: Stage, order: PlacedOrder) {
  const [line] = (await order.read()).lines;
  const set = [{ lineId: line!.id, quantity: line!.quantity - 1 }];
  await change(order, { set, expectedDifference: -PRICE });
}

async function sentToBank(stage: Stage): Promise<ChangeHero> {
  const hero = await confirmed(stage);
  await add('pm_card_authenticationRequired')(stage, hero.order);
  return hero;
}

async function approve({ system }: Stage, order: PlacedOrder): Promise<void> {
  const { intents } = await order.atStripe();
  const { id } = intents.find(({ status }) => status === 'requires_action')!;
  await fetch(`${system.stripe.url}/_/payment_intents/${id}/authenticate`, { method: 'POST' });
}

const startWork = (_stage: Stage, order: PlacedOrder) => order.advance('preparing');

const MORE = { status: 'confirmed', captured: (PIECES + 1) * PRICE, refunded: 0 } as const;
const AS_IT_WAS = { status: 'preparing', captured: PIECES * PRICE, refunded: 0 } as const;

export const CHANGE_LIVES: readonly Life<ChangeHero>[] = [
  {
    begin: confirmed,
    acts: [
      act(
        'paying what a change costs more',
        {
          calls: [
            'POST /v1/payment_intents',
            'POST /v1/payment_intents/*/confirm',
            'POST /v1/payment_intents/*/capture',
          ],
          events: [...AUTHORIZED, ...CAPTURED],
        },
        add('pm_card_visa'),
        MORE,
      ),
      act(
        'giving back what a change took off',
        { calls: ['POST /v1/refunds'], events: ['refund.created', 'charge.refunded'] },
        takeOne,
        { ...MORE, refunded: PRICE },
      ),
    ],
  },
  {
    begin: confirmed,
    acts: [
      act(
        'reading back that a change was authorized, of which nobody heard',
        { first: lost('POST /v1/payment_intents/*/confirm'), calls: READ },
        add('pm_card_visa'),
        MORE,
      ),
    ],
  },
  {
    begin: confirmed,
    acts: [
      act(
        'reading back that a change was captured, of which nobody heard',
        { first: lost('POST /v1/payment_intents/*/capture'), calls: READ },
        add('pm_card_visa'),
        MORE,
      ),
    ],
  },
  {
    begin: sentToBank,
    acts: [
      act(
        'reading that the bank approved a change',
        { calls: READ, events: ['payment_intent.amount_capturable_updated'] },
        approve,
        MORE,
      ),
    ],
  },
  {
    begin: sentToBank,
    acts: [
      act(
        'giving up a change that waits at the bank',
        { calls: ['POST /v1/payment_intents/*/cancel'], events: ['payment_intent.canceled'] },
        startWork,
        AS_IT_WAS,
      ),
    ],
  },
  {
    begin: sentToBank,
    acts: [
      act(
        'reading back that a change was given up, of which nobody heard',
        { first: lost('POST /v1/payment_intents/*/cancel'), calls: READ },
        startWork,
        AS_IT_WAS,
      ),
    ],
  },
];
