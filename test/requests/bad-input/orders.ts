/** Requests about orders, for `api/bad-input.test.ts`. */

import { randomUUID } from 'node:crypto';
import type { Subject } from './subject.ts';

const uuid = randomUUID();

const ANSWER = { answer: 'choose', ifVersion: 1 };

export const OF_ORDERS: readonly Subject[] = [
  {
    name: 'placing an order',
    request: ({ anybody, ids }) => ({
      method: 'POST',
      path: '/api/orders',
      who: anybody(),
      body: {
        lines: [{ variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' }],
        contact: { name: 'Ada', email: 'ada@example.test' },
        place: { kind: 'lane', label: '4', name: 'Ada', note: 'by the window' },
        payment: { paymentMethodId: 'pm_card_visa', tipAmount: 50, savePaymentMethod: true },
        expectedAmount: 350,
      },
    }),
  },
  {
    name: 'finding an order',
    request: ({ anybody }) => ({
      method: 'POST',
      path: '/api/orders/find',
      who: anybody(),
      body: { attempt: 'a'.repeat(43) },
    }),
  },
  {
    name: 'paying a share',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/shares/${ids.share}/pay`,
      who: guest,
      body: { paymentMethodId: 'pm_card_visa', tipAmount: 50, savePaymentMethod: true },
    }),
  },
  {
    name: 'recording cash',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/shares/${ids.share}/cash`,
      who: staff,
      body: { tipAmount: 50 },
    }),
  },
  {
    name: 'canceling an order',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/cancel`,
      who: staff,
      body: { reason: 'closed', restock: true },
    }),
  },
  {
    name: 'saying what has run out',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/lines/${ids.line}/sold-out`,
      who: staff,
      body: {
        quantity: 1,
        suggestion: { variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' },
        takeOffMenu: true,
      },
    }),
  },
  {
    name: 'previewing an answer about what has run out',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/questions/${uuid}/preview`,
      who: guest,
      body: { ...ANSWER, add: { variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' } },
    }),
  },
  {
    name: 'answering what is to be done about what has run out',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/questions/${uuid}/answer`,
      who: guest,
      body: {
        ...{ ...ANSWER, expectedDifference: 150 },
        add: { variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' },
        payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
      },
    }),
    // It gives something back.
    fine: { expectedDifference: [-1] },
  },
  {
    name: 'previewing a change',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/changes/preview`,
      who: guest,
      body: {
        ifVersion: 1,
        set: [{ lineId: ids.line, quantity: 2, options: [uuid], variantId: uuid, note: 'hot' }],
        add: [{ variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot', participantId: uuid }],
        place: { kind: 'lane', label: '4', name: 'Ada', note: 'by the window' },
        ...{ reason: 'closed', settle: 'guest', discountName: 'regular' },
      },
    }),
    // None any more; the others are refused for what is true of the order.
    fine: { 'set.note': [null], ifVersion: [1e12], place: ['x'] },
  },
  {
    name: 'seeing what was changed',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/changes/seen`,
      who: staff,
      body: { changeId: uuid },
    }),
  },
  {
    name: 'changing an order',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/changes`,
      who: guest,
      body: {
        ifVersion: 1,
        set: [{ lineId: ids.line, quantity: 2, options: [uuid], variantId: uuid, note: 'hot' }],
        add: [{ variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot', participantId: uuid }],
        place: { kind: 'lane', label: '4', name: 'Ada', note: 'by the window' },
        ...{ reason: 'closed', settle: 'guest', discountName: 'regular' },
        expectedDifference: 350,
        payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
      },
    }),
    fine: { 'set.note': [null], ifVersion: [1e12], place: ['x'], expectedDifference: [-1, 1e12] },
  },
  {
    name: 'agreeing to a change',
    request: ({ guest, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/changes/${uuid}/agree`,
      who: guest,
      body: {
        expectedDifference: 350,
        payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
      },
    }),
    // Refused for what is true of the change.
    fine: { expectedDifference: [-1, 1e12] },
  },
  {
    name: 'advancing an order',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/advance`,
      who: staff,
      body: { to: 'preparing' },
    }),
  },
  {
    name: 'clearing what needs attention',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/clear-attention`,
      who: staff,
      body: { reason: 'disputed' },
    }),
  },
  {
    name: 'refunding lines',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/refunds`,
      who: staff,
      body: {
        shareId: ids.share,
        lines: [{ lineId: ids.line, quantity: 1 }],
        reason: 'cold',
        restock: false,
      },
    }),
  },
  {
    name: 'refunding an amount',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/refunds`,
      who: staff,
      body: { amount: 100, reason: 'cold' },
    }),
  },
];
