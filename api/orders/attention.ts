/** `POST /api/orders/:id/clear-attention`: staff resolve a reason for attention. */

import type { Client } from '@temporalio/client';
import type { Databases } from '../../db/databases.ts';
import { clearAttention } from '../../db/orders/orders/attention.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { tellOrder } from './workflow-updates.ts';

export function attentionRoutes({
  databases: { orders },
  temporal,
}: {
  databases: Databases;
  temporal: Client;
}) {
  return {
    'POST /api/orders/:id/clear-attention': async ({
      params,
      body,
      access: { viewer },
      user,
      idempotencyKey,
    }) => {
      const orderId = params.id;
      const requestId = requestIdFor(`clear-attention ${orderId}`, user.id, idempotencyKey);
      await clearAttention(orders, orderId, { requestId, agentId: user.id, reason: body.reason });
      await tellOrder(temporal, orderId);
      const { order } = (await readOrder(orders, orderId))!;
      return { status: 200, body: { order, viewer } };
    },
  } satisfies Partial<Handlers>;
}
