import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Random } from '../../bench/chaos/random.ts';
import { setting } from '../../dev/environment.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { RUNNING_STATUSES } from '../../domain/order.ts';
import { hasTabEnded } from '../../domain/tab.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import { until } from '../harness/until.ts';
import type { Seated } from '../setup/tabs.ts';
import { AFTER_ACTS, AFTER_ANSWERS, AFTER_CHANGES, AFTER_QUESTIONS, type AfterScene } from './after-acts.ts';
import { holdChange, PLAIN_WORDS, type HeldScene } from './agree-acts.ts';
import { OF_SHARED } from './change-acts.ts';
import { judge, startChangeShop, type Act, type Acts, type ChangeShop } from './change-scene.ts';
import { giveCard } from './give-card.ts';
import { codeOf, Group } from './groups.ts';
import { playPairs, soon, type Pair } from './race-pairs.ts';
import { askSomebody, type AskedScene } from './sold-out-acts.ts';

/*
 * Two of everything that changes what a tab owes, in the same instant, on a tab with a round of three people and a claim
 * that is running. Whatever wins, the sums are right, and the rest is paid once. Some pairs are played, others each
 * time; AFTER_RACES=n plays every pair n times, TABS_SEED=n repeats pairs and delays, TABS_RACE=name plays the pairs
 * of that name alone.
 */
const SEED = Number(setting('TABS_SEED') ?? Date.now() % 1_000_000);
const SOME = 10;
const AT_ONCE = 5;

let shop: ChangeShop | undefined;
beforeAll(async () => {
  shop = await startChangeShop();
});
afterAll(() => shop?.system.stop());

/** What needs a question to be open. */
const OF_QUESTION = { ...AFTER_ANSWERS, ...AFTER_QUESTIONS };
/** What is said to a change of what all share, which waits. */
const OF_HELD = PLAIN_WORDS;
const ACTIONS: Acts<AfterScene & AskedScene & HeldScene> = {
  ...{ ...AFTER_ACTS, ...AFTER_CHANGES, ...OF_QUESTION, ...OF_HELD },
};
const CHANGING = { ...AFTER_CHANGES, ...AFTER_ANSWERS, ...OF_HELD };

async function setScene(
  names: Pair,
  random: Random,
): Promise<AfterScene & Partial<AskedScene> & Partial<HeldScene>> {
  const { system, tea } = shop!;
  const group = await Group.openAfter(system, ['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
  if (names.includes('close with a card')) await giveCard(group, ada);
  for (const one of group.people) await group.add(one, tea, { quantity: 2 });
  await group.add(ada, tea, {
    sharedBetween: group.people.map(({ participantId }) => ({ participantId })),
  });
  const { id } = await group.orderLines(group.host);
  const { body } = await group.payPart(cleo, { kind: 'mine' }, { paymentMethodId: undefined });
  const order = new PlacedOrder(system, ada.who, id);
  const claimed = body.order as Order;
  const people = { ada, ben, cleo, guests: group.people };
  const scene = { shop: shop!, group, ...people, order, claimed, before: await order.read() };
  const asked = names.some((name) => name in OF_QUESTION) ? await askSomebody(scene, random) : scene;
  if (!names.some((name) => name in OF_HELD)) return asked;
  return (await holdChange(asked, OF_SHARED['more of what is shared']!)) ?? setScene(names, random);
}

/** Waits until nothing of the tab is on its way but Cleo's claim, if it runs still, which then is given up. */
async function untilAtRest({ group, claimed, cleo }: AfterScene): Promise<Tab> {
  const rest = (mayClaim: boolean) =>
    until('the tab to be at rest', async () => {
      const tab = await group.read();
      const isMoving = tab.rounds.some(({ status }) =>
        RUNNING_STATUSES.some((running) => running === status),
      );
      const isCharging = tab.card?.isCharging && tab.owed.some(({ openAmount }) => openAmount > 0);
      return (
        !isMoving &&
        !isCharging &&
        tab.claims.every(({ orderId }) => mayClaim && orderId === claimed.id) &&
        tab
      );
    });
  const tab = await rest(true);
  if (tab.claims.length === 0) return tab;
  await cleo.who.post(`/api/orders/${claimed.id}/cancel`, {});
  return rest(false);
}

const sumOf = (items: readonly { readonly amount: number }[]) =>
  items.reduce((sum, { amount }) => sum + amount, 0);

function assertSums({ owed, payments, totalAmount, paidAmount, writtenOffAmount, owedAmount }: Tab): void {
  expect(sumOf(owed.map(({ openAmount }) => ({ amount: openAmount })))).toBe(owedAmount);
  for (const { due, openAmount } of owed) expect(sumOf(due)).toBe(openAmount);
  expect(sumOf(payments.map(({ amount, refundedAmount }) => ({ amount: amount - refundedAmount })))).toBe(
    paidAmount,
  );
  expect(totalAmount - paidAmount - writtenOffAmount).toBe(owedAmount);
}

async function play(names: Pair, random: Random): Promise<void> {
  const scene = (await setScene(names, random)) as AfterScene & AskedScene & HeldScene;
  const replies = await soon(
    names.map((name) => () => (ACTIONS[name] as Act<typeof scene>)(scene)),
    random,
  );
  await judge(
    scene,
    replies.map((reply, index) => ({ reply, mayChange: (names[index] ?? '') in CHANGING })),
    { isReduced: names.includes('cancel line') },
  );
  const now = { ...scene, group: await scene.group.followed() };
  const tab = await untilAtRest(now);
  assertSums(tab);
  if (tab.owedAmount === 0 || hasTabEnded(tab.status)) return expect(tab.owedAmount).toBe(0);
  expect(codeOf(await now.group.payInCash(now.group.host, { kind: 'rest' }))).toBe('ok');
  const paid = await untilAtRest(now);
  assertSums(paid);
  expect(paid.owedAmount).toBe(0);
}

const NAMES = Object.keys(ACTIONS);
const PAIRS = NAMES.flatMap((one, index) => NAMES.slice(index).map((other) => [one, other] as const));

test(`two at once on a tab that is settled after (TABS_SEED=${SEED})`, { timeout: 3_600_000 }, async () => {
  await playPairs(
    {
      ...{ pairs: PAIRS, seed: SEED, some: SOME, atOnce: AT_ONCE },
      ...{ times: setting('AFTER_RACES'), only: setting('TABS_RACE') },
    },
    play,
  );
});
