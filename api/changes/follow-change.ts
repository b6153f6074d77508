/** Has an order's workflow work on a change, and waits for what comes of it, as far as the caller can do no more. */

import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { recordChangeGivenUp } from '../../db/orders/changes/end-change.ts';
import { isNamed } from '../../db/orders/changes/pay-change.ts';
import { readChange, readChangePayers } from '../../db/orders/changes/request-change.ts';
import type { ChangeRow } from '../../db/orders/entities/change.ts';
import type { PaymentRow } from '../../db/orders/entities/payment.ts';
import { readAttempt } from '../../db/orders/payments/attempts.ts';
import { readPaymentOfShare } from '../../db/orders/payments/payments.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import type { changeSchema } from '../../domain/contract/changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { PAID_STATES } from '../../domain/payment.ts';
import type { KindOfPerson } from '../../domain/permissions.ts';
import { answer, change } from '../../temporal/orders/messages.ts';
import { ApiError } from '../http/api-error.ts';
import { waitForOutcome } from '../http/command.ts';
import type { Deciders } from '../orders/deciders.ts';
import { updateOrder } from '../orders/workflow-updates.ts';
import { presentPayment } from '../payments/pay-share.ts';
import { readPaymentBack } from '../payments/read-back.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import { cardDeclined, refusalOfEnd } from './change-refusal.ts';

export interface ChangeDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

/** Who follows a change. */
export interface Follower {
  /** Whose part of it the caller pays; null: staff, who pay none on their phone. */
  readonly participantId: string | null;
  /** The attempt that the caller has made to pay it. */
  readonly attemptId?: string | undefined;
  /** Returns an order as the caller may see it. */
  readonly show: (order: Order) => Order;
}

/** What came of a change: applied, or it waits for somebody; `isOver: false`: it is still on its way. */
export interface MadeChange {
  readonly change: z.output<typeof changeSchema>;
  readonly isOver: boolean;
}

/**
 * Waits until a change is over, or the caller can do no more for it. Throws what refusalOfEnd says for one that was given
 * up, and card_declined for an attempt after which she may try again. `isAgain`: she asks what her bank has said, so that
 * her payment is read back.
 */
export async function followChange(
  { databases, feed, temporal }: ChangeDependencies,
  row: ChangeRow,
  follower: Follower,
  { isEnded = false, isAgain = false }: { isEnded?: boolean; isAgain?: boolean } = {},
): Promise<MadeChange> {
  const { orders } = databases;
  const read = () => look(databases, row.id, follower);
  const { seen, isOver } = await waitForOutcome(feed, row.orderId, await read(), {
    read,
    isOver: ({ change: { status }, waits, isNamed }) =>
      status === 'given_up' || (status === 'applied' && !isNamed) || (status === 'held' && !isEnded && waits),
  });
  const { change: now, payment, declineCode } = seen;
  if (now.status === 'given_up' && !isEnded)
    throw refusalOfEnd(now, follower.show((await readOrder(orders, now.orderId))!.order), declineCode);
  if (now.status === 'held' && takesRetries(now) && declineCode !== null) throw cardDeclined(declineCode);
  if (isAgain && payment?.status === 'requires_action')
    await readPaymentBack(temporal, { orderId: now.orderId, paymentId: payment.id });
  const deadline = now.deadline && seen.isToPay ? new Date(now.deadline).toISOString() : null;
  const { id, status, reason, differenceAmount } = now;
  return {
    isOver,
    change: {
      ...{ id, status, reason: reason ?? null, differenceAmount, deadline },
      payment: payment ? presentPayment(payment, false) : null,
    },
  };
}

/** Has the workflow look at it. A change that it refuses to begin with, or that nothing works on, is over. */
export async function tellOfChange(
  { databases, temporal, deciders }: ChangeDependencies,
  row: ChangeRow,
  { updateId, as, isDone }: { updateId: string; as: KindOfPerson; isDone: (row: ChangeRow) => boolean },
): Promise<void> {
  const { id: changeId, orderId } = row;
  try {
    const workflow = { temporal, orders: databases.orders, deciders };
    const told = {
      updateId,
      isDone: async () => {
        const now = await readChange(databases.orders, changeId);
        return now !== undefined && isDone(now);
      },
    };
    if (row.questionId)
      await updateOrder(workflow, orderId, answer, {
        ...{ ...told, asked: { action: 'answer' } },
        args: [{ changeId, as }],
      });
    else
      await updateOrder(workflow, orderId, change, {
        ...{ ...told, asked: { action: 'change' } },
        args: [{ changeId, as }],
      });
  } catch (error) {
    if (row.status === 'requested' && error instanceof ApiError && error.code === 'illegal_transition')
      await dropChange(databases, row);
    throw error;
  }
}

/** Ends a change that no workflow has begun with. */
export async function dropChange({ orders }: Databases, { id, orderId }: ChangeRow): Promise<void> {
  await recordChangeGivenUp(orders, { orderId, changeId: id, reason: 'refused' });
}

/** Whether its payers may try again after a decline; a guest's change is given up then. */
function takesRetries({ madeBy }: ChangeRow): boolean {
  return madeBy !== 'guest';
}

interface Seen {
  readonly change: ChangeRow;
  /** The caller's payment of her part. */
  readonly payment: PaymentRow | undefined;
  readonly declineCode: string | null;
  /** Whether somebody has something to pay. */
  readonly isToPay: boolean;
  /** Whether the order still works on it: its stock and its captures follow. */
  readonly isNamed: boolean;
  /** Whether it waits for somebody, and the caller's payment, if she made one, is decided or waits for her. */
  readonly waits: boolean;
}

async function look(
  { orders }: Databases,
  id: string,
  { participantId, attemptId }: Follower,
): Promise<Seen> {
  const [now, isStillNamed, payers, attempt] = await Promise.all([
    readChange(orders, id),
    isNamed(orders, id),
    readChangePayers(orders, id),
    attemptId === undefined ? undefined : readAttempt(orders, attemptId),
  ]);
  const payments = await Promise.all(
    payers.map(async ({ shareId }) => (shareId ? readPaymentOfShare(orders, shareId) : undefined)),
  );
  const isPaid = (index: number) => PAID_STATES.some((paid) => paid === payments[index]?.status);
  const isOpen = (index: number) => {
    const { agreedAt, payAmount } = payers[index]!;
    return !agreedAt || (payAmount > 0 && !isPaid(index));
  };
  const own = payers.findIndex((payer) => payer.participantId === participantId);
  const payment = attempt?.paymentId ? payments[own] : undefined;
  const declineCode = attempt?.status === 'declined' ? (attempt.declineCode ?? 'generic_decline') : null;
  const others = payers.some((_payer, index) => index !== own && isOpen(index));
  const isAtBank = payment?.status === 'requires_action';
  const isDecided = attempt === undefined || isPaid(own);
  return {
    change: now!,
    payment,
    declineCode,
    isToPay: payers.some(({ payAmount }) => payAmount > 0),
    isNamed: isStillNamed,
    waits:
      isAtBank ||
      (declineCode !== null && takesRetries(now!)) ||
      (others && isDecided) ||
      (attemptId === undefined && own >= 0 && isOpen(own)),
  };
}
