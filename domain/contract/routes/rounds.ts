/** Routes of a tab's rounds: what it sends, and who pays for whom. */

import { orderAnswer } from '../orders.ts';
import type { RouteTable } from '../route.ts';
import { previewRoundAnswer, previewRoundSchema, sendRoundSchema } from '../rounds.ts';
import { payTabSchema, tabPaymentAnswer } from '../tab-payments.ts';
import { roundAnswer } from '../tabs.ts';

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
      'basket again. The host and staff send; in a tab that is paid after, everybody sends her own lines, and the ' +
      'kitchen has them at once.',
    permission: 'tab.order',
    idempotencyKey: 'required',
    body: sendRoundSchema,
    answers: { 201: roundAnswer },
    errors: [
      'tab_ended',
      'out_of_stock',
      'pay_first',
      'split_mismatch',
      'over_spending_limit',
      'card_required',
      'version_conflict',
      'idempotency_conflict',
      'too_many_requests',
      'try_again',
    ],
  },
  'POST /api/tabs/:id/payments': {
    tag: 'Tabs',
    summary: 'Pay a part of a tab that is settled after',
    description:
      'Mine, these lines, one of so many equal parts, an amount, or the rest. Nobody else can pay that part for three ' +
      'minutes. With a payment method it is charged at once; if the card is declined, the part is free again. Without one ' +
      'it is paid like any share, by card or in cash. A payer has one such part at a time: another request of hers ends ' +
      'the first. 409 `already_claimed` says in `details.by` who is paying.',
    permission: 'tab.pay',
    readsPeople: true,
    idempotencyKey: 'required',
    body: payTabSchema,
    answers: { 201: tabPaymentAnswer },
    errors: [
      'already_claimed',
      'nothing_owed',
      'version_conflict',
      'illegal_transition',
      'tip_too_large',
      'card_declined',
      'counter_only',
      'tab_ended',
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
