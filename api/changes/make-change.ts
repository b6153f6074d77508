/** `POST /api/orders/:id/changes`: writes the change, has the order's workflow carry it out, and tells what came of it. */

import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { recordChangeGivenUp } from '../../db/orders/changes/change-steps.ts';
import {
  changeAttemptIdOf,
  ChangeRefused,
  changeShareIdOf,
  readChange,
  requestChange,
} from '../../db/orders/changes/request-change.ts';
import type { ChangeRow } from '../../db/orders/entities/change.ts';
import { insertCardAttempt, readAttempt } from '../../db/orders/payments/attempts.ts';
import { readPayment } from '../../db/orders/payments/payments.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import type { changeSchema, CreateChange } from '../../domain/contract/changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { declineBoundsOf } from '../../domain/settings.ts';
import { boundsOfChange } from './owed-bounds.ts';
import { change } from '../../temporal/orders/messages.ts';
import { ApiError } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { hashBody } from '../http/idempotency.ts';
import type { Deciders } from '../orders/deciders.ts';
import { updateOrder } from '../orders/workflow-updates.ts';
import { noCard } from '../payments/no-card.ts';
import { judgePayer } from '../payments/payer.ts';
import { presentPayment } from '../payments/pay-share.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import { refusalOfEnd, refusalOfRequest } from './change-refusal.ts';
import { draftChange } from './draft-change.ts';
import { boundRefusal } from './owed-refusal.ts';

/** How long a change may wait until its hold is decided: its caller waits for the workflow, and then for the outcome. */
const ACCEPT_MS = 15_000;

export interface ChangeDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

/** A validated request, and its caller. */
export interface SentChange {
  readonly id: string;
  readonly order: Order;
  readonly body: CreateChange;
  readonly participantId: string;
  readonly userId: string | null;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
  /** Returns an order as the caller may see it. */
  readonly show: (order: Order) => Order;
}

/** What came of a change: applied, or its payer is at her bank; `isOver: false`: it is still on its way. */
export interface MadeChange {
  readonly change: z.output<typeof changeSchema>;
  readonly isOver: boolean;
}

/**
 * Makes the change, or tells what became of it. Throws the errors of change-refusal.ts, forbidden, counter_only,
 * too_many_requests, idempotency_conflict and try_again: then nothing is charged, and the order is as it was.
 */
export async function makeChange(dependencies: ChangeDependencies, sent: SentChange): Promise<MadeChange> {
  const { databases, settings, deciders } = dependencies;
  const { id, body, order, participantId, userId } = sent;
  const requestHash = hashBody(body);
  const { payment } = body;
  return runCommand<ChangeRow, MadeChange, Checked>({
    before: await readChange(databases.orders, id),
    isSame: (row) => row.requestHash === requestHash,
    check: async () => {
      const shop = await settings.read();
      const payer = await readPayer(databases.users, {
        paymentMethodId: payment?.paymentMethodId ?? null,
        userId,
      });
      return {
        shop,
        account: judgePayer(payer, userId, payment?.savePaymentMethod ?? false, ['payment']),
        draft: await draftChange(databases, shop, order, body, id),
      };
    },
    assertReady: deciders.assertReady,
    write: async ({ shop, account, draft }) => {
      const row = await request(dependencies, sent, {
        ...{ id, orderId: order.id, requestHash, participantId, actorId: userId ?? participantId, draft },
        ...{ ifVersion: body.ifVersion, expectedDifference: body.expectedDifference, acceptForMs: ACCEPT_MS },
        bounds: boundsOfChange(shop, userId),
      });
      if (row.differenceAmount <= 0 || order.paidAfter || order.status === 'awaiting_payment') return row;
      const written = await insertCardAttempt(databases.orders, {
        ...{
          id: changeAttemptIdOf(id),
          orderId: order.id,
          shareId: changeShareIdOf(id),
          participantId,
          requestHash,
        },
        ...{ paymentMethodId: payment?.paymentMethodId ?? null, tipAmount: 0, account },
        card: { network: sent.network, bounds: declineBoundsOf(shop) },
      });
      if (!('refused' in written)) return row;
      await drop(dependencies, row);
      throw noCard(written.refused);
    },
    carryOut: (row) => carryOut(dependencies, sent, row),
  });
}

interface Checked {
  readonly shop: Awaited<ReturnType<Settings['read']>>;
  readonly account: ReturnType<typeof judgePayer>;
  readonly draft: Awaited<ReturnType<typeof draftChange>>;
}

async function request(
  { databases: { orders } }: ChangeDependencies,
  { order, show }: SentChange,
  wanted: Parameters<typeof requestChange>[1],
): Promise<ChangeRow> {
  try {
    return await requestChange(orders, wanted);
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw boundRefusal(error);
    throw refusalOfRequest(error, show((await readOrder(orders, order.id))!.order));
  }
}

/** Ends a change that no workflow has begun with. */
async function drop(
  { databases: { orders } }: ChangeDependencies,
  { id, orderId }: ChangeRow,
): Promise<void> {
  await recordChangeGivenUp(orders, { orderId, changeId: id, reason: 'refused' });
}

async function carryOut(
  dependencies: ChangeDependencies,
  sent: SentChange,
  row: ChangeRow,
): Promise<MadeChange> {
  const { databases, feed } = dependencies;
  const { orders } = databases;
  const { orderId } = row;
  if (row.status === 'requested') await tell(dependencies, row);
  const { seen, isOver } = await waitForOutcome(feed, orderId, await look(databases, row.id), {
    read: () => look(databases, row.id),
    isOver: ({ change: { status, shareId }, payment }) =>
      status === 'given_up' ||
      (status === 'applied' && (!shareId || payment?.status !== 'authorized')) ||
      (status === 'held' && payment?.status === 'requires_action'),
  });
  const { change: now, payment, declineCode } = seen;
  if (now.status === 'given_up') {
    throw refusalOfEnd(now, sent.show((await readOrder(orders, orderId))!.order), declineCode);
  }
  const deadline = now.shareId && now.deadline ? new Date(now.deadline).toISOString() : null;
  return {
    isOver,
    change: {
      ...{ id: now.id, status: now.status, reason: null, differenceAmount: now.differenceAmount, deadline },
      payment: payment ? presentPayment(payment, false) : null,
    },
  };
}

/** Has the workflow begin with it. A change that it refuses, or that nothing works on, is over. */
async function tell(dependencies: ChangeDependencies, row: ChangeRow): Promise<void> {
  const { databases, temporal, deciders } = dependencies;
  const { id: changeId, orderId } = row;
  try {
    await updateOrder({ temporal, orders: databases.orders, deciders }, orderId, change, {
      updateId: changeId,
      args: [{ changeId, as: 'participant' }],
      asked: { action: 'change' },
      isDone: async () => (await readChange(databases.orders, changeId))?.status !== 'requested',
    });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'illegal_transition') await drop(dependencies, row);
    throw error;
  }
}

async function look({ orders }: Databases, id: string) {
  const now = (await readChange(orders, id))!;
  const attempt = now.shareId ? await readAttempt(orders, changeAttemptIdOf(id)) : undefined;
  const payment = attempt?.paymentId ? await readPayment(orders, attempt.paymentId) : undefined;
  return { change: now, payment, declineCode: attempt?.declineCode ?? null };
}
