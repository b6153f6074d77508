/** `POST /api/orders/:id/cancel` and `…/advance`: what hosts and staff ask of an order's workflow. */

import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Config } from '../../config.ts';
import { mayRole } from '../../domain/permissions.ts';
import { findTransition, hasEnded, type OrderStatus } from '../../domain/order.ts';
import type { Databases } from '../../db/databases.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import {
  insertCancelRequest,
  readCancelRequest,
  refuseCancelRequest,
} from '../../db/orders/orders/cancel-requests.ts';
import { advance, cancel } from '../../temporal/orders/messages.ts';
import { ApiError, forbidden, idempotencyConflict, illegalTransition } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import type { Deciders } from './deciders.ts';
import { updateOrder } from './workflow-updates.ts';

/** How long a command waits for its outcome before it answers 202. */
export const OUTCOME_MS = 10_000;

export interface CommandDependencies {
  readonly config: Config;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

export function commandRoutes(dependencies: CommandDependencies) {
  const { databases, temporal, feed, deciders } = dependencies;
  const { orders } = databases;
  const workflow = { temporal, orders, deciders };

  /** Throws what an advance failed with, unless another agent was quicker with the same step. */
  async function assertDone(error: unknown, orderId: string, to: OrderStatus): Promise<void> {
    const now = isIllegal(error) ? await readOrder(orders, orderId) : undefined;
    if (now?.order.status !== to) throw error;
  }

  return {
    'POST /api/orders/:id/cancel': async ({ params, body, access, idempotencyKey }) => {
      const { record, viewer, person } = access;
      if (body.restock !== undefined && !access.may('order.restock')) throw forbidden();
      const orderId = params.id;
      // Who may by her role acts for the shop, whatever she is to the order besides.
      const agent = mayRole(person.user?.role ?? null, 'order.cancel') ? person.user : null;
      const by = agent ? 'agent' : 'host';
      const actorId = agent?.id ?? record.order.host;
      const cancelRequestId = requestIdFor(`cancel ${orderId}`, actorId, idempotencyKey);
      const before = await readCancelRequest(orders, cancelRequestId);
      const wish = { reason: body.reason ?? null, restock: body.restock ?? false };
      if (before && (before.reason ?? null) !== wish.reason) throw idempotencyConflict();
      if (before && before.restock !== wish.restock) throw idempotencyConflict();
      if (!before || !hasEnded(record.order.status)) {
        // The table is asked first, so that what it forbids leaves no row behind; the workflow decides.
        if (hasEnded(record.order.status)) throw illegalTransition(record.order.status, { action: 'cancel' });
        await deciders.assertReady();
        await insertCancelRequest(orders, { id: cancelRequestId, orderId, ...wish, actor: by, actorId });
        try {
          await updateOrder(workflow, orderId, cancel, {
            updateId: cancelRequestId,
            args: [{ by, cancelRequestId }],
            asked: { action: 'cancel' },
          });
        } catch (error) {
          // A wish whose message was lost is seen to later; one that was refused is not.
          if (isIllegal(error)) await refuseCancelRequest(orders, cancelRequestId);
          throw error;
        }
      }
      let current = record;
      const isOver = async () => {
        current = (await readOrder(orders, orderId)) ?? current;
        return hasEnded(current.order.status);
      };
      const status = (await feed.waitFor(orderId, isOver, OUTCOME_MS)) ? 200 : 202;
      return { status, body: { order: current.order, viewer } };
    },
    'POST /api/orders/:id/advance': async ({ body, access: { record, viewer, show }, user }) => {
      const { id: orderId, status } = record.order;
      if (status === body.to) return { status: 200, body: { order: show(record.order), viewer } };
      if (findTransition(status, 'advance', 'agent')?.to !== body.to) {
        throw illegalTransition(status, { to: body.to });
      }
      // Two agents who press the same button ask for the same step: the record does it once, for both.
      await updateOrder(workflow, orderId, advance, {
        updateId: `advance-${body.to}-${randomUUID()}`,
        args: [{ to: body.to, agentId: user.id }],
        asked: { to: body.to },
      }).catch((error: unknown) => assertDone(error, orderId, body.to));
      const { order } = (await readOrder(orders, orderId))!;
      return { status: 200, body: { order: show(order), viewer } };
    },
  } satisfies Partial<Handlers>;
}

function isIllegal(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'illegal_transition';
}
