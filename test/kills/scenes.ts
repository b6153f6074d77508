/** Changes of orders, from the moment before somebody asks for one until she knows what came of it. */

import { randomUUID } from 'node:crypto';
import type { Order } from '../../domain/contract/orders.ts';
import { placeOrder, PlacedOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { sell } from '../setup/menu.ts';
import { managerOf } from '../setup/shop-settings.ts';
import type { Seated } from '../setup/tabs.ts';
import { signUp, Visitor, type Reply } from '../setup/visitor.ts';
import { Group } from '../tabs/groups.ts';

export interface Stage {
  readonly system: System;
  /** The API that may be killed. */
  readonly url: string;
}

/** An order at rest, and what happens to it next. */
export interface Prepared {
  readonly order: PlacedOrder;
  /** By which effects on it are recognized. */
  readonly ids: readonly string[];
  readonly before: Order;
  /** Whoever acts asks until she is told what came of it. */
  readonly act: () => Promise<void>;
  /** What the order comes to when all of it is done. */
  readonly totalAmount: number;
  /** Whether `act` is to be given up in the end, whatever happens. */
  readonly isGivenUp?: boolean;
}

export interface Scene {
  readonly name: string;
  readonly prepare: (stage: Stage) => Promise<Prepared>;
}

const COFFEE = 350;
const CAKE = 420;
const card = (name: string) => ({ payment: { paymentMethodId: `pm_card_${name}` } });
const visa = card('visa');
const one = (variantId: string) => [{ variantId, quantity: 1 }];

/** Asks as a page does: again with the same key, until somebody answers what came of it. */
async function insist(
  { url }: Stage,
  who: Visitor,
  path: string,
  body: object,
  isDecided = ({ status }: Reply<any>) => status !== 202,
): Promise<Reply<any>> {
  const [there, key] = [who.at(url), randomUUID()];
  const last: unknown[] = [];
  return until(
    `an answer to ${path}`,
    async () => {
      const reply = await there.post(path, body, { key }).catch((error: unknown) => {
        // The API was killed, or is not back yet.
        if (error instanceof TypeError) return undefined;
        throw error;
      });
      last.splice(0, 1, reply?.body);
      if (!reply || reply.status === 429) return undefined;
      const isOver = reply.body.error?.details?.reason === 'too_late';
      return (isOver || (reply.status !== 503 && isDecided(reply))) && reply;
    },
    { last: () => last[0] },
  );
}

type Wish = { readonly expectedDifference: number } & Record<string, unknown>;

async function change(
  stage: Stage,
  { order, before }: Pick<Prepared, 'order' | 'before'>,
  wish: Wish,
  by: Visitor = order.guest,
  isDecided?: (reply: Reply<any>) => boolean,
): Promise<Reply<any>> {
  const body = { ifVersion: before.version, ...wish };
  return insist(stage, by, `/api/orders/${order.id}/changes`, body, isDecided);
}

/** Two coffees, paid by one guest. */
async function paid({ system }: Stage) {
  const [coffee, cake] = [await sell(system.databases, COFFEE), await sell(system.databases, CAKE)];
  const order = await placeOrder(system, { variantId: coffee, quantity: 2, pay: 'pm_card_visa' });
  return { order, ids: [order.id], before: await order.untilStatus('confirmed'), coffee, cake };
}

/** A guest changes what she has paid. */
const ofGuest = (
  name: string,
  wish: (on: { before: Order; coffee: string; cake: string }) => Wish,
  isGivenUp = false,
): Scene => ({
  name,
  prepare: async (stage) => {
    const on = await paid(stage);
    const wanted = wish(on);
    return {
      ...{ ...on, isGivenUp, totalAmount: 2 * COFFEE + (isGivenUp ? 0 : wanted.expectedDifference) },
      act: async () => void (await change(stage, on, wanted)),
    };
  },
});

const isAtBank = ({ body }: Reply<any>) => body.change?.payment?.status === 'requires_action';

/** She is sent to her bank, and then this happens. */
const atBank = (
  name: string,
  then: (stage: Stage, on: Awaited<ReturnType<typeof paid>>) => Promise<unknown>,
  isGivenUp = false,
): Scene => ({
  name,
  prepare: async (stage) => {
    const on = await paid(stage);
    const wish = { add: one(on.cake), expectedDifference: CAKE, ...card('authenticationRequired') };
    return {
      ...{ ...on, isGivenUp, totalAmount: 2 * COFFEE + (isGivenUp ? 0 : CAKE) },
      act: async () => {
        if (!isAtBank(await change(stage, on, wish))) return;
        await then(stage, on);
      },
    };
  },
});

async function approve({ system }: Stage, { order }: { order: PlacedOrder }): Promise<void> {
  for await (const { id, status, metadata } of system.stripeApi.paymentIntents.list({ limit: 100 }))
    if (metadata['order_id'] === order.id && status === 'requires_action')
      await fetch(`${system.stripe.url}/_/payment_intents/${id}/authenticate`, { method: 'POST' });
}

/** Two who have paid a coffee each, and a cake that they share. */
async function paidByTwo({ system }: Stage) {
  const [coffee, cake] = [await sell(system.databases, COFFEE), await sell(system.databases, CAKE)];
  const group = await Group.open(system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  for (const each of group.people) await group.add(each, coffee);
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  await group.add(ada, cake, { sharedBetween });
  const sent = await group.sent();
  const order = new PlacedOrder(system, ada.who, sent.id);
  for (const each of group.people)
    await order.payShare(each.who, group.shareOf(sent, each).id, 'pm_card_visa');
  const before = await order.untilStatus('confirmed');
  return { order, ids: [order.id], before, ada, ben, cake };
}

/** One of two changes what they share, and the other says this to it. */
const ofTwo = (name: string, quantity: number, says: 'agree' | 'withdraw'): Scene => ({
  name,
  prepare: async (stage) => {
    const on = await paidByTwo(stage);
    const { order, before, ben, cake } = on;
    const line = before.lines.find(({ variantId }) => variantId === cake)!;
    const expectedDifference = (quantity - 1) * CAKE;
    const isGivenUp = says === 'withdraw';
    const pay = quantity > 1 ? visa : {};
    return {
      ...{ ...on, isGivenUp, totalAmount: before.totalAmount + (isGivenUp ? 0 : expectedDifference) },
      act: async () => {
        const wish = { set: [{ lineId: line.id, quantity }], expectedDifference, ...pay };
        const { body } = await change(stage, on, wish);
        if (body.change?.status !== 'held') return;
        const yes = { expectedDifference: expectedDifference / 2, ...pay };
        const path = `/api/orders/${order.id}/changes/${body.change.id}/${says}`;
        await insist(stage, ben.who, path, says === 'agree' ? yes : {});
      },
    };
  },
});

/** Staff add a cake. */
const ofStaff = (name: string, settle: 'cash' | 'waive' | 'guest'): Scene => ({
  name,
  prepare: async (stage) => {
    const on = await paid(stage);
    const by = settle === 'waive' ? await managerOf(stage.system) : stage.system.agent;
    const wish = { add: one(on.cake), expectedDifference: CAKE, reason: 'she asked for it', settle };
    return {
      ...{ ...on, totalAmount: 2 * COFFEE + (settle === 'waive' ? 0 : CAKE) },
      act: async () => {
        const named = { ...wish, ...(settle === 'waive' && { discountName: 'Sorry' }) };
        const { body } = await change(stage, on, named, by);
        if (settle !== 'guest' || body.change?.status !== 'held') return;
        const path = `/api/orders/${on.order.id}/changes/${body.change.id}/agree`;
        await insist(stage, on.order.guest, path, { expectedDifference: CAKE, ...visa });
      },
    };
  },
});

/** Two coffees that nobody has paid yet become more or fewer, and are paid. */
const unpaid = (name: string, quantity: number): Scene => ({
  name,
  prepare: async (stage) => {
    const coffee = await sell(stage.system.databases, COFFEE);
    const order = await placeOrder(stage.system, { variantId: coffee, quantity: 2 });
    const before = await order.read();
    const set = [{ lineId: before.lines[0]!.id, quantity }];
    const wish = { set, expectedDifference: (quantity - 2) * COFFEE };
    return {
      ...{ order, ids: [order.id], before, totalAmount: quantity * COFFEE },
      act: async () => {
        await change(stage, { order, before }, wish);
        const path = `/api/orders/${order.id}/shares/${before.shares[0]!.id}/pay`;
        await insist(stage, order.guest, path, visa.payment);
        await order.untilStatus('confirmed');
      },
    };
  },
});

/** Two coffees of a round that is paid afterwards become more or fewer. */
const owed = (name: string, quantity: number): Scene => ({
  name,
  prepare: async (stage) => {
    const coffee = await sell(stage.system.databases, COFFEE);
    const group = await Group.openAfter(stage.system, ['Ada', 'Ben']);
    const sent = await group.orderLines(group.host, [coffee, { quantity: 2 }]);
    const order = new PlacedOrder(stage.system, group.host.who, sent.id);
    const before = await order.read();
    const set = [{ lineId: before.lines[0]!.id, quantity }];
    const wish = { set, expectedDifference: (quantity - 2) * COFFEE };
    return {
      ...{ order, ids: [order.id, group.id], before, totalAmount: quantity * COFFEE },
      act: async () => void (await change(stage, { order, before }, wish)),
    };
  },
});

/** The kitchen has run out of so many of two coffees, and then this happens. */
const soldOut = (
  name: string,
  totalAmount: number,
  then: (stage: Stage, order: PlacedOrder, questionId: string) => Promise<unknown>,
  quantity = 1,
): Scene => ({
  name,
  prepare: async (stage) => {
    const on = await paid(stage);
    const { order, before, cake } = on;
    const asked = { quantity, suggestion: { variantId: cake, quantity: 1 } };
    return {
      ...{ ...on, totalAmount },
      act: async () => {
        const path = `/api/orders/${order.id}/lines/${before.lines[0]!.id}/sold-out`;
        const { body } = await insist(stage, stage.system.agent, path, asked);
        await then(stage, order, body.questionId as string);
      },
    };
  },
});

async function answer(stage: Stage, order: PlacedOrder, questionId: string, body: object): Promise<void> {
  const { version } = await order.read();
  const path = `/api/orders/${order.id}/questions/${questionId}/answer`;
  await insist(stage, order.guest, path, { ifVersion: version, ...body });
}

/** By whoever has an account: with the card that she saved. */
const WITH_SAVED_CARD: Scene = {
  name: 'adds, with her saved card',
  prepare: async (stage) => {
    const { system } = stage;
    const [coffee, cake] = [await sell(system.databases, COFFEE), await sell(system.databases, CAKE)];
    const guest = new Visitor(system.url);
    await signUp(guest, system.databases);
    const { body } = await guest.command<any>('/api/orders', {
      lines: [{ variantId: coffee, quantity: 2 }],
      payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
    });
    const order = new PlacedOrder(system, guest, body.order.id);
    const before = await order.untilStatus('confirmed');
    const { items } = (await guest.get('/api/payment-methods')).body;
    const wish = {
      ...{ add: one(cake), expectedDifference: CAKE },
      payment: { paymentMethodId: items[0].id as string },
    };
    return {
      ...{ order, ids: [order.id], before, totalAmount: 2 * COFFEE + CAKE },
      act: async () => void (await change(stage, { order, before }, wish)),
    };
  },
};

export const SCENES: readonly Scene[] = [
  ofGuest('adds, with a new card', ({ cake }) => ({ add: one(cake), expectedDifference: CAKE, ...visa })),
  WITH_SAVED_CARD,
  ofGuest(
    'adds, and the card is declined',
    ({ cake }) => ({ add: one(cake), expectedDifference: CAKE, ...card('chargeDeclined') }),
    true,
  ),
  ofGuest('takes off', ({ before }) => ({
    ...{ set: [{ lineId: before.lines[0]!.id, quantity: 1 }], expectedDifference: -COFFEE },
  })),
  ofGuest('swaps', ({ before, cake }) => ({
    ...{ set: [{ lineId: before.lines[0]!.id, quantity: 1 }], add: one(cake) },
    ...{ expectedDifference: CAKE - COFFEE, ...visa },
  })),
  atBank('adds, and her bank asks', async (stage, on) => {
    await approve(stage, on);
    await on.order.until('it is over', ({ change: open }) => open === null);
  }),
  atBank(
    'adds, stays at her bank, and the kitchen starts',
    async (stage, { order }) => {
      await insist(stage, stage.system.agent, `/api/orders/${order.id}/advance`, { to: 'preparing' });
      await order.until('it is over', ({ change: open }) => open === null);
    },
    true,
  ),
  ofTwo('more of what two share: the other agrees, and pays', 2, 'agree'),
  ofTwo('more of what two share: the other says no', 2, 'withdraw'),
  ofTwo('none of what two share: both get it back', 0, 'agree'),
  ofStaff('staff add, for cash', 'cash'),
  ofStaff('staff add, and she pays on her phone', 'guest'),
  ofStaff('staff add, and waive it', 'waive'),
  unpaid('more of what is not paid yet', 3),
  unpaid('less of what is not paid yet', 1),
  owed('more of what is paid afterwards', 3),
  owed('less of what is paid afterwards', 1),
  soldOut('sold out: she takes what is suggested, and pays', COFFEE + CAKE, (stage, order, id) =>
    answer(stage, order, id, { answer: 'take', expectedDifference: CAKE - COFFEE, ...visa }),
  ),
  soldOut('sold out: she leaves it out', COFFEE, (stage, order, id) =>
    answer(stage, order, id, { answer: 'leave_out' }),
  ),
  soldOut(
    'sold out: nothing is left, and the order ends',
    2 * COFFEE,
    (stage, order, id) => answer(stage, order, id, { answer: 'leave_out' }),
    2,
  ),
  soldOut('sold out: she does not answer', COFFEE, (_stage, order, id) => order.endTimeToAnswer(id)),
];
