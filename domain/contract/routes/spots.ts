/** Routes of the shop's spots. */

import { pageOf } from '../fields.ts';
import {
  createSpotSchema,
  knockAnswer,
  knockedAnswer,
  knockInputSchema,
  spotForStaffAnswer,
  spotForStaffSchema,
  spotOfCodeAnswer,
  spotSchema,
  spotsQuerySchema,
  updateSpotSchema,
} from '../places.ts';
import type { RouteTable } from '../route.ts';
import { z } from 'zod';

export const spotRoutes = {
  'GET /api/spots': {
    isRead: true,
    tag: 'Shop',
    summary: 'The tables, lanes and counters that orders are brought to, or collected at',
    description:
      '`all=true`, for staff, has those out of use, too, what the code of each opens, and the tab that runs there.',
    permission: 'menu.read',
    query: spotsQuerySchema,
    answers: { 200: pageOf(z.union([spotForStaffSchema, spotSchema])) },
    errors: ['unauthenticated', 'forbidden'],
  },
  'GET /api/spots/:code': {
    isRead: true,
    tag: 'Shop',
    summary: 'The spot of a printed code',
    description:
      'Says where it is, whether a tab is running there, and what one may do: nothing of what was ordered, and ' +
      "nobody's name. Who is in that tab already gets its id.",
    permission: 'menu.read',
    answers: { 200: spotOfCodeAnswer },
    errors: ['not_found', 'spot_not_in_use', 'too_many_requests'],
  },
  'POST /api/spots/:code/knock': {
    tag: 'Tabs',
    summary: 'Ask to be let into the tab that runs at a spot',
    description:
      'Anybody in the tab and staff say yes or no. The same phone, by its guest token or account, has one request at a ' +
      'time, and gets it again. The guest token of the answer proves her in the tab once she is let in. A request ' +
      'ends by itself after some minutes, and with the tab; without a tab the API responds with 409 `tab_ended`.',
    permission: 'tab.join',
    body: knockInputSchema,
    answers: { 201: knockedAnswer },
    errors: [
      'not_found',
      'spot_not_in_use',
      'tab_ended',
      'tab_locked',
      'tab_full',
      'removed_from_tab',
      'too_many_requests',
    ],
  },
  'GET /api/knocks/:knockId': {
    isRead: true,
    tag: 'Tabs',
    summary: "One's own request to be let into a tab",
    permission: 'tab.join',
    answers: { 200: knockAnswer },
    errors: ['not_found'],
  },
  'POST /api/spots': {
    tag: 'Shop',
    summary: 'Add a spot; its code is made here',
    permission: 'spots.change',
    body: createSpotSchema,
    answers: { 201: spotForStaffAnswer },
    errors: ['label_taken', 'idempotency_conflict'],
  },
  'PATCH /api/spots/:id': {
    tag: 'Shop',
    summary: 'Change what is given of a spot, or take it out of use',
    permission: 'spots.change',
    body: updateSpotSchema,
    answers: { 200: spotForStaffAnswer },
    errors: ['not_found', 'label_taken'],
  },
  'POST /api/spots/:id/code': {
    tag: 'Shop',
    summary: 'Renew the code of a spot; the old one is void at once',
    description: 'A tab that runs there goes on.',
    permission: 'spots.change',
    answers: { 200: spotForStaffAnswer },
    errors: ['not_found'],
  },
} as const satisfies RouteTable;
