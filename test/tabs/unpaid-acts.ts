/** What is changed of a round that nobody has paid, and what else may happen to it. */

import { until } from '../harness/until.ts';
import { hasEnded } from '../../domain/order.ts';
import { changeBy, changeByStaff, OF_SHARED, ON_ORDER, ON_TAB, STAFF_CHANGES } from './change-acts.ts';
import {
  ownLine,
  PRICE,
  shareOf,
  takeBack,
  type Act,
  type Acts,
  type Scene,
  type TabScene,
} from './change-scene.ts';

const one = ({ shop }: Scene) => [{ variantId: shop.tea, quantity: 1 }];

/** What somebody changes of it. */
export const CHANGES_UNPAID: Acts<Scene> = {
  'more of it': changeBy('ben', (scene) => ({
    ...{ set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 4 }], expectedDifference: 2 * PRICE },
  })),
  'less of it': changeBy('ben', (scene) => ({
    ...{ set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 1 }], expectedDifference: -PRICE },
  })),
  'none of it, and something else': changeBy('ben', (scene) => ({
    set: [{ lineId: ownLine(scene, scene.ben).id, quantity: 0 }],
    ...{ add: one(scene), expectedDifference: -PRICE },
  })),
  'a note': changeBy('ben', (scene) => ({
    ...{ set: [{ lineId: ownLine(scene, scene.ben).id, note: 'no milk' }], expectedDifference: 0 },
  })),
  ...OF_SHARED,
  'staff add': changeByStaff((scene) => ({
    add: [{ variantId: scene.shop.tea, quantity: 1, participantId: scene.ben.participantId }],
    expectedDifference: PRICE,
  })),
  'a manager gives more of it': STAFF_CHANGES['a manager gives more of it']!,
  'staff take some off': STAFF_CHANGES['staff take some off']!,
  'staff take off what both share': STAFF_CHANGES['staff take off what both share']!,
};

const payBy =
  (who: 'ada' | 'ben', card = 'pm_card_visa'): Act =>
  (scene) =>
    scene.order.payShare(scene[who].who, shareOf(scene, scene[who]).id, card);
const onShareOfBen =
  (does: 'cover' | 'drop'): Act =>
  ({ group, ...scene }) =>
    group.onShare(group.host, scene.before, shareOf(scene, scene.ben), does);

/** What takes lines off a round without changing it. */
export const DROPS = 'the host drops hers';

/** What else happens to it. */
export const ON_UNPAID: Acts = {
  'a change by another': changeBy('ada', (scene) => ({ add: one(scene), expectedDifference: PRICE })),
  'she pays': payBy('ben'),
  'her card is declined': payBy('ben', 'pm_card_chargeDeclined'),
  'her bank asks': payBy('ben', 'pm_card_authenticationRequired'),
  'the other pays': payBy('ada'),
  'all pay': async (scene) => (await Promise.all([payBy('ada')(scene), payBy('ben')(scene)]))[0],
  cash: ON_TAB['cash']!,
  'the host pays for her': onShareOfBen('cover'),
  [DROPS]: onShareOfBen('drop'),
  'staff take it back': takeBack,
  'her host cancels': ON_ORDER['her host cancels']!,
  'staff cancel': ON_ORDER['staff cancel']!,
  'another place': ON_TAB['another place']!,
  'another tab': ON_TAB['another tab']!,
  'she goes': ON_TAB['she goes']!,
};

/** Whoever has not paid does, until the kitchen has it. */
export async function payTheRest({ order, group }: TabScene): Promise<void> {
  await until(`order ${order.id} to be paid`, async () => {
    const { status, shares } = await order.read();
    if (status !== 'awaiting_payment') return status === 'confirmed' || hasEnded(status);
    for (const share of shares) {
      const payer = group.people.find(({ participantId }) => participantId === share.participantId)!;
      if (['due', 'requires_action'].includes(share.status))
        await order.payShare(payer.who, share.id, 'pm_card_visa');
    }
    return false;
  });
}
