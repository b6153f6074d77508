/** Whatever changes what a tab owes that is paid after. */

import { randomUUID } from 'node:crypto';
import type { Order } from '../../domain/contract/orders.ts';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { Seated } from '../setup/tabs.ts';
import { changeBy, OF_SHARED, ON_ORDER, STAFF_CHANGES } from './change-acts.ts';
import { ownLine, PRICE, type Act, type Acts, type Guest, type TabScene } from './change-scene.ts';
import { Group } from './groups.ts';
import { ANSWERS, ON_QUESTION, type AskedScene } from './sold-out-acts.ts';

/** A round of three that nobody has paid: a line of two each, and one that all share. */
export interface AfterScene extends TabScene {
  readonly cleo: Seated;
  /** Cleo's, of her own part. */
  readonly claimed: Order;
}

function linesOf({ before }: AfterScene, who: Guest): WhatInput {
  return { kind: 'lines', lines: [{ lineId: ownLine({ before }, who).id, quantity: 1 }] };
}

const setOwn = (quantity: number): Act =>
  changeBy('ben', (scene) => ({
    set: [{ lineId: ownLine(scene, scene.ben).id, quantity }],
    expectedDifference: (quantity - 2) * PRICE,
  })) as Act;

/** What changes the round. */
export const AFTER_CHANGES: Acts<AfterScene> = {
  'change more': setOwn(3),
  'change less': setOwn(1),
  'change off': setOwn(0),
  'change other': changeBy('ben', (scene) => ({
    set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 0 }],
    ...{ add: [{ variantId: scene.shop.tea, quantity: 1 }], expectedDifference: -PRICE },
  })),
  ...OF_SHARED,
  ...STAFF_CHANGES,
};

/** What is answered about a piece of it that has run out. */
export const AFTER_ANSWERS: Acts<AskedScene> = Object.fromEntries(
  [
    ...[
      'she takes it',
      'she chooses something',
      'she leaves it out',
      'she wants nothing',
      'her time is over',
    ],
    'it is here after all',
  ].map((name) => [name, ANSWERS[name]!]),
);

/** What happens to what was asked about it. */
export const AFTER_QUESTIONS = ON_QUESTION;

/** Everything else. */
export const AFTER_ACTS: Acts<AfterScene> = {
  round: async ({ group, shop, ben }) => {
    const added = await ben.who.post(group.path('/lines'), { variantId: shop.tea, quantity: 1 });
    return added.status === 201 ? ben.who.post(group.path('/rounds'), {}) : added;
  },
  mine: ({ group, ben }) => group.payPart(ben, { kind: 'mine' }),
  these: (scene) => scene.group.payPart(scene.ada, linesOf(scene, scene.ben)),
  amount: ({ group, ada }) => group.payPart(ada, { kind: 'amount', amount: 500 }),
  even: ({ group, ada }) => group.payPart(ada, { kind: 'even', of: 2 }),
  rest: ({ group, ada }) => group.payPart(ada, { kind: 'rest' }),
  cash: ({ group }) => group.payInCash(group.people[1]!, { kind: 'mine' }),
  'cancel round': ({ order }) => order.cancel(order.system.agent, { reason: 'closed' }),
  'cancel line': ({ order, before }) =>
    order.refund({ lines: [{ lineId: before.lines[0]!.id, quantity: 1 }], reason: 'was cold' }),
  kitchen: ON_ORDER['the kitchen']!,
  'kitchen in a hurry': ON_ORDER['the kitchen, in a hurry']!,
  'runs out': ON_ORDER['hers runs out']!,
  'what all share runs out': ON_ORDER['what both share runs out']!,
  move: ({ group, shop }) =>
    shop.system.agent.post(group.path('/move'), {
      place: { kind: 'table', label: randomUUID().slice(0, 8) },
    }),
  merge: async ({ group, shop }) => {
    const other = await Group.openAfter(shop.system, ['Dua']);
    return shop.system.agent.post(group.path('/merge'), { intoTabId: other.id });
  },
  close: ({ group }) => group.host.who.post(group.path('/close'), {}),
  // The host has given hers.
  'close with a card': ({ group }) => group.host.who.post(group.path('/close'), {}),
  'walk out': ({ group, shop }) =>
    shop.system.agent.post(group.path('/close'), { writeOff: { reason: 'they left' } }),
  "claim's end": ({ claimed, cleo }) => cleo.who.post(`/api/orders/${claimed.id}/cancel`, {}),
  "claim's payment": ({ claimed, cleo }) =>
    cleo.who.post(`/api/orders/${claimed.id}/shares/${claimed.shares[0]!.id}/pay`, {
      paymentMethodId: 'pm_card_visa',
    }),
};
