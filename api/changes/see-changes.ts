/** `POST /api/orders/:id/changes/seen`: whoever makes an order has seen what was changed of it. */

import type { Databases } from '../../db/databases.ts';
import { seeChanges } from '../../db/orders/changes/see-changes.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { notFound } from '../http/api-error.ts';
import type { Handlers } from '../http/route.ts';

export function seeChangesRoutes({ databases: { orders } }: { databases: Databases }) {
  return {
    'POST /api/orders/:id/changes/seen': async ({ params, body, access: { viewer, show }, user }) => {
      const seen = { orderId: params.id, changeId: body.changeId, agentId: user.id };
      if (!(await seeChanges(orders, seen))) throw notFound('This change');
      const { order } = (await readOrder(orders, params.id))!;
      return { status: 200, body: { order: show(order), viewer } };
    },
  } satisfies Partial<Handlers>;
}
