/** `POST /api/orders/:id/clear-attention`: staff have seen to what an order needed a person for. */

import { orderAnswer } from '../../domain/contract/orders.ts';
import type { Databases } from '../../db/databases.ts';
import { clearAttention } from '../../db/orders/finish-order.ts';
import { readOrder } from '../../db/orders/read-order.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { readOrderFor } from '../people/access.ts';
import { assertStaff } from '../people/people.ts';

export function attentionRoutes({ databases: { orders } }: { databases: Databases }): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/api/orders/:id/clear-attention',
      tag: 'Orders',
      summary: 'Note that staff have seen to what an order needed a person for',
      description: 'Who did it is kept in its history. An order that needs nobody stays as it is.',
      who: 'staff',
      answers: { 200: orderAnswer },
      errors: ['unauthenticated', 'forbidden', 'not_found'],
      handle: async ({ params, person }) => {
        const who = await person();
        const agent = assertStaff(who);
        const { record, viewer } = await readOrderFor(orders, params['id']!, who);
        const orderId = record.order.id;
        await clearAttention(orders, orderId, agent.id);
        const { order } = (await readOrder(orders, orderId))!;
        return { status: 200, body: { order, viewer } };
      },
    }),
  ];
}
