/** `POST /api/orders/:id/clear-attention`: staff have seen to what an order needed a person for. */

import type { Client } from '@temporalio/client';
import { clearAttentionSchema, orderAnswer } from '../../domain/contract/orders.ts';
import type { Databases } from '../../db/databases.ts';
import { clearAttention } from '../../db/orders/orders/attention.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { requestIdFor } from '../http/idempotency.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { readOrderFor } from '../people/access.ts';
import { assertStaff } from '../people/people.ts';
import { tellOrder } from './workflow-updates.ts';

export function attentionRoutes({
  databases: { orders },
  temporal,
}: {
  databases: Databases;
  temporal: Client;
}): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/api/orders/:id/clear-attention',
      tag: 'Orders',
      summary: 'Note that staff have seen to what an order needed a person for',
      description:
        'Clears `reason`, or the first of `attention`; the others stay. Who did it is kept in its history. An order ' +
        'that needs nobody for it stays as it is.',
      who: 'staff',
      body: clearAttentionSchema,
      answers: { 200: orderAnswer },
      errors: ['unauthenticated', 'forbidden', 'not_found'],
      handle: async ({ params, body, person, idempotencyKey }) => {
        const who = await person();
        const agent = assertStaff(who);
        const { record, viewer } = await readOrderFor(orders, params['id']!, who);
        const orderId = record.order.id;
        const requestId = requestIdFor(`clear-attention ${orderId}`, agent.id, idempotencyKey);
        await clearAttention(orders, orderId, { requestId, agentId: agent.id, reason: body.reason });
        await tellOrder(temporal, orderId);
        const { order } = (await readOrder(orders, orderId))!;
        return { status: 200, body: { order, viewer } };
      },
    }),
  ];
}
