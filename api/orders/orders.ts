/** `POST /api/orders`, `GET /api/orders`, `GET /api/orders/:id`, `…/events`, `…/session`. */

import type { Config } from '../../config.ts';
import { z } from 'zod';
import type { PlaceOrder } from '../../domain/contract/orders.ts';
import { mayRole } from '../../domain/permissions.ts';
import {
  listOrderIds,
  presentEvent,
  readEventRows,
  readOrders,
  type OrderRecord,
} from '../../db/orders/orders/read-order.ts';
import { notFound } from '../http/api-error.ts';
import type { Request } from '../http/context.ts';
import { cutPage, pageOfWhole, readCursor } from '../http/cursor.ts';
import { readLanguage } from '../http/language.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';
import { accessTo, orderFor, provenEmail, readOrderFor } from '../people/access.ts';
import type { Guests } from '../people/guests.ts';
import type { Holders } from '../people/holders.ts';
import type { SignedIn } from '../people/people.ts';
import { findAttempt, placeOrder, type Placement, type PlaceOrderDependencies } from './place-order.ts';
import { presentEventsForAgents } from './present-events.ts';
import { presentForAgents } from './present-order.ts';

const PAGE_SIZE = 25;
const cursorSchema = z.strictObject({ at: z.iso.datetime(), id: z.uuid() });

export interface OrderRouteDependencies extends PlaceOrderDependencies {
  readonly config: Config;
  readonly guests: Guests;
  readonly rateLimits: RateLimits;
  readonly holders: Holders;
  readonly reads: Reads;
}

export function orderRoutes(dependencies: OrderRouteDependencies) {
  const { databases, guests, rateLimits, config, holders, reads } = dependencies;

  /**
   * The response to a caller who placed the order or proved a part in it: with a guest token unless the order is her
   * account's.
   */
  async function welcome(ctx: Request, record: OrderRecord, user: SignedIn | null) {
    const { order, userIds } = record;
    const found = accessTo(record, { user, participantIds: [order.host] })!;
    const viewer = { ...found.viewer, role: 'host' as const, participantId: order.host };
    if (user && userIds.get(order.host) === user.id) return { order, viewer };
    await guests.remember(ctx, order.host);
    return { order, viewer, guestToken: guests.tokenFor(order.host) };
  }

  return {
    'POST /api/orders': async ({ ctx, body, person, idempotencyKey, requestId }) => {
      const { user } = await person();
      const contact = contactFor(user, body);
      await rateLimits.consume('order', { client: ctx.state.client, person: user?.id ?? contact?.email });
      const record = await placeOrder(dependencies, {
        body,
        idempotencyKey,
        requestId,
        userId: user?.id ?? null,
        contact: contact && { ...contact, language: readLanguage(ctx) },
        network: holders.networkKey(ctx.state.client),
        holder: holders.holderOf(user, contact?.email, ctx.state.client),
      });
      return { status: 201, body: await welcome(ctx, record, user) };
    },
    'POST /api/orders/find': async ({ ctx, body, person, idempotencyKey }) => {
      const { user } = await person();
      await rateLimits.consume('order', { client: ctx.state.client, person: body.attempt });
      const record = await findAttempt(dependencies, { ...body, idempotencyKey });
      return { status: 200, body: await welcome(ctx, record, user) };
    },
    'GET /api/orders': async ({ query, person }) => {
      const who = await person();
      const { user, participantIds } = who;
      const seesAll = mayRole(user?.role ?? null, 'order.list_all');
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
            seesAll
              ? presentForAgents(config, record)
              : orderFor(record.order, accessTo(record, who)!.viewer),
          ),
          nextCursor: page.nextCursor,
        },
      };
    },
    'GET /api/orders/:id': async ({ access }) => {
      const { record, viewer, show } = access;
      const isInside = access.may('order.read_inside');
      return {
        status: 200,
        body: { order: isInside ? presentForAgents(config, record) : show(record.order), viewer },
      };
    },
    'GET /api/orders/:id/events': async ({ params, query, access }) => {
      const rows = await readEventRows(reads.orders, params.id, query.after ?? 0);
      const items = access.may('order.read_inside')
        ? await presentEventsForAgents(databases.users, rows)
        : rows.map(presentEvent);
      return { status: 200, body: pageOfWhole(items, query, ({ version }) => String(version)) };
    },
    'POST /api/orders/:id/session': async ({ ctx, params }) => {
      const [named] = guests.participantsOf({ authorization: ctx.get('Authorization') });
      if (named === undefined) throw notFound('This order');
      await readOrderFor(reads.orders, params.id, { user: null, participantIds: [named] });
      await guests.remember(ctx, named);
      return { status: 204 };
    },
  } satisfies Partial<Handlers>;
}

function contactFor(
  user: SignedIn | null,
  { contact }: PlaceOrder,
): Omit<NonNullable<Placement['contact']>, 'language'> | undefined {
  if (user) return { name: user.name, email: user.email, isProven: user.emailVerified };
  return contact && { name: contact.name, email: contact.email.toLowerCase(), isProven: false };
}
