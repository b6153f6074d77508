/** `POST /api/orders/:id/cancel` and `…/advance`: commands of hosts and staff to an order's workflow. */

import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { actorOf, mayRole, type KindOfPerson } from '../../domain/permissions.ts';
import { findTransition, hasEnded } from '../../domain/order.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import {
  insertCancelRequest,
  isCanceledBy,
  readCancelRequest,
  refuseCancelRequest,
} from '../../db/orders/orders/cancel-requests.ts';
import { advance, cancel } from '../../temporal/orders/messages.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { ApiError, forbidden, illegalTransition } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { readRoundPayers } from '../../db/orders/tabs/cancel-lines.ts';
import { alreadyClaimed } from '../payments/cancel-lines.ts';
import { assertMayGiveBack, paidWith } from '../payments/refund-limit.ts';
import type { OrderAccess } from '../people/access.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import type { Deciders } from './deciders.ts';
import { updateOrder } from './workflow-updates.ts';

export interface CommandDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

export function commandRoutes(dependencies: CommandDependencies) {
  const { settings, databases, temporal, feed, deciders } = dependencies;
  const { orders } = databases;
  const workflow = { temporal, orders, deciders };

  async function tellCancel(
    orderId: string,
    cancelRequestId: string,
    { by, as }: CancelAsker,
  ): Promise<void> {
    try {
      await updateOrder(workflow, orderId, cancel, {
        updateId: cancelRequestId,
        args: [{ by, as, cancelRequestId }],
        asked: { action: 'cancel' },
        isDone: () => isCanceledBy(orders, orderId, cancelRequestId),
      });
    } catch (error) {
      // A request whose message was lost is handled later; a refused one is not.
      if (isIllegal(error)) await refuseCancelRequest(orders, cancelRequestId);
      throw error;
    }
  }

  /**
   * Throws if canceling it would give back more than the caller may. Nothing is taken off a round that is paid after
   * while somebody is paying a part of it; the record decides that again.
   */
  async function assertMayCancel(
    { order }: OrderRecord,
    limits: ShopSettings,
    as: KindOfPerson,
  ): Promise<void> {
    const { currency } = order;
    if (!order.paidAfter) return assertMayGiveBack(limits, as, { paidAmount: paidWith(order), currency });
    const { claimant, paidAmount } = await readRoundPayers(orders, order.id);
    if (claimant !== undefined) throw alreadyClaimed(claimant);
    assertMayGiveBack(limits, as, { paidAmount, currency });
  }

  return {
    'POST /api/orders/:id/cancel': async ({ params, body, access, idempotencyKey }) => {
      if (body.restock !== undefined && !access.may('order.restock')) throw forbidden();
      const { record, viewer } = access;
      const orderId = params.id;
      const asker = askerOf(access);
      const id = requestIdFor(`cancel ${orderId}`, asker.actorId, idempotencyKey);
      const wish = { reason: body.reason ?? null, restock: body.restock ?? false };
      const write = async () => {
        await insertCancelRequest(orders, { id, orderId, ...wish, actor: asker.by, actorId: asker.actorId });
        return (await readCancelRequest(orders, id))!;
      };
      // Somebody began to pay a part of it after this was asked.
      let isRefused = false;
      const [before, shop] = await Promise.all([readCancelRequest(orders, id), settings.read()]);
      const { seen, isOver } = await runCommand({
        before,
        isSame: ({ reason, restock }) => (reason ?? null) === wish.reason && restock === wish.restock,
        // The transition table is checked first, so that a forbidden request writes no row. The workflow decides.
        check: async () => {
          if (hasEnded(record.order.status))
            throw illegalTransition(record.order.status, { action: 'cancel' });
          await assertMayCancel(record, shop, asker.as);
        },
        assertReady: deciders.assertReady,
        write,
        carryOut: async (row) => {
          if (!hasEnded(record.order.status)) {
            if (row === before) {
              // The request may predate the payment, and a refused one must be handled again.
              await assertMayCancel(record, shop, asker.as);
              await write();
            }
            await tellCancel(orderId, id, asker);
          }
          return waitForOutcome(feed, orderId, record, {
            read: async () => {
              isRefused = record.order.paidAfter && (await readCancelRequest(orders, id))?.refusedAt != null;
              return readOrder(orders, orderId);
            },
            isOver: ({ order }) => hasEnded(order.status) || isRefused,
          });
        },
      });
      if (isRefused && !hasEnded(seen.order.status))
        throw alreadyClaimed((await readRoundPayers(orders, orderId)).claimant);
      return { status: isOver ? 200 : 202, body: { order: seen.order, viewer } };
    },
    'POST /api/orders/:id/advance': async ({ body: { to }, access: { record, viewer, show }, user }) => {
      const { id: orderId, status } = record.order;
      if (status !== to) {
        if (findTransition(status, 'advance', 'agent')?.to !== to) throw illegalTransition(status, { to });
        // Two agents who press the same button ask for the same step, which the record takes once.
        await updateOrder(workflow, orderId, advance, {
          updateId: `advance-${to}-${randomUUID()}`,
          args: [{ to, agentId: user.id, as: user.role }],
          asked: { to },
          isDone: async () => (await readOrder(orders, orderId))?.order.status === to,
        });
      }
      const now = status === to ? record : (await readOrder(orders, orderId))!;
      return { status: 200, body: { order: show(now.order), viewer } };
    },
  } satisfies Partial<Handlers>;
}

interface CancelAsker {
  readonly as: KindOfPerson;
  readonly by: 'host' | 'agent';
  readonly actorId: string;
}

/** The role in which somebody cancels: if her role permits it, she acts for the shop, even on her own order. */
function askerOf({ record, viewer, person: { user } }: OrderAccess): CancelAsker {
  const as = user && mayRole(user.role, 'order.cancel') ? user.role : 'host';
  const by = actorOf(as);
  return { as, by, actorId: by === 'agent' ? user!.id : (viewer.participantId ?? record.order.host) };
}

function isIllegal(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'illegal_transition';
}
