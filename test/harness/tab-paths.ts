/** The main paths of tabs, of their rounds and of their payments, each played to its end. */

import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import { Group } from '../tabs/groups.ts';
import { Visitor } from '../setup/visitor.ts';
import { PlacedOrder } from './buyer.ts';
import type { Path } from './paths.ts';
import type { System } from './system.ts';

const NAMES = ['Wilhelmina One', 'Wilhelmina Two'];

/** A tab of two that is paid after, and a round of it that the kitchen has. */
async function atTable(system: System, variantId: string) {
  const group = await Group.openAfter(system, NAMES);
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  const round = await group.orderLines(group.host, [variantId, { sharedBetween }], [variantId]);
  return { group, round };
}

async function ended(system: System, orderId: string): Promise<string[]> {
  await new PlacedOrder(system, system.agent, orderId).untilClosed();
  return [orderWorkflowId(orderId)];
}

/** By the name of the recorded history. */
export const TAB_PATHS: Readonly<Record<string, Path>> = {
  'round-paid-after': async (system, variantId) => {
    const { round } = await atTable(system, variantId);
    await new PlacedOrder(system, system.agent, round.id).serve();
    return ended(system, round.id);
  },

  'settlement-by-card': async (system, variantId) => {
    const { group } = await atTable(system, variantId);
    const { body } = await group.payPart(group.people[1]!, { kind: 'mine' }, { tipAmount: 10 });
    return ended(system, body.order.id as string);
  },

  'settlement-in-cash': async (system, variantId) => {
    const { group } = await atTable(system, variantId);
    const { body } = await group.payInCash(group.host, { kind: 'rest' });
    return ended(system, body.order.id as string);
  },

  'settlement-expired': async (system, variantId) => {
    const { group } = await atTable(system, variantId);
    const shortly = new Visitor(await system.urlWithHold(2_000));
    shortly.guestToken = group.host.guestToken;
    const { body } = await group.payPart({ who: shortly }, { kind: 'mine' }, { paymentMethodId: undefined });
    return ended(system, body.order.id as string);
  },

  'round-with-a-dropped-share': async (system, variantId) => {
    const group = await Group.open(system, NAMES);
    const [host, other] = group.people;
    for (const one of group.people) await group.add(one, variantId);
    const order = await group.sent();
    await group.onShare(host!, order, group.shareOf(order, other!), 'drop');
    await group.pay(host!, order);
    await group.confirmed(order.id);
    await new PlacedOrder(system, system.agent, order.id).serve();
    return ended(system, order.id);
  },

  // One of two wants more of what they share before they pay it: the other says no, then goes to her bank, and says yes.
  'shared-and-agreed': async (system, variantId) => {
    const group = await Group.open(system, NAMES);
    const [host, other] = group.people;
    const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
    await group.add(host!, variantId, { sharedBetween });
    const sent = await group.sent();
    const order = new PlacedOrder(system, host!.who, sent.id);
    const { id: lineId, amount: expectedDifference } = sent.lines[0]!;
    const ask = async () => {
      const asked = await order.change({ set: [{ lineId, quantity: 2 }], expectedDifference });
      if (asked.body.change?.status !== 'held') throw new Error(`not asked: ${JSON.stringify(asked.body)}`);
      return `/api/orders/${sent.id}/changes/${asked.body.change.id as string}`;
    };
    await other!.who.command(`${await ask()}/withdraw`, {});
    const change = await ask();
    await order.payShare(other!.who, group.shareOf(sent, other!).id, 'pm_card_authenticationRequired');
    const { payers } = (await order.read()).change!;
    const own = payers.find(({ participantId }) => participantId === other!.participantId)!;
    await other!.who.command(`${change}/agree`, { expectedDifference: own.differenceAmount });
    for (const one of group.people) await group.pay(one, sent);
    await order.untilStatus('confirmed');
    await order.serve();
    return ended(system, sent.id);
  },

  'tab-paid-after': async (system, variantId) => {
    const { group } = await atTable(system, variantId);
    await group.payPart(group.host, { kind: 'rest' });
    await group.host.who.command(group.path('/close'));
    const id = tabWorkflowId(group.id);
    await system.temporal.workflow.getHandle(id).result();
    return [id];
  },
};
