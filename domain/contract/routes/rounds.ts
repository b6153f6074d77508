/** Routes of a tab's rounds: what it sends, and who pays for whom. */

import type { RouteTable } from '../route.ts';
import { previewRoundAnswer, previewRoundSchema, roundAnswer, sendRoundSchema } from '../tabs.ts';

export const roundRoutes = {
  'POST /api/tabs/:id/rounds/preview': {
    tag: 'Tabs',
    summary: 'How a split of the basket would turn out, and why',
    description: 'Nothing is sent. Everybody in the tab may ask.',
    permission: 'tab.order',
    body: previewRoundSchema,
    answers: { 200: previewRoundAnswer },
    errors: ['split_mismatch'],
  },
  'POST /api/tabs/:id/rounds': {
    tag: 'Tabs',
    summary: 'Send the basket, or lines of it, as a round',
    description:
      'Responds once the stock is held; then everybody pays her share of the order. Out of stock, the lines are in the ' +
      'basket again.',
    permission: 'tab.lead',
    idempotencyKey: 'required',
    body: sendRoundSchema,
    answers: { 201: roundAnswer },
    errors: [
      'tab_ended',
      'out_of_stock',
      'pay_first',
      'split_mismatch',
      'over_spending_limit',
      'version_conflict',
      'idempotency_conflict',
      'too_many_requests',
      'try_again',
    ],
  },
} as const satisfies RouteTable;
