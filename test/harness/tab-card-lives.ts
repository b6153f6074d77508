/** The life cycles of cards on file of a tab: asked for, given, charged in their giver's absence, and forgotten. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { query } from '../../db/sql.ts';
import { patiently } from '../setup/patiently.ts';
import type { Seated } from '../setup/tabs.ts';
import { beginCard, putCard } from '../tabs/give-card.ts';
import { Group } from '../tabs/groups.ts';
import { aimAt, type Act, type Hero, type Life, type Stage } from './stripe-lives.ts';
import { until } from './until.ts';

/** Ada and Ben, with a round that nobody has paid. Faults target their tab, which each object at Stripe names. */
interface CardTab extends Hero {
  readonly about: string;
  readonly group: Group;
  readonly ada: Seated;
  readonly ben: Seated;
  /** What Ada sets up. */
  setupIntentId?: string;
  /** Stripe has made it, but failed before it told its id. It has no card. */
  isCustomerLost?: boolean;
}

async function seated({ system, variantId }: Stage): Promise<CardTab> {
  const group = await Group.openAfter(system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.orderLines(ada, [variantId]);
  return { about: group.id, group, ada, ben };
}

/** Asks for a card as a page does: again with the same key, while it is asked to. Resolves with its SetupIntent. */
async function begin(group: Group, giver: Seated, key: string = randomUUID()): Promise<string> {
  const { status, body } = await beginCard(group, giver, { key });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.setupIntentId as string;
}

const asksForCard: Act<CardTab> = {
  name: 'asking for a card for a tab',
  calls: ['POST /v1/customers', 'POST /v1/setup_intents'],
  play: async (_stage, hero, faults) => {
    const { group, ada } = hero;
    const key = randomUUID();
    hero.setupIntentId = await begin(group, ada, key);
    expect(await begin(group, ada, key)).toBe(hero.setupIntentId);
    hero.isCustomerLost = faults.some(({ kind }) => kind === 'error_after');
  },
};

const givesCard: Act<CardTab> = {
  name: 'giving it',
  calls: ['GET /v1/setup_intents/*'],
  play: async ({ dashboard }, { group, ada, setupIntentId }) => {
    await dashboard.setupIntents.confirm(setupIntentId!, { payment_method: 'pm_card_visa' });
    const { status, body } = await putCard(group, ada, setupIntentId!);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.tab.card).toMatchObject({ participantId: ada.participantId, brand: 'visa' });
  },
};

const hearsOfCard: Act<CardTab> = {
  name: 'hearing of a card whose giver did not come back',
  calls: ['GET /v1/setup_intents/*'],
  events: ['setup_intent.succeeded'],
  play: async ({ dashboard }, { group, ben }) => {
    await dashboard.setupIntents.confirm(await begin(group, ben), { payment_method: 'pm_card_mastercard' });
    await until("Ben's card to be on file", async () => {
      const { card } = await group.read();
      return card?.participantId === ben.participantId && card.brand === 'mastercard';
    });
  },
};

const chargesCard: Act<CardTab> = {
  name: 'charging it when the tab is closed, and forgetting it, the one before and one that was never given',
  calls: [
    'POST /v1/payment_intents',
    'POST /v1/payment_intents/*/confirm',
    'POST /v1/payment_intents/*/capture',
    'POST /v1/payment_methods/*/detach',
    'POST /v1/setup_intents/*/cancel',
    'DELETE /v1/customers/*',
  ],
  play: async (stage, hero) => {
    const { group, ada } = hero;
    const neverGiven = await begin(group, ada);
    const closed = await patiently(ada.who, 'POST', group.path('/close'), {});
    expect(closed.status, JSON.stringify(closed.body)).toBe(200);
    const tab = await until(
      'the tab to close',
      async () => {
        const now = await group.read();
        return now.status === 'closed' && now;
      },
      { last: () => group.read() },
    );
    expect(tab).toMatchObject({ paidAmount: 350, owedAmount: 0, payments: [{ amount: 350 }] });
    await untilForgotten(stage, { tabId: group.id, lost: hero.isCustomerLost ? 1 : 0 });
    expect(await stage.dashboard.setupIntents.retrieve(neverGiven)).toMatchObject({ status: 'canceled' });
  },
};

/** Resolves once neither we nor Stripe know any of its cards. `lost` Customers stay, which nobody has heard of. */
async function untilForgotten(
  { system, dashboard }: Stage,
  { tabId, lost = 0 }: { tabId: string; lost?: number },
): Promise<void> {
  const em = system.databases.orders.em.fork();
  const cards = () =>
    query<{ status: string }>(
      em,
      sql`select status from tab_cards where tab_id = ${tabId} order by asked_at`,
    );
  const isForgotten = async () => (await cards()).every(({ status }) => status === 'forgotten');
  await until('the cards to be forgotten', isForgotten, { last: cards });
  const left: string[] = [];
  for await (const { id, metadata } of dashboard.customers.list({ limit: 100 }))
    if (metadata['tab_id'] === tabId) left.push(id);
  expect(left).toHaveLength(lost);
  for (const id of left) expect((await dashboard.customers.listPaymentMethods(id)).data).toEqual([]);
}

/** Its Customer is made while the tab closes: by the time that we hear of it, the card has been forgotten. */
export async function closeWhileAsking(stage: Stage): Promise<void> {
  const { system, dashboard } = stage;
  const group = await Group.openAfter(system, ['Ada']);
  const { host, id: tabId } = group;
  const slow = system.stripe.faults.add({
    ...{ kind: 'latency', ...aimAt('POST /v1/customers'), about: tabId },
    ...{ when: 'after', ms: 6_000, count: 1 },
  });
  const asking = beginCard(group, host);
  await until('its Customer to be made', () => slow.hits > 0);
  expect((await patiently(host.who, 'POST', group.path('/close'), {})).status).toBe(200);
  const { status, body } = await asking;
  expect([201, 409], JSON.stringify(body)).toContain(status);
  await untilForgotten(stage, { tabId });
  if (status === 201)
    expect((await dashboard.setupIntents.retrieve(body.setupIntentId)).status).toBe('canceled');
}

export const TAB_CARD_LIFE: Life<CardTab> = {
  begin: seated,
  acts: [asksForCard, givesCard, hearsOfCard, chargesCard],
};
