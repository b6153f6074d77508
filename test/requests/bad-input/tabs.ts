/** Requests about tabs, for `api/bad-input.test.ts`. */

import { randomUUID } from 'node:crypto';
import { UNSEEN, type Json } from './mutations.ts';
import type { Scene, Subject } from './subject.ts';

const uuid = randomUUID();
const TAB_SETTINGS = {
  title: 'Lunch',
  deadline: '2099-01-01T12:00:00.000Z',
  spendingLimit: 2000,
  onDeadline: 'cancel',
  sendsWhenReady: true,
  place: { kind: 'lane', label: '4', name: 'Ada', note: 'by the window' },
};
const TAB_NULLS = { title: [null], deadline: [null], spendingLimit: [null], place: [null, 'x'] };

export const OF_TABS: readonly Subject[] = [
  {
    name: 'opening a tab',
    request: ({ anybody }) => ({
      method: 'POST',
      path: '/api/tabs',
      who: anybody(),
      body: {
        ...TAB_SETTINGS,
        name: 'Ada',
        email: 'ada@example.test',
        settlement: 'before',
      },
    }),
    fine: TAB_NULLS,
  },
  {
    name: 'joining a tab',
    request: ({ anybody }) => ({
      method: 'POST',
      path: '/api/tabs/join',
      who: anybody(),
      body: { secret: 'x'.repeat(22), name: 'Mia', email: 'mia@example.test' },
    }),
    // Not found, like every other link that is none.
    fine: { secret: [...UNSEEN, 'a\u0000b', 'a\u0090b', '\ud800'] },
  },
  {
    name: 'changing a tab',
    request: ({ guest, ids }) => ({
      method: 'PATCH',
      path: `/api/tabs/${ids.tab}`,
      who: guest,
      body: { ...TAB_SETTINGS, isLocked: true },
    }),
    fine: TAB_NULLS,
  },
  {
    name: 'adding somebody to a tab',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/participants`,
      who: guest,
      body: { name: 'Grandma' },
    }),
  },
  {
    name: 'changing oneself in a tab',
    request: ({ guest, ids }) => ({
      method: 'PATCH',
      path: `/api/tabs/${ids.tab}/participants/${ids.host}`,
      who: guest,
      body: { name: 'Ada', email: 'ada@example.test', allergies: 'nuts' },
    }),
    fine: { email: [null], allergies: [null, ...UNSEEN] },
  },
  {
    name: 'being ready',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/ready`,
      who: guest,
      body: { isReady: true, participantId: ids.host },
    }),
  },
  {
    name: 'handing a tab over',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/host`,
      who: guest,
      body: { participantId: ids.host },
    }),
  },
  {
    name: 'adding a line to a tab',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/lines`,
      who: guest,
      body: {
        ...{ variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' },
        participantId: ids.host,
        sharedBetween: [{ participantId: ids.host, weight: 2 }],
      },
    }),
  },
  {
    name: 'changing a line of a tab',
    request: ({ guest, ids }) => ({
      method: 'PATCH',
      path: `/api/tabs/${ids.tab}/lines/${ids.tabLine}`,
      who: guest,
      body: {
        ...{ ifVersion: 99, variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' },
        participantId: ids.host,
        sharedBetween: [{ participantId: ids.host, weight: 2 }],
      },
    }),
    fine: { note: [null] },
  },
  {
    name: 'removing a line of a tab',
    request: ({ guest, ids }) => ({
      method: 'DELETE',
      path: `/api/tabs/${ids.tab}/lines/${ids.tabLine}`,
      who: guest,
      body: { ifVersion: 99 },
    }),
    fine: { ifVersion: [1e12] },
  },
  {
    name: 'previewing a round',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/rounds/preview`,
      who: guest,
      body: {
        lineIds: [ids.tabLine],
        split: { kind: 'even', except: [uuid], participantIds: [ids.host] },
      },
    }),
  },
  {
    name: 'sending a round',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/rounds`,
      who: guest,
      body: {
        lineIds: [ids.tabLine],
        split: { kind: 'custom', amounts: [{ participantId: ids.host, amount: 350 }] },
        expectedAmount: 350,
      },
    }),
  },
  ...(
    [
      ['lines', (ids) => ({ kind: 'lines', lines: [{ lineId: ids.tabLine, quantity: 1 }] })],
      ['an amount', () => ({ kind: 'amount', amount: 350 })],
      ['an equal part', () => ({ kind: 'even', of: 3 })],
    ] satisfies [string, (ids: Scene['ids']) => Json][]
  ).map(([which, what]): Subject => ({
    name: `paying ${which} of a tab`,
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/payments`,
      who: guest,
      body: {
        what: what(ids),
        ...{ tipAmount: 50, paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
        ...{ expectedAmount: 350, participantId: ids.host },
      },
    }),
  })),
  {
    name: 'beginning to give a card for a tab',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/card`,
      who: guest,
      body: { email: 'ada@example.test' },
    }),
  },
  {
    name: 'giving a card for a tab',
    request: ({ guest, ids }) => ({
      method: 'PUT',
      path: `/api/tabs/${ids.tab}/card`,
      who: guest,
      body: { setupIntentId: 'seti_1' },
    }),
  },
  {
    name: 'giving a saved card for a tab',
    request: ({ guest, ids }) => ({
      method: 'PUT',
      path: `/api/tabs/${ids.tab}/card`,
      who: guest,
      body: { paymentMethodId: 'pm_1' },
    }),
  },
  {
    name: 'moving a tab',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/move`,
      who: staff,
      body: { spotId: uuid, spotCode: 'none', place: TAB_SETTINGS.place },
    }),
    // Not found, like every other code that is none.
    fine: { spotCode: [...UNSEEN, 'a\u0000b', 'a\u0090b', '\ud800'], place: ['x'] },
  },
  {
    name: 'merging a tab',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/merge`,
      who: staff,
      body: { intoTabId: uuid },
    }),
  },
  {
    name: 'writing a tab off',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/close`,
      who: staff,
      body: { writeOff: { reason: 'they left' }, expectedAmount: 350 },
    }),
  },
  {
    name: 'asking to be let in',
    request: ({ anybody }) => ({
      method: 'POST',
      path: '/api/spots/none/knock',
      who: anybody(),
      body: { name: 'Mia' },
    }),
  },
  {
    name: 'letting somebody in',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/knocks/${uuid}`,
      who: guest,
      body: { letIn: true },
    }),
  },
];
