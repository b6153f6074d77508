/** `POST /api/orders/:id/changes` and its preview: an order is changed by those who ordered it, or by staff. */

import { ChangeRefused } from '../../db/orders/changes/change-refused.ts';
import { previewChange } from '../../db/orders/changes/request-change.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { deriveId } from '../../db/ids.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Handlers } from '../http/route.ts';
import { orderFor, type OrderAccess } from '../people/access.ts';
import type { Holders } from '../people/holders.ts';
import type { TabFeed } from '../realtime/tab-feed.ts';
import { agree, withdraw } from './agree.ts';
import { refusalOfRequest } from './change-refusal.ts';
import { draftChange } from './draft-change.ts';
import type { ChangeDependencies, MadeChange } from './follow-change.ts';
import { makeChange } from './make-change.ts';
import { makerOf } from './maker.ts';
import { boundsOfChange } from './owed-bounds.ts';
import { boundRefusal } from './owed-refusal.ts';
import { presentPreview } from './present-preview.ts';

export function changeRoutes(
  dependencies: ChangeDependencies & { rateLimits: RateLimits; holders: Holders; tabs: TabFeed },
) {
  const { databases, settings, rateLimits, holders, tabs } = dependencies;
  const { orders } = databases;

  async function answer({ viewer }: OrderAccess, orderId: string, { change }: MadeChange) {
    const { order } = (await readOrder(orders, orderId))!;
    // A tab that is closing may owe nothing any more.
    if (order.paidAfter && order.tab) tabs.nudge(order.tab.id);
    return { order: orderFor(order, viewer), viewer, change };
  }

  return {
    'POST /api/orders/:id/changes/preview': async ({ params, body, access }) => {
      const { by, participantId } = makerOf(access, body, { isPreview: true });
      const { order } = access.record;
      const shop = await settings.read();
      const draft = await draftChange(databases, shop, order, body, {
        ...{ changeId: deriveId('preview', order.id), participantId },
      });
      const bounds = by === 'guest' ? boundsOfChange(shop, access.person.user?.id ?? null) : undefined;
      const wanted = { orderId: params.id, by, participantId, ifVersion: body.ifVersion, draft, bounds };
      const plan = await previewChange(orders, wanted).catch(async (error: unknown) => {
        if (!(error instanceof ChangeRefused)) throw boundRefusal(error);
        throw refusalOfRequest(error, orderFor((await readOrder(orders, params.id))!.order, access.viewer));
      });
      return { status: 200, body: presentPreview(order, draft, plan, participantId) };
    },
    'POST /api/orders/:id/changes': async ({ ctx, params, body, access, idempotencyKey }) => {
      const maker = makerOf(access, body);
      const person = maker.participantId ?? maker.actorId;
      await rateLimits.consume('pay', { client: ctx.state.client, person });
      const made = await makeChange(dependencies, {
        id: requestIdFor(`change ${params.id}`, person, idempotencyKey),
        ...{ order: access.record.order, body, maker },
        userId: access.person.user?.id ?? null,
        network: holders.networkKey(ctx.state.client),
        show: (order) => orderFor(order, access.viewer),
      });
      return { status: made.isOver ? 201 : 202, body: await answer(access, params.id, made) };
    },
    'POST /api/orders/:id/changes/:changeId/agree': async ({ ctx, params, body, access, idempotencyKey }) => {
      const { participantId } = access.viewer;
      const person = participantId ?? access.person.user?.id ?? '';
      await rateLimits.consume('pay', { client: ctx.state.client, person });
      const made = await agree(dependencies, {
        id: requestIdFor(`agree ${params.changeId}`, person, idempotencyKey),
        ...{ changeId: params.changeId, body, access },
        network: holders.networkKey(ctx.state.client),
      });
      return { status: made.isOver ? 201 : 202, body: await answer(access, params.id, made) };
    },
    'POST /api/orders/:id/changes/:changeId/withdraw': async ({ params, access }) => {
      const made = await withdraw(dependencies, { changeId: params.changeId, access });
      return { status: made.isOver ? 200 : 202, body: await answer(access, params.id, made) };
    },
  } satisfies Partial<Handlers>;
}
