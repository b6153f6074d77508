/** Requests about the shop, its menu, its people and what is compared, for `api/bad-input.test.ts`. */

import { randomUUID } from 'node:crypto';
import { UNSEEN } from './mutations.ts';
import type { Subject } from './subject.ts';

const option = { name: 'Oat milk', amount: 50 };
const optionGroups = [{ name: 'Milk', minimum: 0, maximum: 1, options: [option] }];
const product = {
  name: 'Scone',
  description: 'Warm.',
  category: 'Cakes',
  allergens: ['gluten'],
  taxRate: 700,
  active: true,
};

export const OF_THE_SHOP: readonly Subject[] = [
  {
    name: 'changing the settings',
    request: ({ staff, settings }) => ({
      method: 'PATCH',
      path: '/api/settings',
      who: staff,
      body: settings,
    }),
    fine: { address: [''], taxId: [''], holdMinutes: [1.5], chargeAfterHours: [1.5], soldOutMinutes: [1.5] },
  },
  {
    name: 'adding a spot',
    request: ({ staff }) => ({
      method: 'POST',
      path: '/api/spots',
      who: staff,
      body: { kind: 'table', label: randomUUID(), area: 'Hall' },
    }),
    fine: { area: [null] },
  },
  {
    name: 'changing a spot',
    request: ({ staff }) => ({
      method: 'PATCH',
      path: `/api/spots/${randomUUID()}`,
      who: staff,
      body: { kind: 'table', label: '4', area: 'Hall', active: true },
    }),
    fine: { area: [null] },
  },
  {
    name: 'changing oneself',
    request: ({ staff }) => ({ method: 'PATCH', path: '/api/me', who: staff, body: { language: 'en' } }),
  },
  {
    name: 'giving a role',
    request: ({ staff }) => ({
      method: 'PATCH',
      path: '/api/people/nobody',
      who: staff,
      body: { role: 'agent' },
    }),
  },
  {
    name: 'adding a product',
    fine: { description: UNSEEN, 'optionGroups.options.amount': [-1] },
    request: ({ staff }) => ({
      method: 'POST',
      path: '/api/products',
      who: staff,
      body: { ...product, variants: [{ name: 'Regular', unitAmount: 300, available: 5 }], optionGroups },
    }),
  },
  {
    name: 'changing a product',
    fine: { description: UNSEEN, 'optionGroups.options.amount': [-1], ifVersion: [-1, 1e12] },
    request: ({ staff, ids }) => ({
      method: 'PATCH',
      path: `/api/products/${ids.product}`,
      who: staff,
      body: {
        ...product,
        variants: [{ id: ids.variant, name: 'Regular', unitAmount: 300 }],
        optionGroups,
        ifVersion: 99,
      },
    }),
  },
  {
    name: 'mending a difference',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: `/api/differences/${ids.order}/mend`,
      who: staff,
      body: { action: 'void' },
    }),
  },
  {
    name: 'mending many differences',
    request: ({ staff, ids }) => ({
      method: 'POST',
      path: '/api/differences/mend',
      who: staff,
      body: { mends: [{ id: ids.order, action: 'void' }] },
    }),
  },
  {
    name: 'counting stock',
    request: ({ staff, ids }) => ({
      method: 'PUT',
      path: `/api/variants/${ids.variant}/stock`,
      who: staff,
      body: { available: 5 },
    }),
  },
];
