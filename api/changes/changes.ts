/** `POST /api/orders/:id/changes` and its preview: an order is changed by those who ordered it. */

import { ChangeRefused, previewChange } from '../../db/orders/changes/request-change.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { deriveId } from '../../db/ids.ts';
import { summarizeTaxes } from '../../domain/bill.ts';
import type { ChangeWish, CreateChange } from '../../domain/contract/changes.ts';
import { forbidden, notFound } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Handlers } from '../http/route.ts';
import { orderFor, type OrderAccess } from '../people/access.ts';
import type { TabFeed } from '../realtime/tab-feed.ts';
import type { Holders } from '../people/holders.ts';
import { refusalOfRequest } from './change-refusal.ts';
import { draftChange } from './draft-change.ts';
import { boundRefusal } from './owed-refusal.ts';
import { boundsOfChange } from './owed-bounds.ts';
import { makeChange, type ChangeDependencies } from './make-change.ts';

export function changeRoutes(
  dependencies: ChangeDependencies & { rateLimits: RateLimits; holders: Holders; tabs: TabFeed },
) {
  const { databases, settings, rateLimits, holders, tabs } = dependencies;
  const { orders } = databases;
  return {
    'POST /api/orders/:id/changes/preview': async ({ params, body, access }) => {
      const participantId = participantOf(access);
      assertGuests(body, participantId);
      const { order } = access.record;
      const shop = await settings.read();
      const draft = await draftChange(databases, shop, order, body, deriveId('preview', order.id));
      const bounds = boundsOfChange(shop, access.person.user?.id ?? null);
      const wanted = { orderId: params.id, participantId, ifVersion: body.ifVersion, draft, bounds };
      const plan = await previewChange(orders, wanted).catch(async (error: unknown) => {
        if (!(error instanceof ChangeRefused)) throw boundRefusal(error);
        throw refusalOfRequest(error, orderFor((await readOrder(orders, params.id))!.order, access.viewer));
      });
      const { differenceAmount, quantities, discounts } = plan;
      const notes = new Map(draft.set.map(({ lineId, note }) => [lineId, note]));
      const stays = order.lines.flatMap((line) => {
        const { quantity, discountAmount } = quantities.find(({ lineId }) => lineId === line.id) ?? line;
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
          byPayer: [{ participantId, amount: differenceAmount }],
          givesBack: plan.shares.flatMap(({ id, returnedAmount }) => {
            const share = order.shares.find((one) => one.id === id);
            if (returnedAmount === 0 || !share) return [];
            return [{ amount: returnedAmount, method: share.method ?? 'card', card: share.card }];
          }),
          bill: {
            totalAmount: order.totalAmount + differenceAmount,
            lines,
            taxes: summarizeTaxes(lines),
          },
          until: null,
        },
      };
    },
    'POST /api/orders/:id/changes': async ({ ctx, params, body, access, idempotencyKey }) => {
      const participantId = participantOf(access);
      assertGuests(body, participantId);
      await rateLimits.consume('pay', { client: ctx.state.client, person: participantId });
      const made = await makeChange(dependencies, {
        id: requestIdFor(`change ${params.id}`, participantId, idempotencyKey),
        ...{ order: access.record.order, body, participantId },
        userId: access.person.user?.id ?? null,
        network: holders.networkKey(ctx.state.client),
        show: (order) => orderFor(order, access.viewer),
      });
      const { order } = (await readOrder(orders, params.id))!;
      // A tab that is closing may owe nothing any more.
      if (order.paidAfter && order.tab) tabs.nudge(order.tab.id);
      const { viewer } = access;
      return {
        status: made.isOver ? 201 : 202,
        body: { order: orderFor(order, viewer), viewer, change: made.change },
      };
    },
  } satisfies Partial<Handlers>;
}

/** The participant whose lines they are. Somebody who has joined the tab later has none in this round. */
function participantOf({ viewer: { participantId }, record: { order } }: OrderAccess): string {
  if (participantId !== null && order.participants.some(({ id }) => id === participantId))
    return participantId;
  throw forbidden();
}

/** Throws for what guests do not decide, and for questions that nobody has asked. */
function assertGuests({ add = [], questionId, ...body }: ChangeWish | CreateChange, own: string): void {
  const isForAnother = add.some(({ participantId = own }) => participantId !== own);
  const ofStaff: Partial<CreateChange> = body;
  const isOfStaff = [ofStaff.reason, ofStaff.settle, ofStaff.discountName].some(
    (field) => field !== undefined,
  );
  if (isForAnother || isOfStaff) throw forbidden('Only staff can change an order like this.');
  if (questionId !== undefined) throw notFound('This question');
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
