/** Bills whose lines, allocations and money do not come to the same, of every kind of order. */

import type { PlacedOrder } from '../../harness/buyer.ts';
import { managerOf } from '../../setup/shop-settings.ts';
import { writeChange } from './changes.ts';
import type { Plant, Stage } from './stage.ts';
import { claimOf, owingTab, sentRound } from './tabs.ts';

type Confirmed = Awaited<ReturnType<Stage['confirmed']>>;

async function changed(
  stage: Stage,
  wish: (order: Confirmed) => Promise<{ expectedDifference: number } & Record<string, unknown>>,
  by?: 'manager',
): Promise<PlacedOrder> {
  const order = await stage.confirmed();
  const visitor = by && (await managerOf(stage.system));
  const reply = await order.change(await wish(order), { ...(visitor && { by: visitor }) });
  if (reply.status !== 201) throw new Error(`not changed: ${JSON.stringify(reply.body)}`);
  return order;
}

const more = (stage: Stage) =>
  changed(stage, async ({ variantId }) => ({
    ...{ add: [{ variantId, quantity: 1 }], expectedDifference: 350 },
    payment: { paymentMethodId: 'pm_card_visa' },
  }));
const less = (stage: Stage) =>
  changed(stage, async (order) => ({
    ...{ set: [{ lineId: (await order.read()).lines[0]!.id, quantity: 1 }], expectedDifference: -350 },
  }));
const waived = (stage: Stage) =>
  changed(
    stage,
    async ({ variantId }) => ({
      ...{ add: [{ variantId, quantity: 1 }], expectedDifference: 350 },
      ...{ reason: 'it was late', settle: 'waive', discountName: 'Sorry' },
    }),
    'manager',
  );

async function refunded({ confirmed }: Stage): Promise<PlacedOrder> {
  const order = await confirmed();
  await order.refund({ amount: 100, reason: 'Lukewarm' });
  return order;
}

async function disputed({ confirmed, system }: Stage): Promise<PlacedOrder> {
  const order = await confirmed();
  const [intent] = (await order.atStripe()).intents;
  const { id } = intent!.latest_charge as { id: string };
  await fetch(`${system.stripe.url}/_/charges/${id}/dispute`, { method: 'POST' });
  return order;
}

/** A round that is paid afterwards, of which a line is owed no more. */
async function writtenOff(stage: Stage): Promise<string> {
  const { id, orderId, lineId } = await owingTab(stage);
  await stage.orders(
    `with written as (update lines set settled_amount = amount where id = ? returning id, amount)
     insert into reductions (id, tab_id, order_id, line_id, amount, cause, actor_id, command_id)
     select gen_random_uuid(), ?, ?, id, amount, 'written_off', 'planted', gen_random_uuid() from written`,
    ...[lineId, id, orderId],
  );
  return orderId;
}

async function claimed(stage: Stage): Promise<string> {
  const tab = await owingTab(stage);
  await claimOf(stage, tab);
  return tab.orderId;
}

/** Every kind of order that has a bill. */
const KINDS: Readonly<Record<string, (stage: Stage) => Promise<string>>> = {
  'an order that nobody has paid': async ({ place }) => (await place()).id,
  'an order that is paid': async ({ confirmed }) => (await confirmed()).id,
  'an order that is paid in cash': async ({ paidInCash }) => (await paidInCash()).id,
  'an order that was canceled': async ({ canceled }) => (await canceled()).id,
  'an order to which a change has added': async (stage) => (await more(stage)).id,
  'an order from which a change has taken off': async (stage) => (await less(stage)).id,
  'an order with a discount': async (stage) => (await waived(stage)).id,
  'an order of which something was refunded': async (stage) => (await refunded(stage)).id,
  'an order whose payment the bank has taken back': async (stage) => (await disputed(stage)).id,
  'a round that is paid before': async (stage) => (await sentRound(stage)).orderId,
  'a round that is paid afterwards': async (stage) => (await owingTab(stage)).orderId,
  'a round of which a part is set aside': claimed,
  'a round of which something is written off': writtenOff,
};

/** A line costs more than anybody has paid, or owes. Of what is paid afterwards, a part of it is in no sum. */
const dearer = ([what, make]: [string, (typeof KINDS)[string]]): Plant => ({
  id: 'C6',
  what: `${what} and whose lines cost more than is paid and owed`,
  plant: async (stage) => {
    const id = await make(stage);
    await stage.orders(
      `update lines set unit_amount = unit_amount + 1, amount = amount + quantity,
         settled_amount = settled_amount + case when paid_after then quantity else 0 end
       from orders where orders.id = order_id and order_id = ?`,
      id,
    );
    return id;
  },
});

export const BILL_PLANTS: readonly Plant[] = [
  ...Object.entries(KINDS).map(dearer),
  {
    id: 'C6',
    what: 'an order of which a change has given back less than it took off',
    plant: async (stage) => {
      const { id } = await less(stage);
      await stage.orders(`update refunds set amount = amount - 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'C6',
    what: 'an order whose refund is said to be of a change',
    plant: async (stage) => {
      const { id } = await refunded(stage);
      await stage.orders(`update refunds set cause = 'changed' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'C6',
    what: 'an order for which more cash was taken than it comes to',
    plant: async ({ orders, paidInCash }) => {
      const { id } = await paidInCash();
      await orders(`update payments set amount = amount + 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'C6',
    what: 'an order of which less is owed than it comes to',
    plant: async ({ orders, place }) => {
      const { id } = await place();
      await orders(`update shares set amount = amount - 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'C6',
    what: 'an order of which less is allocated than it comes to',
    plant: async (stage) => {
      const { id } = await waived(stage);
      await stage.orders(
        `update allocations set amount = amount - 1 where amount > 0
           and share_id in (select id from shares where order_id = ?)`,
        id,
      );
      return id;
    },
  },
  {
    id: 'C6',
    what: 'a round of which what is written off is owed still',
    plant: async (stage) => {
      const id = await writtenOff(stage);
      await stage.orders(`update lines set settled_amount = 0 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'T2',
    what: 'a discount that one pays for another',
    plant: async (stage) => {
      const { orderId, hostId } = await sentRound(stage);
      await stage.orders(
        `update lines set unit_amount = unit_amount + 100, discount_amount = 100 * quantity where order_id = ?`,
        orderId,
      );
      const moved = `case when shares.participant_id = ? then 200 else -200 end`;
      await stage.orders(
        `update allocations set amount = allocations.amount + ${moved} from shares, lines
         where shares.id = share_id and lines.id = line_id and cardinality(shared_between) > 1 and shares.order_id = ?`,
        ...[hostId, orderId],
      );
      await stage.orders(`update shares set amount = amount + ${moved} where order_id = ?`, hostId, orderId);
      await writeChange(stage, orderId, 'applied');
      return `order ${orderId}: share`;
    },
  },
];
