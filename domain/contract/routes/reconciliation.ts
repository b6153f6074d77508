/** Routes for differences between our records, Stripe and Temporal. */

import { pageOf } from '../fields.ts';
import {
  differenceAnswer,
  differenceSchema,
  differencesQuerySchema,
  mendDifferenceSchema,
  mendManyAnswer,
  mendManySchema,
  reconciliationAnswer,
} from '../reconciliation.ts';
import type { RouteTable } from '../route.ts';

export const reconciliationRoutes = {
  'GET /api/differences': {
    tag: 'Reconciliation',
    summary: 'What differs between our records, Stripe and Temporal',
    description: 'The open ones, the most pressing first; or the last closed, newest first.',
    permission: 'difference.read',
    query: differencesQuerySchema,
    answers: { 200: pageOf(differenceSchema) },
  },
  'POST /api/differences/:id/mend': {
    tag: 'Reconciliation',
    summary: 'Have a difference set right',
    description:
      'Done by a workflow of its own, and kept with the name of who asked for it. 202: it is under way. ' +
      'While one is under way, another is not begun.',
    permission: 'difference.mend',
    body: mendDifferenceSchema,
    answers: { 200: differenceAnswer, 202: differenceAnswer },
    errors: ['not_found', 'version_conflict', 'try_again'],
  },
  'POST /api/differences/mend': {
    tag: 'Reconciliation',
    summary: 'Have several differences set right',
    description:
      'Each by a workflow of its own, as if it were asked for alone; answered as soon as all are begun. What cannot be ' +
      'begun is named with the reason, and does not hold up the others.',
    permission: 'difference.mend',
    body: mendManySchema,
    answers: { 202: mendManyAnswer },
  },
  'GET /api/reconciliation': {
    tag: 'Reconciliation',
    summary: 'The last comparisons of our records with Stripe and Temporal',
    permission: 'difference.read',
    answers: { 200: reconciliationAnswer },
  },
  'POST /api/reconciliation/run': {
    tag: 'Reconciliation',
    summary: 'Compare our records with Stripe and Temporal now',
    description: 'One that somebody asked for before, and that still runs, is this one too.',
    permission: 'difference.mend',
    answers: { 202: reconciliationAnswer },
    errors: ['try_again'],
  },
} as const satisfies RouteTable;
