/** What happens at a tab that is paid after, with the step of a worker that is lost meanwhile. */

import { randomUUID } from 'node:crypto';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { hasEnded } from '../../domain/order.ts';
import type { createOrderQueueActivities } from '../../workers/activities.ts';
import { patiently } from '../setup/patiently.ts';
import type { Reply } from '../setup/visitor.ts';
import { giveCard } from '../tabs/give-card.ts';
import { Group } from '../tabs/groups.ts';
import { PlacedOrder } from './buyer.ts';
import { SETTLEMENT_AT, TENDED_AT, type LostTasks, type Position } from './lost-tasks.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** A tab of one person, with a round that nobody has paid. */
interface Scene {
  readonly system: System;
  readonly group: Group;
  readonly round: Order;
  /** From now on the step is lost, of a tab: it has run before. */
  readonly lose: () => void;
}

/** One thing that happens there. */
interface AfterLife {
  /** Whose workflow loses the step: the round's, the payment's, or the tab's. */
  readonly of: 'round' | 'settlement' | 'tab';
  readonly act: (scene: Scene) => Promise<Reply<any>>;
  /** Whether it has come to what it should. */
  readonly came: (tab: Tab) => boolean;
}

type Step = keyof ReturnType<typeof createOrderQueueActivities>;

const MINE = { kind: 'mine' } as const;
const VISA = 'pm_card_visa';
const isPaid = ({ payments, totalAmount, paidAmount }: Tab) =>
  payments.length === 1 && paidAmount === totalAmount;
const isFree = ({ payments, owedAmount, totalAmount }: Tab) =>
  payments.length === 0 && owedAmount === totalAmount;
const isGivenBack = ({ payments, paidAmount }: Tab) => payments.length === 1 && paidAmount === 0;

const payAtOnce = ({ group }: Scene) => group.payPart(group.host, MINE);
const claim = async ({ group }: Scene): Promise<{ order: Order; shareId: string }> => {
  const { body } = await group.payPart(group.host, MINE, { paymentMethodId: undefined });
  return { order: body.order as Order, shareId: body.share.id as string };
};
const payClaim = async (scene: Scene, paymentMethodId: string) => {
  const { order, shareId } = await claim(scene);
  const path = `/api/orders/${order.id}/shares/${shareId}/pay`;
  return { order, reply: await patiently(scene.group.host.who, 'POST', path, { paymentMethodId }) };
};

const PAID: AfterLife = { of: 'settlement', act: payAtOnce, came: isPaid };
const PAID_LATER: AfterLife = {
  of: 'settlement',
  act: async (scene) => (await payClaim(scene, VISA)).reply,
  came: isPaid,
};
const AT_THE_BANK: AfterLife = {
  of: 'settlement',
  act: async (scene) => {
    const { system } = scene;
    const { order, reply } = await payClaim(scene, 'pm_card_authenticationRequired');
    const [intent] = (await new PlacedOrder(system, system.agent, order.id).atStripe()).intents;
    await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
    return reply;
  },
  came: isPaid,
};
const PAID_IN_CASH: AfterLife = {
  of: 'settlement',
  act: ({ group }) => group.payInCash(group.host, MINE),
  came: isPaid,
};
const GIVEN_UP: AfterLife = {
  of: 'settlement',
  act: async (scene) => {
    const { order } = await claim(scene);
    return patiently(scene.group.host.who, 'POST', `/api/orders/${order.id}/cancel`, {});
  },
  came: isFree,
};
const GIVEN_BACK: AfterLife = {
  of: 'settlement',
  act: async (scene) => {
    const { body } = await payAtOnce(scene);
    const refund = { amount: body.share.amount as number, reason: 'cold' };
    return patiently(scene.system.agent, 'POST', `/api/orders/${body.order.id}/refunds`, refund);
  },
  came: isGivenBack,
};
const ORDERED: AfterLife = {
  of: 'round',
  act: ({ group, round }) => patiently(group.host.who, 'GET', `/api/orders/${round.id}`),
  came: isFree,
};
const CANCELED: AfterLife = {
  of: 'round',
  act: async (scene) => {
    await payAtOnce(scene);
    const body = { reason: 'closed', restock: true };
    return patiently(scene.system.agent, 'POST', `/api/orders/${scene.round.id}/cancel`, body);
  },
  came: (tab) => tab.totalAmount === 0 && isGivenBack(tab),
};

const closeWith =
  (paymentMethodId: string) =>
  async ({ group, lose }: Scene): Promise<Reply<any>> => {
    await giveCard(group, group.host, paymentMethodId);
    lose();
    return patiently(group.host.who, 'POST', group.path('/close'), {});
  };
const CARD_CHARGED: AfterLife = { of: 'settlement', act: closeWith(VISA), came: isPaid };
const CARD_TENDED: AfterLife = { ...CARD_CHARGED, of: 'tab' };
const CARD_REFUSED: AfterLife = {
  of: 'settlement',
  act: closeWith('pm_card_chargeCustomerFail'),
  came: (tab) => isFree(tab) && tab.card?.refused === 'declined',
};

const AT_ANY = ['before it', 'after its write', 'before its task is reported'] as const;
const AFTER_IT = ['after its write'] as const;

/** What decides money is lost at every position, the rest once it has written. */
export const AFTER_CASES: readonly (readonly [Step, AfterLife, readonly Position[]])[] = [
  ['readProgress', PAID_LATER, AFTER_IT],
  ['authorizePaymentAtOnce', PAID, AT_ANY],
  ['captureAndConfirm', PAID, AT_ANY],
  ['authorizePayment', PAID_LATER, AFTER_IT],
  ['refreshPayment', AT_THE_BANK, AFTER_IT],
  ['takeCash', PAID_IN_CASH, AT_ANY],
  ['captureAndConfirm', PAID_IN_CASH, AFTER_IT],
  ['closeOrder', GIVEN_UP, AT_ANY],
  ['voidPayments', GIVEN_UP, AFTER_IT],
  ['endOrder', GIVEN_UP, AT_ANY],
  ['issueRefund', GIVEN_BACK, AFTER_IT],
  ['holdOrder', ORDERED, AFTER_IT],
  ['captureAndConfirm', ORDERED, AT_ANY],
  ['endOrder', CANCELED, AT_ANY],
  ['releaseStock', CANCELED, AFTER_IT],
  ['tendTab', CARD_TENDED, AFTER_IT],
  ['authorizePaymentAtOnce', CARD_CHARGED, AT_ANY],
  ['captureAndConfirm', CARD_CHARGED, AT_ANY],
  ['endOrder', CARD_REFUSED, AT_ANY],
];

/** Plays one life, and throws if it comes to anything else than without the loss. */
export async function playAfter(
  system: System,
  lostTasks: LostTasks,
  { variantId, step, life, position }: { variantId: string; step: Step; life: AfterLife; position: Position },
): Promise<void> {
  const name = `${step} of a ${life.of} at a tab, ${position}`;
  const label = randomUUID();
  const loss = { step, position, isBeside: false, hits: 0, meanwhile: async () => undefined };
  const lose = () =>
    lostTasks.lose({ round: '', settlement: SETTLEMENT_AT, tab: TENDED_AT }[life.of] + label, loss);
  if (life.of !== 'tab') lose();
  const group = await Group.openAfter(system, ['Ada'], { place: { kind: 'table', label } });
  const round = await group.orderLines(group.host, [variantId, { quantity: 2 }]);
  const told = await life.act({ system, group, round, lose });
  if (told.status >= 300) throw new Error(`${name}: told ${JSON.stringify(told.body)}`);
  await until(`${name}: it comes to what it should`, async () => {
    const tab = await group.read();
    const isMoving = tab.rounds.some(({ status }) => status !== 'confirmed' && !hasEnded(status));
    return !isMoving && tab.claims.length === 0 && life.came(tab);
  });
  // Without a further step in its task, its run cannot be lost before the task is reported.
  if (position !== 'before its task is reported' && loss.hits === 0)
    throw new Error(`${name}: no run is lost`);
}
