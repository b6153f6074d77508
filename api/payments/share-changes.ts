/** A share of a round is taken over whole by somebody else, or what its owner has not paid is dropped. */

import type { Client } from '@temporalio/client';
import type { Databases } from '../../db/databases.ts';
import { hasEvent, readOrder } from '../../db/orders/orders/read-order.ts';
import { findTransition } from '../../domain/order.ts';
import { actorOf, mayRole, type KindOfPerson } from '../../domain/permissions.ts';
import { cover, drop } from '../../temporal/orders/messages.ts';
import { forbidden, illegalTransition, notFound } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import type { Deciders } from '../orders/deciders.ts';
import { updateOrder } from '../orders/workflow-updates.ts';
import { accessTo, orderFor, type OrderAccess } from '../people/access.ts';

export function shareChangeRoutes({
  databases: { orders },
  temporal,
  deciders,
}: {
  databases: Databases;
  temporal: Client;
  deciders: Deciders;
}) {
  const workflow = { temporal, orders, deciders };

  /** Refuses what no workflow has to be asked for. */
  function assertChangeable({ record: { order } }: OrderAccess, action: 'cover' | 'drop', as: KindOfPerson) {
    if (order.tab === null || !findTransition(order.status, action, actorOf(as)))
      throw illegalTransition(order.status, { action });
  }

  async function answer(orderId: string, { person }: OrderAccess) {
    const record = await readOrder(orders, orderId);
    const access = record && accessTo(record, person);
    if (!access) throw notFound('This order');
    return {
      status: 200 as const,
      body: { order: orderFor(record.order, access.viewer), viewer: access.viewer },
    };
  }

  return {
    'POST /api/orders/:id/shares/:shareId/cover': async ({ params, access, share, idempotencyKey }) => {
      const { participantId } = access.viewer;
      if (participantId === null) throw forbidden();
      // It is hers: there is nothing to take over.
      if (share.participantId === participantId) return answer(params.id, access);
      const requestId = requestIdFor(`cover ${share.id}`, participantId, idempotencyKey);
      const isDone = () => hasEvent(orders, params.id, `cover:${requestId}`);
      if (await isDone()) return answer(params.id, access);
      assertChangeable(access, 'cover', 'participant');
      await updateOrder(workflow, params.id, cover, {
        updateId: requestId,
        args: [{ shareId: share.id, payerId: participantId, requestId, as: 'participant' }],
        asked: { action: 'cover' },
        isDone,
      });
      return answer(params.id, access);
    },
    'POST /api/orders/:id/shares/:shareId/drop': async ({ params, access, idempotencyKey }) => {
      const { record, viewer, person } = access;
      const share = record.order.shares.find(({ id }) => id === params.shareId);
      if (!share) throw notFound('This share');
      const role = person.user?.role ?? null;
      const as = role !== null && mayRole(role, 'share.drop') ? role : 'host';
      const actorId = as === 'host' ? viewer.participantId : person.user!.id;
      if (actorId === null) throw forbidden();
      const requestId = requestIdFor(`drop ${params.shareId}`, actorId, idempotencyKey);
      const isDone = () => hasEvent(orders, params.id, `drop:${requestId}`);
      if (await isDone()) return answer(params.id, access);
      assertChangeable(access, 'drop', as);
      await updateOrder(workflow, params.id, drop, {
        updateId: requestId,
        args: [{ shareId: params.shareId, requestId, actorId, as }],
        asked: { action: 'drop' },
        isDone,
      });
      return answer(params.id, access);
    },
  } satisfies Partial<Handlers>;
}
