/** What guests and staff change of a round that is paid, and what else may happen to it. */

import { randomUUID } from 'node:crypto';
import { openDashboard } from '../harness/at-stripe.ts';
import {
  ownLine,
  PRICE,
  sharedLine,
  shareOf,
  SILENT,
  takeBack,
  type Act,
  type Acts,
  type Guest,
  type Scene,
} from './change-scene.ts';
import { Group } from './groups.ts';

export const visa = { payment: { paymentMethodId: 'pm_card_visa' } };
export const declined = { payment: { paymentMethodId: 'pm_card_chargeDeclined' } };
export const atBank = { payment: { paymentMethodId: 'pm_card_authenticationRequired' } };
const one = ({ shop }: Scene) => [{ variantId: shop.tea, quantity: 1 }];

type Change = { readonly expectedDifference: number } & Record<string, unknown>;

/** A change by a guest of the order as it was before. */
export function changeBy(who: 'ada' | 'ben', body: (scene: Scene) => Change): Act<Scene> {
  return (scene) =>
    scene.order.change({ ifVersion: scene.before.version, ...body(scene) }, { by: scene[who].who });
}

/** A change by staff of the order as it was before. */
export function changeByStaff(
  body: (scene: Scene) => Change,
  who: 'agent' | 'manager' = 'agent',
): Act<Scene> {
  return (scene) => {
    const { shop, order, before } = scene;
    const by = who === 'agent' ? shop.system.agent : shop.manager;
    return order.change({ ifVersion: before.version, reason: 'she asked', ...body(scene) }, { by });
  };
}

/** Has every payment of an order that waits at a bank be confirmed there. */
export async function confirmAtBank({ order, shop }: Scene): Promise<void> {
  for (const { id, status } of (await order.atStripe()).intents)
    if (status === 'requires_action')
      await fetch(`${shop.system.stripe.url}/_/payment_intents/${id}/authenticate`, { method: 'POST' });
}

/** What guests change; what they share waits for the other. */
export const CHANGES: Acts<Scene> = {
  'more of it': changeBy('ben', (scene) => ({
    set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 4 }],
    ...{ expectedDifference: 2 * PRICE, ...visa },
  })),
  'something else besides': changeBy('ben', (scene) => ({
    ...{ add: one(scene), expectedDifference: PRICE, ...visa },
  })),
  'a declined one': changeBy('ben', (scene) => ({
    ...{ add: one(scene), expectedDifference: PRICE, ...declined },
  })),
  'one that her bank asks about': async (scene) => {
    const reply = await changeBy('ben', () => ({
      ...{ add: one(scene), expectedDifference: PRICE, ...atBank },
    }))(scene);
    await confirmAtBank(scene);
    return reply;
  },
  'one that she leaves at her bank': changeBy('ben', (scene) => ({
    ...{ add: one(scene), expectedDifference: PRICE, ...atBank },
  })),
  'less of it': changeBy('ben', (scene) => ({
    ...{ set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 1 }], expectedDifference: -PRICE },
  })),
  'none of it, and something else': changeBy('ben', (scene) => ({
    set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 0 }],
    ...{ add: one(scene), expectedDifference: -PRICE },
  })),
  'a note and another place': changeBy('ada', (scene) => ({
    ...{ set: [{ lineId: ownLine(scene, scene.ada).id, note: 'no milk' }], expectedDifference: 0 },
  })),
  'more of what both share': changeBy('ben', (scene) => ({
    ...{ set: [{ lineId: sharedLine(scene).id, quantity: 2 }], expectedDifference: PRICE, ...visa },
  })),
  'none of what both share': changeBy('ada', (scene) => ({
    ...{ set: [{ lineId: sharedLine(scene).id, quantity: 0 }], expectedDifference: -PRICE },
  })),
};

/** What guests change of what they share, where nobody pays with it: it waits for the others. */
export const OF_SHARED: Acts<Scene> = {
  'more of what is shared': changeBy('ben', (scene) => ({
    ...{ set: [{ lineId: sharedLine(scene).id, quantity: 2 }], expectedDifference: PRICE },
  })),
  'none of what is shared': changeBy('ada', (scene) => ({
    ...{ set: [{ lineId: sharedLine(scene).id, quantity: 0 }], expectedDifference: -PRICE },
  })),
};

/** What staff change. */
export const STAFF_CHANGES: Acts<Scene> = {
  'staff add for cash': changeByStaff((scene) => ({
    add: [{ variantId: scene.shop.tea, quantity: 1, participantId: scene.ben.participantId }],
    ...{ expectedDifference: PRICE, settle: 'cash' },
  })),
  'staff add, and she is to pay': changeByStaff((scene) => ({
    add: [{ variantId: scene.shop.tea, quantity: 1, participantId: scene.ben.participantId }],
    ...{ expectedDifference: PRICE, settle: 'guest' },
  })),
  'a manager gives more of it': changeByStaff(
    (scene) => ({
      set: [{ lineId: sharedLine(scene).id, quantity: 2 }],
      ...{ expectedDifference: PRICE, settle: 'waive', discountName: 'Sorry' },
    }),
    'manager',
  ),
  'staff take some off': changeByStaff((scene) => ({
    ...{ set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 1 }], expectedDifference: -PRICE },
  })),
  'staff take off what both share': changeByStaff((scene) => ({
    ...{ set: [{ lineId: sharedLine(scene).id, quantity: 0 }], expectedDifference: -PRICE },
  })),
};

async function intentOf({ order }: Scene, amount: number) {
  const { intents } = await order.atStripe();
  return intents.find((intent) => intent.amount === amount && intent.amount_received > 0)!;
}

/** Says that a line has run out. */
function runsOut(lineOf: (scene: Scene) => { readonly id: string }): Act<Scene> {
  return (scene) =>
    scene.order.askAbout(lineOf(scene).id, {
      ...{ quantity: 1, suggestion: { variantId: scene.shop.juice, quantity: 1 } },
    });
}

const refundOf =
  (who: 'ada' | 'ben', body: object): Act<Scene> =>
  (scene) =>
    scene.order.refund({ shareId: shareOf(scene, scene[who]).id, reason: 'cold', ...body });

/** What else happens to an order. */
export const ON_ORDER: Acts<Scene> = {
  'a change by another': changeBy('ada', (scene) => ({
    ...{ add: one(scene), expectedDifference: PRICE, ...visa },
  })),
  'the kitchen': ({ order }) => order.advance('preparing'),
  'the kitchen, in a hurry': async ({ order }) => {
    const replies = [];
    for (const to of ['preparing', 'ready', 'completed'] as const) replies.push(await order.advance(to));
    return replies.at(-1)!;
  },
  'her host cancels': ({ order, ada }) => order.cancel(ada.who),
  'staff cancel': ({ order, shop }) => order.cancel(shop.system.agent),
  'some of hers back': refundOf('ben', { amount: 100 }),
  'all of hers back': refundOf('ben', {}),
  'one piece back': (scene) => {
    const lines = [{ lineId: ownLine(scene, scene.ben).id, quantity: 1 }];
    return refundOf('ben', { lines, restock: true })(scene);
  },
  'what both share back': (scene) =>
    scene.order.refund({ lines: [{ lineId: sharedLine(scene).id, quantity: 1 }], reason: 'cold' }),
  'some of another’s back': refundOf('ada', { amount: 100 }),
  'some of hers back in the dashboard': async (scene) => {
    const intent = await intentOf(scene, shareOf(scene, scene.ben).amount);
    await openDashboard(scene.shop.system).refunds.create({ payment_intent: intent.id, amount: 50 });
    return SILENT;
  },
  'her bank takes it back': async (scene) => {
    const { latest_charge: charge } = await intentOf(scene, shareOf(scene, scene.ben).amount);
    await fetch(`${scene.shop.system.stripe.url}/_/charges/${(charge as { id: string }).id}/dispute`, {
      method: 'POST',
    });
    return SILENT;
  },
  'staff take it back': takeBack,
  'hers runs out': runsOut((scene) => ownLine(scene, scene.ben)),
  'another’s runs out': runsOut((scene) => ownLine(scene, scene.ada)),
  'what both share runs out': runsOut(sharedLine),
};

/** What else happens to the tab of a round. */
export const ON_TAB: Acts = {
  cash: (scene) => scene.order.payInCash(0, undefined, shareOf(scene, scene.ben).id),
  'another place': ({ group, shop }) =>
    shop.system.agent.post(group.path('/move'), {
      place: { kind: 'table', label: randomUUID().slice(0, 8) },
    }),
  'another tab': async ({ group, shop }) => {
    const other = await Group.open(shop.system, ['Dua']);
    return shop.system.agent.post(group.path('/merge'), { intoTabId: other.id });
  },
  'the next round': async ({ group, shop }) => {
    await group.add(group.host, shop.tea);
    return group.send();
  },
  'she goes': (scene) => leave(scene, scene.ben, scene.ben),
  'she is removed': (scene) => leave(scene, scene.ben, scene.ada),
  'the tab is closed': ({ ada, group }) => ada.who.post(group.path('/close'), {}),
};

function leave({ group }: { readonly group: Group }, who: Guest, by: Guest) {
  return by.who.call('DELETE', group.path(`/participants/${who.participantId}`));
}
