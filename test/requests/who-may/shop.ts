/** Requests about the shop, its menu, its people and what is compared, for `api/who-may.test.ts`. */

import { TINY_PNG } from '../../setup/menu.ts';
import type { Cases } from './case.ts';

const product = {
  name: 'Scone',
  category: 'Cakes',
  taxRate: 700,
  variants: [{ name: 'Regular', unitAmount: 300 }],
};

export const OF_THE_SHOP = {
  'GET /api/config': { done: 200, ask: (who) => who.get('/api/config') },
  'GET /api/me': { done: 200, ask: (who) => who.get('/api/me') },
  'PATCH /api/me': {
    done: 204,
    ask: (who) => who.call('PATCH', '/api/me', { body: { language: 'en' } }),
  },
  'GET /api/products': { done: 200, ask: (who) => who.get('/api/products') },
  'GET /api/products/:id': { done: 200, ask: (who, { productId }) => who.get(`/api/products/${productId}`) },
  'POST /api/products': { done: 201, ask: (who) => who.post('/api/products', product) },
  'PATCH /api/products/:id': {
    done: 200,
    ask: (who, { productId }) =>
      who.call('PATCH', `/api/products/${productId}`, { body: { description: 'Hot.' } }),
  },
  'GET /api/settings': { done: 200, ask: (who) => who.get('/api/settings') },
  'PATCH /api/settings': {
    done: 200,
    ask: (who) => who.call('PATCH', '/api/settings', { body: { taxId: 'DE1' } }),
  },
  'GET /api/settings/changes': { done: 200, ask: (who) => who.get('/api/settings/changes') },
  'GET /api/spots': { done: 200, ask: (who) => who.get('/api/spots') },
  'GET /api/spots/:code': { done: 404, ask: (who) => who.get('/api/spots/none') },
  'POST /api/spots': {
    done: 201,
    // One spot per caller: two with the same label are refused.
    ask: (who) => who.post('/api/spots', { kind: 'lane', label: crypto.randomUUID().slice(0, 8) }),
  },
  'POST /api/spots/:code/knock': {
    done: 404,
    ask: (who) => who.post('/api/spots/none/knock', { name: 'Mia' }),
  },
  'GET /api/knocks/:knockId': { done: 404, ask: (who) => who.get(`/api/knocks/${crypto.randomUUID()}`) },
  'POST /api/spots/:id/code': {
    done: 404,
    ask: (who) => who.post(`/api/spots/${crypto.randomUUID()}/code`, {}),
  },
  'PATCH /api/spots/:id': {
    done: 404,
    ask: (who) => who.call('PATCH', `/api/spots/${crypto.randomUUID()}`, { body: { label: '4' } }),
  },
  'GET /api/products/:id/changes': {
    done: 200,
    ask: (who, { productId }) => who.get(`/api/products/${productId}/changes`),
  },
  'PUT /api/variants/:id/stock': {
    done: 200,
    ask: (who, { variantId }) =>
      who.call('PUT', `/api/variants/${variantId}/stock`, { body: { available: 900 } }),
  },
  'PUT /api/products/:id/image': {
    done: 200,
    ask: (who, { productId }) =>
      who.call('PUT', `/api/products/${productId}/image`, { raw: TINY_PNG, contentType: 'image/png' }),
  },
  'GET /api/images/:file': { done: 404, ask: (who) => who.get(`/api/images/${'0'.repeat(64)}.webp`) },
  'GET /api/people': { done: 200, ask: (who) => who.get('/api/people') },
  'PATCH /api/people/:account': {
    done: 404,
    ask: (who) => who.call('PATCH', '/api/people/nobody', { body: { role: 'agent' } }),
  },
  'GET /api/people/changes': { done: 200, ask: (who) => who.get('/api/people/changes') },
  'POST /api/people/:account/sign-out': {
    done: 404,
    ask: (who) => who.post('/api/people/nobody/sign-out'),
  },
  'GET /api/differences': { done: 200, ask: (who) => who.get('/api/differences') },
  'POST /api/differences/:id/mend': {
    done: 404,
    ask: (who, { productId }) => who.post(`/api/differences/${productId}/mend`, { action: 'void' }),
  },
  'POST /api/differences/mend': {
    done: 202,
    ask: (who, { productId }) =>
      who.post('/api/differences/mend', { mends: [{ id: productId, action: 'void' }] }),
  },
  'GET /api/reconciliation': { done: 200, ask: (who) => who.get('/api/reconciliation') },
  'POST /api/reconciliation/run': { done: 202, ask: (who) => who.post('/api/reconciliation/run') },
  // Unsigned.
  'POST /api/stripe/webhook': { done: 400, ask: (who) => who.post('/api/stripe/webhook', { id: 'evt_1' }) },
  'GET /api/health/live': { done: 200, ask: (who) => who.get('/api/health/live') },
  'GET /api/health/ready': { done: 200, ask: (who) => who.get('/api/health/ready') },
  'GET /api/openapi.json': { done: 200, ask: (who) => who.get('/api/openapi.json') },
} satisfies Cases;
