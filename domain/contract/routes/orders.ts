/** Routes for placing, reading and moving orders. */

import { z } from 'zod';
import { boardSchema } from '../board.ts';
import { pageOf } from '../fields.ts';
import {
  advanceOrderSchema,
  cancelOrderSchema,
  clearAttentionSchema,
  eventForAgentsSchema,
  eventSchema,
  eventsQuerySchema,
  findOrderSchema,
  orderAnswer,
  orderForAgentsSchema,
  orderSchema,
  ordersQuerySchema,
  placedOrderAnswer,
  placeOrderSchema,
} from '../orders.ts';
import type { RouteTable } from '../route.ts';
import { orderWorkSchema } from '../work.ts';

export const orderRoutes = {
  'POST /api/orders': {
    tag: 'Orders',
    summary: 'Place an order',
    description:
      'Responds once the stock is held. The same key and body return the same order, signed in or not. ' +
      'A signed-in customer orders as her account, whatever `contact` says, and may pay with a card she saved or ' +
      'have this one saved; a card that another account saved is `forbidden`. A guest gives her `contact`. ' +
      'Without `payment` it is paid from its page, or at the counter. Shared orders come later.',
    permission: 'order.place',
    idempotencyKey: 'required',
    body: placeOrderSchema,
    answers: { 201: placedOrderAnswer },
    errors: [
      'unauthenticated',
      'forbidden',
      'counter_only',
      'tip_too_large',
      'spot_not_in_use',
      'out_of_stock',
      'pay_first',
      'idempotency_conflict',
      'version_conflict',
      'too_many_requests',
      'try_again',
    ],
  },
  'POST /api/orders/find': {
    tag: 'Orders',
    summary: 'Find the order of an attempt whose answer was lost',
    description:
      'Returns what `POST /api/orders` would, for the same key and `attempt`, and places nothing. ' +
      'For whoever has the two.',
    permission: 'order.place',
    idempotencyKey: 'required',
    body: findOrderSchema,
    answers: { 200: placedOrderAnswer },
    errors: ['not_found', 'out_of_stock', 'try_again'],
  },
  'GET /api/orders': {
    isRead: true,
    tag: 'Orders',
    summary: 'Orders, newest first, page by page',
    description:
      'Who may read all orders gets all, with contact and workflow; others those they take part in.',
    permission: 'order.list',
    query: ordersQuerySchema,
    answers: { 200: pageOf(z.union([orderForAgentsSchema, orderSchema])) },
  },
  'GET /api/board': {
    isRead: true,
    tag: 'Orders',
    summary: 'What is paid and not handed over yet',
    description: 'Who only makes orders gets what is to be made: no amounts, no payments, no contact.',
    permission: 'board.watch',
    answers: { 200: boardSchema },
  },
  'GET /api/orders/:id': {
    isRead: true,
    tag: 'Orders',
    summary: 'One order, and who is looking',
    description: 'Who only makes orders gets what is to be made: no amounts, no payments, no contact.',
    permission: 'order.read_work',
    answers: {
      200: orderAnswer.extend({ order: z.union([orderForAgentsSchema, orderSchema, orderWorkSchema]) }),
    },
  },
  'GET /api/orders/:id/events': {
    isRead: true,
    tag: 'Orders',
    summary: "An order's history above a version, oldest first",
    description: 'Staff see who of them did what.',
    permission: 'order.read',
    query: eventsQuerySchema,
    answers: { 200: pageOf(z.union([eventForAgentsSchema, eventSchema])) },
  },
  'POST /api/orders/:id/session': {
    tag: 'Orders',
    summary: "Remember a guest's order in this browser",
    description:
      'Sets the cookie for the token in `Authorization: Guest <token>`, which must be of this order.',
    permission: 'order.place',
    answers: { 204: null },
    errors: ['not_found'],
  },
  'POST /api/orders/:id/cancel': {
    tag: 'Orders',
    summary: 'Cancel an order; what was paid comes back',
    description:
      'Its host may while nothing is prepared, staff until it is completed; an agent no order of which more than the ' +
      'refund limit would come back. 202: accepted, and still on its way to being canceled.',
    permission: 'order.cancel',
    body: cancelOrderSchema,
    answers: { 200: orderAnswer, 202: orderAnswer },
    errors: ['illegal_transition', 'already_claimed', 'idempotency_conflict', 'try_again'],
  },
  'POST /api/orders/:id/advance': {
    tag: 'Orders',
    summary: 'Move an order to its next step',
    permission: 'order.advance',
    body: advanceOrderSchema,
    answers: { 200: orderAnswer.extend({ order: z.union([orderSchema, orderWorkSchema]) }) },
    errors: ['illegal_transition', 'try_again'],
  },
  'POST /api/orders/:id/clear-attention': {
    tag: 'Orders',
    summary: 'Note that staff have seen to what an order needed a person for',
    description:
      'Clears `reason`, or the first of `attention`; the others stay. Who did it is kept in its history. An order ' +
      'that needs nobody for it stays as it is.',
    permission: 'order.clear_attention',
    body: clearAttentionSchema,
    answers: { 200: orderAnswer },
  },
} as const satisfies RouteTable;
