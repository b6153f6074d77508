/** Routes for changing an order after it was paid. */

import { z } from 'zod';
import { earlierBillSchema } from '../bills.ts';
import {
  agreeSchema,
  changeAnswer,
  changePreviewAnswer,
  createChangeSchema,
  previewChangeSchema,
  seeChangesSchema,
} from '../changes.ts';
import { pageOf, pageQuerySchema } from '../fields.ts';
import { orderAnswer, orderSchema } from '../orders.ts';
import type { RouteTable } from '../route.ts';
import { orderWorkSchema } from '../work.ts';

/** Of a round that is paid after: what is paid of it stays, and no more is owed than the shop allows. */
const OWED = ['already_claimed', 'tab_ended', 'pay_first', 'card_required', 'over_spending_limit'] as const;

export const changeRoutes = {
  'POST /api/orders/:id/changes/preview': {
    tag: 'Orders',
    summary: 'What a change of an order would cost',
    description:
      'Writes nothing. Whoever has a part in lines changes them, and adds some, until the kitchen starts; staff change ' +
      'any until the order is completed. What stays keeps its price, what is added has the price of now, and for each ' +
      'payer what is taken off pays for what is added first. `byPayer` names everybody who has a part in it: the others ' +
      'are to agree to what a guest changes. Of a round that is paid after, only what is owed changes, within the limits ' +
      'of a round; what is paid of a line stays (`illegal_transition` with the reason `already_paid`), also what somebody ' +
      'is paying at this moment (`already_claimed`), and a line that is shared is changed by staff.',
    permission: 'order.change',
    body: previewChangeSchema,
    answers: { 200: changePreviewAnswer },
    errors: ['forbidden', 'illegal_transition', 'version_conflict', 'spot_not_in_use', ...OWED],
  },
  'POST /api/orders/:id/changes': {
    tag: 'Orders',
    summary: 'Change an order',
    description:
      'Nothing of the order moves until the change is settled: what is added is held, the difference authorized, then ' +
      'everything is changed at once. If it is not paid within three minutes, or, if it waits for others, within the ' +
      'shop’s time to pay, the order stays as it was. `change.status` is `applied`, or `held` while its payer is at her ' +
      'bank (`payment` has the clientSecret) or others are to agree or to pay: the same request tells how it ended. Staff ' +
      'must give a `reason` and, if it costs more, say how that is settled. Another version or difference than expected ' +
      'is a `version_conflict` with what is true now. 202: still on its way.',
    permission: 'order.change',
    idempotencyKey: 'required',
    body: createChangeSchema,
    answers: { 201: changeAnswer, 202: changeAnswer },
    errors: [
      'card_declined',
      'counter_only',
      'forbidden',
      'illegal_transition',
      'version_conflict',
      'out_of_stock',
      'spot_not_in_use',
      ...OWED,
      'idempotency_conflict',
      'too_many_requests',
      'try_again',
    ],
  },
  'POST /api/orders/:id/changes/:changeId/agree': {
    tag: 'Orders',
    summary: 'Agree to a change of somebody else, and pay a part of it',
    description:
      'For everybody who has a part in it, and for what staff leave to the guest to pay; after a decline of that she may ' +
      'try again with another key. Nobody is charged before all have agreed and their cards are authorized.',
    permission: 'order.change',
    idempotencyKey: 'required',
    body: agreeSchema,
    answers: { 201: changeAnswer, 202: changeAnswer },
    errors: [
      'card_declined',
      'counter_only',
      'forbidden',
      'illegal_transition',
      'version_conflict',
      'idempotency_conflict',
      'too_many_requests',
      'try_again',
    ],
  },
  'POST /api/orders/:id/changes/:changeId/withdraw': {
    tag: 'Orders',
    summary: 'Take a change back, or say no to it',
    description:
      'By its maker, by everybody who has a part in it, and by staff, until it is applied: it is given up, everything is ' +
      'undone, and the order stays as it was. Safe to repeat.',
    permission: 'order.change',
    answers: { 200: changeAnswer, 202: changeAnswer },
    errors: ['forbidden', 'illegal_transition', 'not_found', 'try_again'],
  },
  'POST /api/orders/:id/changes/seen': {
    tag: 'Orders',
    summary: 'Note that what was changed of an order has been seen',
    description: 'By whoever makes it: the given change and those before it. A second call changes nothing.',
    permission: 'order.advance',
    body: seeChangesSchema,
    answers: { 200: orderAnswer.extend({ order: z.union([orderSchema, orderWorkSchema]) }) },
    errors: ['not_found'],
  },
  'GET /api/orders/:id/bills': {
    isRead: true,
    tag: 'Orders',
    summary: 'The earlier versions of a bill, newest first',
    description: 'Each is the bill as it was before a change. An order that was never changed has none.',
    permission: 'order.read',
    query: pageQuerySchema,
    answers: { 200: pageOf(earlierBillSchema) },
  },
} as const satisfies RouteTable;
