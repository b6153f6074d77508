/** Routes of the shop's settings. */

import { pageOf, pageQuerySchema } from '../fields.ts';
import type { RouteTable } from '../route.ts';
import { settingsAnswer, shopChangeSchema, updateSettingsSchema } from '../settings.ts';

export const settingsRoutes = {
  'GET /api/settings': {
    tag: 'Shop',
    summary: 'The settings of the shop',
    permission: 'settings.change',
    answers: { 200: settingsAnswer },
  },
  'PATCH /api/settings': {
    tag: 'Shop',
    summary: 'Change what is given of the settings',
    description: 'Every API and every worker goes by it within a second, without a restart.',
    permission: 'settings.change',
    body: updateSettingsSchema,
    answers: { 200: settingsAnswer },
    errors: ['currency_in_use'],
  },
  'GET /api/settings/changes': {
    tag: 'Shop',
    summary: 'Who changed what of settings and spots, newest first',
    permission: 'settings.change',
    query: pageQuerySchema,
    answers: { 200: pageOf(shopChangeSchema) },
  },
} as const satisfies RouteTable;
