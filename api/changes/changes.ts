/** `POST /api/orders/:id/changes` and its preview: an order is changed by those who ordered it, or by staff. */

import { ChangeRefused } from '../../db/orders/changes/change-refused.ts';
import { previewChange } from '../../db/orders/changes/request-change.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { deriveId } from '../../db/ids.ts';
import { summarizeTaxes } from '../../domain/bill.ts';
import { waivedAmount } from '../../domain/change.ts';
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
      const { quantities, discounts, byPayer } = plan;
      const discountAmount = waivedAmount(plan);
      const differenceAmount = plan.differenceAmount + discountAmount;
      const notes = new Map(draft.set.map(({ lineId, note }) => [lineId, note]));
      const stays = order.lines.flatMap((line) => {
        const after = quantities.find(({ lineId }) => lineId === line.id) ?? line;
        const { quantity, discountAmount } = after;
        const note = notes.get(line.id);
        const amount = quantity * line.unitAmount - discountAmount;
        return quantity === 0
          ? []
          : [{ ...line, quantity, amount, discountAmount, note: note === undefined ? line.note : note }];
      });
      const lines = [
        ...stays.map((line) => ({ ...shown(line), id: line.id })),
        ...draft.add.map((line) => {
          const discountAmount = discounts.find(({ lineId }) => lineId === line.id)?.amount ?? 0;
          return { ...shown({ ...line, amount: line.amount - discountAmount, discountAmount }), id: null };
        }),
      ];
      return {
        status: 200,
        body: {
          differenceAmount,
          discountAmount,
          byPayer: byPayer.map((payer) => ({
            ...{ participantId: payer.participantId, amount: payer.differenceAmount },
          })),
          givesBack: byPayer
            .filter((payer) => payer.participantId === participantId)
            .flatMap(({ shares }) => shares)
            .flatMap(({ id, returnedAmount }) => {
              const share = order.shares.find((one) => one.id === id);
              if (returnedAmount === 0 || !share) return [];
              return [{ amount: returnedAmount, method: share.method ?? 'card', card: share.card }];
            }),
          bill: {
            totalAmount: order.totalAmount + plan.differenceAmount,
            lines,
            taxes: summarizeTaxes(lines),
          },
          until: null,
        },
      };
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

interface Shown {
  readonly variantId: string;
  readonly name: string;
  readonly options: { id: string; group: string; name: string; amount: number }[];
  readonly quantity: number;
  readonly unitAmount: number;
  readonly amount: number;
  readonly discountAmount: number;
  readonly taxRate: number;
  readonly note: string | null;
}

/** Leaves out what a preview does not tell of a line. */
function shown(line: Shown): Shown {
  const { variantId, name, options, quantity, unitAmount, amount, discountAmount, taxRate, note } = line;
  return { variantId, name, options, quantity, unitAmount, amount, discountAmount, taxRate, note };
}
