/** `POST /api/orders`, `GET /api/orders`, `GET /api/orders/:id`, `…/events`, `…/session`. */

import { z } from 'zod';
import { pageOf } from '../../domain/contract/fields.ts';
import {
  eventForAgentsSchema,
  eventSchema,
  eventsQuerySchema,
  findOrderSchema,
  orderAnswer,
  orderForAgentsSchema,
  orderSchema,
  ordersQuerySchema,
  placeOrderSchema,
  placedOrderAnswer,
  type PlaceOrder,
} from '../../domain/contract/orders.ts';
import { isStaff } from '../../domain/permissions.ts';
import {
  listOrderIds,
  presentEvent,
  readEventRows,
  readOrders,
  type OrderRecord,
} from '../../db/orders/orders/read-order.ts';
import { notFound, unauthenticated } from '../http/api-error.ts';
import type { Request } from '../http/context.ts';
import { cutPage, pageOfWhole, readCursor } from '../http/cursor.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Reads } from '../http/reads.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { orderFor, provenEmail, readOrderFor, viewerOf } from '../people/access.ts';
import type { Guests } from '../people/guests.ts';
import type { Holders } from '../people/holders.ts';
import type { SignedIn } from '../people/people.ts';
import { findAttempt, placeOrder, type Placement, type PlaceOrderDependencies } from './place-order.ts';
import { presentEventsForAgents } from './present-events.ts';
import { presentForAgents } from './present-order.ts';

const PAGE_SIZE = 25;
const TAG = 'Orders';
const cursorSchema = z.strictObject({ at: z.iso.datetime(), id: z.uuid() });

export interface OrderRouteDependencies extends PlaceOrderDependencies {
  readonly guests: Guests;
  readonly rateLimits: RateLimits;
  readonly holders: Holders;
  readonly reads: Reads;
}

export function orderRoutes(dependencies: OrderRouteDependencies): Route[] {
  const { databases, guests, rateLimits, config, holders, reads } = dependencies;

  /** The answer to who has placed an order, or has proved it: with a guest's token unless it is her account's. */
  function welcome(ctx: Request, { order, userIds }: OrderRecord, user: SignedIn | null) {
    const viewer = { role: 'host' as const, participantId: order.host };
    if (user && userIds.get(order.host) === user.id) return { order, viewer };
    guests.remember(ctx, order.host);
    return { order, viewer, guestToken: guests.tokenFor(order.host) };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/api/orders',
      tag: TAG,
      summary: 'Place an order',
      description:
        'Responds once the stock is held. The same key and body return the same order, signed in or not. ' +
        'A signed-in customer orders as her account, whatever `contact` says, and may pay with a card she saved or ' +
        'have this one saved; a card that another account saved is `forbidden`. Without `payment` it is paid from its ' +
        'page, or at the counter. Shared orders come later.',
      who: 'customer, or guest with `contact`',
      idempotencyKey: 'required',
      body: placeOrderSchema,
      answers: { 201: placedOrderAnswer },
      errors: [
        'unauthenticated',
        'forbidden',
        'counter_only',
        'tip_too_large',
        'out_of_stock',
        'pay_first',
        'idempotency_conflict',
        'version_conflict',
        'too_many_requests',
        'try_again',
      ],
      handle: async ({ ctx, body, person, idempotencyKey, requestId }) => {
        const { user } = await person();
        const contact = contactFor(user, body);
        await rateLimits.consume('order', { client: ctx.state.client, person: user?.id ?? contact?.email });
        const record = await placeOrder(dependencies, {
          body,
          idempotencyKey: idempotencyKey!,
          requestId,
          userId: user?.id ?? null,
          contact,
          network: holders.networkKey(ctx.state.client),
          holder: holders.holderOf(user, contact?.email, ctx.state.client),
        });
        return { status: 201, body: welcome(ctx, record, user) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/orders/find',
      tag: TAG,
      summary: 'Find the order of an attempt whose answer was lost',
      description:
        'Returns what `POST /api/orders` would, for the same key and `attempt`, and places nothing.',
      who: 'whoever has the attempt and its key',
      idempotencyKey: 'required',
      body: findOrderSchema,
      answers: { 200: placedOrderAnswer },
      errors: ['not_found', 'out_of_stock', 'try_again'],
      handle: async ({ ctx, body, person, idempotencyKey }) => {
        const { user } = await person();
        await rateLimits.consume('order', { client: ctx.state.client, person: body.attempt });
        const record = await findAttempt(dependencies, { ...body, idempotencyKey: idempotencyKey! });
        return { status: 200, body: welcome(ctx, record, user) };
      },
    }),
    defineRoute({
      method: 'get',
      isRead: true,
      path: '/api/orders',
      tag: TAG,
      summary: 'Orders, newest first, page by page',
      description: 'Staff see all, with contact and workflow; others those they take part in.',
      who: 'customer, guest; staff all',
      query: ordersQuerySchema,
      answers: { 200: pageOf(z.union([orderForAgentsSchema, orderSchema])) },
      errors: ['unauthenticated'],
      handle: async ({ query, person }) => {
        const who = await person();
        const { user, participantIds } = who;
        if (!user && participantIds.length === 0) {
          throw unauthenticated('Sign in, or open the link to your order, to see your orders.');
        }
        const seesAll = user !== null && isStaff(user.role);
        const limit = query.limit ?? PAGE_SIZE;
        const after = readCursor(cursorSchema, query.cursor);
        const found = await listOrderIds(reads.orders, {
          status: query.status,
          q: query.q,
          ...(query.attention === 'true' && { needsAttention: true }),
          ...(query.toPay === 'true' && { toPay: true }),
          of: seesAll
            ? undefined
            : { userId: user?.id, email: user ? provenEmail(user) : undefined, participantIds },
          before: after && { createdAt: after.at, id: after.id },
          limit: limit + 1,
        });
        const page = cutPage(found, limit, ({ id, createdAt }) => ({ at: createdAt, id }));
        const records = await readOrders(
          reads.orders,
          page.items.map(({ id }) => id),
        );
        return {
          status: 200,
          body: {
            items: records.map((record) =>
              seesAll ? presentForAgents(config, record) : orderFor(record.order, viewerOf(record, who)!),
            ),
            nextCursor: page.nextCursor,
          },
        };
      },
    }),
    defineRoute({
      method: 'get',
      isRead: true,
      path: '/api/orders/:id',
      tag: TAG,
      summary: 'One order, and who is looking',
      who: 'its people; staff',
      answers: { 200: orderAnswer.extend({ order: z.union([orderForAgentsSchema, orderSchema]) }) },
      errors: ['not_found'],
      handle: async ({ params, person }) => {
        const { record, viewer } = await readOrderFor(reads.orders, params['id']!, await person());
        const order = viewer.role === 'agent' ? presentForAgents(config, record) : record.order;
        return { status: 200, body: { order, viewer } };
      },
    }),
    defineRoute({
      method: 'get',
      isRead: true,
      path: '/api/orders/:id/events',
      tag: TAG,
      summary: "An order's history above a version, oldest first",
      description: 'Staff see who of them did what.',
      who: 'its people; staff',
      query: eventsQuerySchema,
      answers: { 200: pageOf(z.union([eventForAgentsSchema, eventSchema])) },
      errors: ['not_found'],
      handle: async ({ params, query, person }) => {
        const { record, viewer } = await readOrderFor(reads.orders, params['id']!, await person());
        const rows = await readEventRows(reads.orders, record.order.id, query.after ?? 0);
        const items =
          viewer.role === 'agent'
            ? await presentEventsForAgents(databases.users, rows)
            : rows.map(presentEvent);
        return { status: 200, body: pageOfWhole(items, query, ({ version }) => String(version)) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/orders/:id/session',
      tag: TAG,
      summary: "Remember a guest's order in this browser",
      description: 'Sets the cookie for the token in `Authorization: Guest <token>`.',
      who: 'guest with the token of the order',
      answers: { 204: null },
      errors: ['not_found'],
      handle: async ({ ctx, params }) => {
        const [named] = guests.participantsOf({ authorization: ctx.get('Authorization') });
        if (named === undefined) throw notFound('This order');
        await readOrderFor(reads.orders, params['id']!, { user: null, participantIds: [named] });
        guests.remember(ctx, named);
        return { status: 204 };
      },
    }),
  ];
}

function contactFor(user: SignedIn | null, { contact }: PlaceOrder): Placement['contact'] {
  if (user) return { name: user.name, email: user.email, isProven: user.emailVerified };
  return contact && { name: contact.name, email: contact.email.toLowerCase(), isProven: false };
}
