/** Routes of a tab's rounds: what it sends, and who pays for whom. */

import { orderAnswer } from '../orders.ts';
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
  'POST /api/orders/:id/shares/:shareId/cover': {
    tag: 'Payments',
    summary: 'Take over the whole share of somebody else',
    description:
      "Anybody in the tab may, while nothing of it is paid or being paid. Nobody else's share changes. The share is then " +
      "paid as one's own.",
    permission: 'share.cover',
    answers: { 200: orderAnswer },
    errors: ['illegal_transition', 'try_again'],
  },
  'POST /api/orders/:id/shares/:shareId/drop': {
    tag: 'Payments',
    summary: 'Drop the lines of somebody who has not paid',
    description:
      'The lines that her share alone pays leave the order, and what she shares with others becomes the host’s. ' +
      "Nobody else's share changes.",
    permission: 'share.drop',
    answers: { 200: orderAnswer },
    errors: ['illegal_transition', 'try_again'],
  },
} as const satisfies RouteTable;
