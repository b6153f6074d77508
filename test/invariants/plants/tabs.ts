import { basketLine, fillBasket, recordRound, recordTab, type RecordedTab } from '../../harness/tabs.ts';
import { randomUUID } from 'node:crypto';
import { claimPart } from '../../../db/orders/tabs/claim-part.ts';
import { returnLines } from '../../../db/orders/tabs/return-lines.ts';
import type { Plant, Stage } from './stage.ts';

/** A round of two people with a line each, and one of both, that waits for payment. */
export async function sentRound({ system }: Stage): Promise<RecordedTab & { readonly orderId: string }> {
  const { orders } = system.databases;
  const tab = await recordTab(orders, ['Ada', 'Ben']);
  const lines = [...tab.people.map((who) => basketLine(who)), basketLine(tab.hostId, { shared: tab.people })];
  await fillBasket(orders, tab.id, ...lines);
  return { ...tab, orderId: await recordRound(orders, tab) };
}

/** A tab that is paid after, with a confirmed round of two people. */
export async function owingTab(
  stage: Stage,
  { isBooked = true } = {},
): Promise<RecordedTab & { readonly orderId: string; readonly lineId: string }> {
  const { orders } = stage.system.databases;
  const tab = await recordTab(orders, ['Ada', 'Ben'], { settlement: 'after' });
  await fillBasket(orders, tab.id, ...tab.people.map((who) => basketLine(who)));
  const orderId = await recordRound(orders, tab);
  await confirmUnpaid(stage, orderId);
  const [line] = await stage.orders(`select id from lines where order_id = ? limit 1`, orderId);
  const [order] = await stage.orders(`select total_amount from orders where id = ?`, orderId);
  if (isBooked)
    await stage.book(orderId, 'sale', ['receivable', 'sales'], Number(order!['total_amount']), orderId);
  return { ...tab, orderId, lineId: line!['id']! };
}

/** Closes a tab without an event. */
async function forget({ orders }: Stage, tabId: string): Promise<void> {
  await orders(
    `update tabs set status = 'closed', closed_at = now(), join_code = null, join_secret = null where id = ?`,
    tabId,
  );
}

/** Sets a part of a tab aside for its host, and returns its order. */
export async function claimOf({ system }: Stage, tab: RecordedTab): Promise<string> {
  const id = randomUUID();
  await claimPart(system.databases.orders, {
    ...{ id, tabId: tab.id, payerId: tab.hostId, requestHash: 'hash', tipAmount: 0, claimMs: 60_000 },
    command: { actor: 'host', actorId: tab.hostId },
    wish: { kind: 'mine' },
    assertPayable: () => undefined,
  });
  return id;
}

/** Books an event of an order that no step booked. */
async function tell({ orders }: Stage, orderId: string, type: string, data: object): Promise<void> {
  await orders(
    `insert into order_events (order_id, version, type, at, actor, dedupe_key, data)
     select id, version + 1, ?, now(), 'workflow', ?, jsonb_build_object('status', status) || ?::jsonb
     from orders where id = ?`,
    type,
    `planted:${type}`,
    JSON.stringify(data),
    orderId,
  );
}

/** Writes an event of a tab that no command wrote. */
async function tellTab(
  { orders }: Pick<Stage, 'orders'>,
  tabId: string,
  event: { version: number; type: string; actor: string; data?: object; status?: string },
): Promise<void> {
  const { version, type, actor, data = {}, status = 'open' } = event;
  await orders(
    `insert into tab_events (tab_id, version, type, actor, dedupe_key, data) values (?, ?, ?, ?, 'planted', ?::jsonb)`,
    ...[tabId, version, type, actor, JSON.stringify({ status, ...data })],
  );
}

/** Ends a tab without its workflow. */
async function endTab({ orders }: Pick<Stage, 'orders'>, tabId: string, status: 'closed' | 'expired') {
  await orders(
    `update tabs set status = ?, closed_at = now(), join_code = null, join_secret = null, version = 2 where id = ?`,
    status,
    tabId,
  );
  await tellTab({ orders }, tabId, { version: 2, type: status, actor: 'workflow', status });
}

/** Confirms a round of which nothing was captured. */
async function confirmUnpaid({ orders }: Pick<Stage, 'orders'>, orderId: string): Promise<void> {
  await orders(
    `update orders set status = 'confirmed', confirmed_at = now(), number = nextval('order_numbers') where id = ?`,
    orderId,
  );
}

/** Puts a card on file of a tab that nobody has given at Stripe. */
async function putOnFile({ orders }: Pick<Stage, 'orders'>, { id, hostId }: RecordedTab): Promise<void> {
  await orders(
    `insert into tab_cards (id, tab_id, participant_id, status, stripe_customer_id, payment_method_id, has_account,
       charge_after_hours, given_at)
     values (gen_random_uuid(), ?, ?, 'live', 'cus_planted', 'pm_planted', false, 12, now())`,
    ...[id, hostId],
  );
}

export const TAB_PLANTS: readonly Plant[] = [
  {
    id: 'T9',
    what: 'a card that is on file of a tab that has ended',
    plant: async (stage) => {
      const tab = await recordTab(stage.system.databases.orders, ['Ada'], { settlement: 'after' });
      await putOnFile(stage, tab);
      await endTab(stage, tab.id, 'expired');
      return `tab ${tab.id} has ended, and its card`;
    },
  },
  {
    id: 'T1',
    what: 'a line of a round that is in the basket, too',
    plant: async (stage) => {
      const { id, orderId } = await sentRound(stage);
      await stage.orders(`alter table lines drop constraint if exists lines_place_check`);
      await stage.orders(`update lines set tab_id = ? where order_id = ?`, id, orderId);
      return orderId;
    },
  },
  {
    id: 'T1',
    what: 'a line that was removed, and is in a round',
    plant: async (stage) => {
      const { id, orderId } = await sentRound(stage);
      const [line] = await stage.orders(`select id from lines where order_id = ? limit 1`, orderId);
      await tellTab(stage, id, {
        ...{ version: 99, type: 'line_removed', actor: 'participant' },
        data: { lineId: line!.id },
      });
      return orderId;
    },
  },
  {
    id: 'T1',
    what: 'lines that came back to the basket from a round that still waits for payment',
    plant: async (stage) => {
      const { id, orderId } = await sentRound(stage);
      await stage.system.databases.orders.em
        .fork()
        .transactional((em) => returnLines(em, { id: orderId, tabId: id }));
      return orderId;
    },
  },
  {
    id: 'T4',
    what: 'a share that is higher and another that is lower than when the round was sent',
    plant: async (stage) => {
      const { orderId, people } = await sentRound(stage);
      for (const [who, more] of [
        [people[0], 1],
        [people[1], -1],
      ])
        await stage.orders(
          `update shares set amount = amount + ?::int where order_id = ? and participant_id = ?`,
          more,
          orderId,
          who,
        );
      return orderId;
    },
  },
  {
    id: 'T4',
    what: 'a share that another pays, though nobody took it over',
    plant: async (stage) => {
      const { orderId, people } = await sentRound(stage);
      await stage.orders(
        `update shares set participant_id = ?, owner_participant_id = participant_id
         where order_id = ? and participant_id = ?`,
        people[0],
        orderId,
        people[1],
      );
      return `order ${orderId}: share`;
    },
  },
  {
    id: 'T4',
    what: 'a round of which more was dropped than its total says',
    plant: async (stage) => {
      const { orderId } = await sentRound(stage);
      await tell(stage, orderId, 'share_dropped', { amount: 500 });
      return orderId;
    },
  },
  {
    id: 'T5',
    what: 'a round whose capture was started while nobody had paid',
    plant: async (stage) => {
      const { orderId } = await sentRound(stage);
      await tell(stage, orderId, 'capture_started', {});
      return `order ${orderId}: its capture was started`;
    },
  },
  {
    id: 'T5',
    what: 'a round that is confirmed, of which nothing was captured',
    plant: async (stage) => {
      const { orderId } = await sentRound(stage);
      await confirmUnpaid(stage, orderId);
      return `order ${orderId}: it was confirmed`;
    },
  },
  {
    id: 'T5',
    what: 'a round that was given up, of which one share was captured',
    plant: async (stage) => {
      const { orderId } = await sentRound(stage);
      await stage.orders(
        `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method, status,
           captured_amount)
         select gen_random_uuid(), order_id, id, bill_version, amount, 0, 'eur', 'cash', 'captured', amount
         from shares where order_id = ? limit 1`,
        orderId,
      );
      await stage.orders(`update orders set status = 'expired' where id = ?`, orderId);
      return `order ${orderId}: it was never confirmed`;
    },
  },
  {
    id: 'T6',
    what: 'a tab whose only round is confirmed and unpaid',
    plant: async (stage) => {
      const { id, orderId } = await sentRound(stage);
      await confirmUnpaid(stage, orderId);
      return id;
    },
  },
  {
    id: 'T3',
    what: 'a line of which more is settled than was claimed, paid and canceled',
    plant: async (stage) => {
      const { orderId, lineId } = await owingTab(stage);
      await stage.orders(`update lines set settled_amount = 1 where id = ?`, lineId);
      return `order ${orderId}: line ${lineId}`;
    },
  },
  {
    id: 'T3',
    what: 'a payment of a line that another tab owes',
    plant: async (stage) => {
      const claim = await claimOf(stage, await owingTab(stage));
      const { lineId } = await owingTab(stage);
      await stage.orders(
        `update allocations set line_id = ? where share_id in (select id from shares where order_id = ?)`,
        lineId,
        claim,
      );
      return `order ${claim}: it pays line ${lineId}`;
    },
  },
  {
    id: 'T6',
    what: 'a tab whose confirmed round is not in the ledger',
    plant: async (stage) => {
      const { id } = await owingTab(stage, { isBooked: false });
      return `tab ${id} owes`;
    },
  },
  {
    id: 'T6',
    what: 'a tab that is closed and still owes something',
    plant: async (stage) => {
      const { id } = await owingTab(stage);
      await forget(stage, id);
      return `tab ${id} is closed, and still owes`;
    },
  },
  {
    id: 'T9',
    what: 'a part that is set aside in a tab that has ended',
    plant: async (stage) => {
      const tab = await owingTab(stage);
      const claim = await claimOf(stage, tab);
      await forget(stage, tab.id);
      return `its round ${claim} is awaiting_payment`;
    },
  },
  {
    id: 'M4',
    what: 'a payment of a tab whose share is higher than what it pays',
    plant: async (stage) => {
      const claim = await claimOf(stage, await owingTab(stage));
      await stage.orders(`update shares set amount = amount + 1 where order_id = ?`, claim);
      return `order ${claim}: its bill`;
    },
  },
  {
    id: 'T8',
    what: 'somebody of another tab in a round',
    plant: async (stage) => {
      const { orderId } = await sentRound(stage);
      const { hostId } = await recordTab(stage.system.databases.orders);
      await stage.orders(
        `insert into participants (id, order_id, name, language) values (?, ?, 'Eve', 'en')`,
        hostId,
        orderId,
      );
      return `order ${orderId}: ${hostId} is in it, and not in tab`;
    },
  },
  {
    id: 'T8',
    what: 'somebody in a round who was removed before it was sent',
    plant: async (stage) => {
      const { id, orderId, people } = await sentRound(stage);
      // The event is moved before the round's.
      await stage.orders(`update tab_events set version = version + 1000 where tab_id = ?`, id);
      await tellTab(stage, id, {
        ...{ version: 5, type: 'removed', actor: 'host' },
        data: { participantId: people[1] },
      });
      return `order ${orderId}: ${people[1]} is in it, and was removed`;
    },
  },
  {
    id: 'T8',
    what: 'somebody who shares a line of a round, and is not in it',
    plant: async (stage) => {
      const { orderId } = await sentRound(stage);
      const { hostId } = await recordTab(stage.system.databases.orders);
      await stage.orders(
        `update lines set shared_between = array[?::uuid] where order_id = ?`,
        hostId,
        orderId,
      );
      return `order ${orderId}: ${hostId} has a part of it`;
    },
  },
  {
    id: 'T7',
    what: 'a version of a tab without an event',
    plant: async ({ orders, system }) => {
      const { id } = await recordTab(system.databases.orders);
      await orders(`update tabs set version = version + 1 where id = ?`, id);
      return id;
    },
  },
  {
    id: 'T7',
    what: 'a tab that was closed at once, which the table does not allow',
    plant: async ({ orders, system }) => {
      const { id } = await recordTab(system.databases.orders);
      await endTab({ orders }, id, 'closed');
      return id;
    },
  },
  {
    id: 'T9',
    what: 'a round that still waits for payment in a tab that has expired',
    plant: async ({ orders, system, place }) => {
      const { id } = await recordTab(system.databases.orders);
      const order = await place();
      await orders(`update orders set tab_id = ?, round = 1 where id = ?`, id, order.id);
      await endTab({ orders }, id, 'expired');
      return id;
    },
  },
  {
    id: 'T9',
    what: 'people who were left behind in a tab that was merged',
    plant: async ({ orders, system }) => {
      const [{ id }, into] = [
        await recordTab(system.databases.orders),
        await recordTab(system.databases.orders),
      ];
      await orders(
        `update tabs set status = 'closed', closed_at = now(), join_code = null, join_secret = null, merged_into = ?,
           version = 2 where id = ?`,
        ...[into.id, id],
      );
      await tellTab({ orders }, id, { version: 2, type: 'merged_into', actor: 'agent', status: 'closed' });
      return id;
    },
  },
  {
    id: 'T9',
    what: 'somebody who waits to be let into a tab that has expired',
    plant: async ({ orders, system }) => {
      const { id } = await recordTab(system.databases.orders);
      await orders(
        `insert into knocks (id, tab_id, name, status, expires_at) values (gen_random_uuid(), ?, 'Eve', 'waiting', now())`,
        id,
      );
      await endTab({ orders }, id, 'expired');
      return id;
    },
  },
];
