/** Requests about orders, for `api/who-may.test.ts`. */

import { guestOrder } from '../../setup/menu.ts';
import type { Cases } from './case.ts';

const CANCEL = { answer: 'cancel', ifVersion: 1 };

export const OF_ORDERS = {
  'POST /api/orders': {
    done: 201,
    ask: (who, { variantId }) => who.post('/api/orders', guestOrder(variantId)),
  },
  'POST /api/orders/find': {
    done: 404,
    ask: (who) => who.post('/api/orders/find', { attempt: 'an-attempt-that-nobody-has-made' }),
  },
  'GET /api/orders': { done: 200, ask: (who) => who.get('/api/orders') },
  'GET /api/board': { done: 200, ask: (who) => who.get('/api/board') },
  'GET /api/orders/:id': {
    done: 200,
    order: 'shared',
    ask: (who, { order }) => who.get(`/api/orders/${order.id}`),
  },
  'GET /api/orders/:id/events': {
    done: 200,
    order: 'shared',
    ask: (who, { order }) => who.get(`/api/orders/${order.id}/events`),
  },
  // Without a token of the order in its header, for every caller.
  'POST /api/orders/:id/session': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/session`),
  },
  'POST /api/orders/:id/shares/:shareId/pay': {
    done: 200,
    order: 'own',
    ask: (who, { order }) =>
      who.post(`/api/orders/${order.id}/shares/${order.shares[0]!.id}/pay`, {
        paymentMethodId: 'pm_card_visa',
      }),
  },
  'POST /api/orders/:id/shares/:shareId/cash': {
    done: 200,
    order: 'own',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/shares/${order.shares[0]!.id}/cash`),
  },
  'POST /api/orders/:id/shares/:shareId/cover': {
    done: 200,
    order: 'own',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/shares/${order.shares[0]!.id}/cover`),
  },
  // Nothing of a solo order is dropped.
  'POST /api/orders/:id/shares/:shareId/drop': {
    done: 409,
    order: 'own',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/shares/${order.shares[0]!.id}/drop`),
  },
  'GET /api/payment-methods': { done: 200, ask: (who) => who.get('/api/payment-methods') },
  // Of somebody else.
  'DELETE /api/payment-methods/:paymentMethod': {
    done: 404,
    ask: (who) => who.call('DELETE', '/api/payment-methods/pm_of_somebody_else'),
  },
  'POST /api/orders/:id/cancel': {
    done: 200,
    order: 'own',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/cancel`),
  },
  'POST /api/orders/:id/lines/:lineId/sold-out': {
    done: 409,
    order: 'shared',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/lines/${crypto.randomUUID()}/sold-out`, {}),
  },
  'POST /api/orders/:id/questions/:questionId/preview': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) =>
      who.post(`/api/orders/${order.id}/questions/${crypto.randomUUID()}/preview`, CANCEL),
  },
  'POST /api/orders/:id/questions/:questionId/answer': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) =>
      who.post(`/api/orders/${order.id}/questions/${crypto.randomUUID()}/answer`, CANCEL),
  },
  'POST /api/orders/:id/questions/:questionId/withdraw': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/questions/${crypto.randomUUID()}/withdraw`),
  },
  'POST /api/orders/:id/changes/preview': {
    done: 409,
    order: 'shared',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/changes/preview`, { ifVersion: 1, add: [] }),
  },
  'POST /api/orders/:id/changes': {
    done: 409,
    order: 'shared',
    ask: (who, { order }) =>
      who.post(`/api/orders/${order.id}/changes`, { ifVersion: 1, add: [], expectedDifference: 0 }),
    // Staff must say why.
    unless: { agent: 400, manager: 400, admin: 400 },
  },
  // Of a change that there is not.
  'POST /api/orders/:id/changes/:changeId/agree': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) =>
      who.post(`/api/orders/${order.id}/changes/${order.id}/agree`, { expectedDifference: 0 }),
  },
  'POST /api/orders/:id/changes/:changeId/withdraw': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/changes/${order.id}/withdraw`),
  },
  'POST /api/orders/:id/changes/seen': {
    done: 404,
    order: 'shared',
    ask: (who, { order }) =>
      who.post(`/api/orders/${order.id}/changes/seen`, { changeId: crypto.randomUUID() }),
  },
  'GET /api/orders/:id/bills': {
    done: 200,
    order: 'shared',
    ask: (who, { order }) => who.get(`/api/orders/${order.id}/bills`),
  },
  'POST /api/orders/:id/advance': {
    done: 200,
    order: 'paid',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/advance`, { to: 'preparing' }),
  },
  'POST /api/orders/:id/refunds': {
    done: 201,
    order: 'paid',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/refunds`, { amount: 100, reason: 'cold' }),
  },
  'GET /api/orders/:id/refunds': {
    done: 200,
    order: 'shared',
    ask: (who, { order }) => who.get(`/api/orders/${order.id}/refunds`),
  },
  'POST /api/orders/:id/clear-attention': {
    done: 200,
    order: 'own',
    ask: (who, { order }) => who.post(`/api/orders/${order.id}/clear-attention`),
  },
} satisfies Cases;
