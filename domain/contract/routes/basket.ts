/** Routes of a tab's basket. */

import {
  removeTabLineQuerySchema,
  removeTabLineSchema,
  tabLineInputSchema,
  updateTabLineSchema,
} from '../basket.ts';
import type { RouteTable } from '../route.ts';
import { tabAnswer } from '../tabs.ts';

export const basketRoutes = {
  'POST /api/tabs/:id/lines': {
    tag: 'Tabs',
    summary: 'Add a line to the basket',
    permission: 'tab.order',
    body: tabLineInputSchema,
    answers: { 201: tabAnswer },
    errors: ['tab_ended', 'tab_full', 'over_spending_limit', 'idempotency_conflict'],
  },
  'PATCH /api/tabs/:id/lines/:lineId': {
    tag: 'Tabs',
    summary: 'Change a line in the basket',
    description:
      'Its owner, the host and staff. Based on an outdated version it responds with 409 and, in `details`, the line ' +
      'as it is.',
    permission: 'tab.order',
    body: updateTabLineSchema,
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tab_ended', 'version_conflict', 'over_spending_limit'],
  },
  'DELETE /api/tabs/:id/lines/:lineId': {
    tag: 'Tabs',
    summary: 'Remove a line from the basket',
    description: 'Takes the version that it is based on, `ifVersion`, in the query or in a JSON body.',
    permission: 'tab.order',
    query: removeTabLineQuerySchema,
    body: removeTabLineSchema,
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tab_ended', 'version_conflict'],
  },
  'POST /api/tabs/:id/lines/:lineId/leave': {
    tag: 'Tabs',
    summary: 'Step out of a shared line',
    description: 'The others pay it. Its last sharer cannot step out.',
    permission: 'tab.order',
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tab_ended', 'illegal_transition'],
  },
} as const satisfies RouteTable;
