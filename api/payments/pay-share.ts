/** Asks an order's workflow to authorize a share, and responds with the outcome. */

import type { z } from 'zod';
import type { Client } from '@temporalio/client';
import type { Share } from '../../domain/contract/orders.ts';
import type { paymentAnswer, payShareSchema } from '../../domain/contract/payments.ts';
import { canPay } from '../../domain/share.ts';
import type { Databases } from '../../db/databases.ts';
import type { PaymentAttemptRow, PaymentRow } from '../../db/orders/entities/payment.ts';
import {
  isOutdated,
  insertCardAttempt,
  readAttempt,
  readPayerId,
  readFailedAtBank,
} from '../../db/orders/payments/attempts.ts';
import { readPayment, readPaymentOfShare } from '../../db/orders/payments/payments.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import { declineBoundsOf } from '../../domain/settings.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import { pay } from '../../temporal/orders/messages.ts';
import { assertTip } from '../http/amounts.ts';
import { ApiError, illegalTransition } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Deciders } from '../orders/deciders.ts';
import { BEING_PAID, BILL_CHANGED, updateOrder } from '../orders/workflow-updates.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import { noCard } from './no-card.ts';
import { judgePayer } from './payer.ts';
import { readPaymentBack } from './read-back.ts';
import { declineSentence } from '../../domain/decline-sentence.ts';
import { messagesIn } from '../../messages/compiled/messages.ts';

export interface PayShareDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

/** An attempt to pay, as sent by its payer. */
interface SentAttempt {
  readonly record: OrderRecord;
  readonly share: Share;
  /** The paying participant, who owns the key. */
  readonly payerId: string;
  /** The signed-in account; null for a guest. */
  readonly userId: string | null;
  readonly payment: z.output<typeof payShareSchema>;
  readonly idempotencyKey: string;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
}

type PayAnswer = { status: 200 | 202; body: z.output<typeof paymentAnswer> };

/**
 * Writes the attempt, tells the workflow, and waits up to 10 s for its outcome. The same key returns the same attempt.
 * Throws card_declined, counter_only, forbidden, illegal_transition, idempotency_conflict, try_again.
 */
export async function payShare(dependencies: PayShareDependencies, sent: SentAttempt): Promise<PayAnswer> {
  const { settings, databases, deciders } = dependencies;
  const shop = await settings.read();
  const { share, payment } = sent;
  const orderId = sent.record.order.id;
  const requestHash = hashBody({ shareId: share.id, ...payment });
  const attemptId = requestIdFor('pay', sent.payerId, sent.idempotencyKey);

  const before = await readAttempt(databases.orders, attemptId);
  const told = before ? undefined : await tellOfLastAttempt(dependencies, sent);
  if (told) return told;
  return runCommand({
    before,
    isSame: (attempt) => attempt.requestHash === requestHash,
    check: () => assertCanPay(shop, sent),
    assertReady: deciders.assertReady,
    write: async () => {
      const written = await insertCardAttempt(databases.orders, {
        ...{ id: attemptId, orderId, shareId: share.id, participantId: sent.payerId, requestHash },
        paymentMethodId: payment.paymentMethodId ?? null,
        tipAmount: payment.tipAmount ?? 0,
        account: await findAccount(dependencies, sent),
        card: { network: sent.network, bounds: declineBoundsOf(shop) },
      });
      if ('refused' in written) throw noCard(written.refused);
      return written;
    },
    carryOut: (attempt) =>
      attempt.status === 'pending'
        ? authorize(dependencies, orderId, attempt)
        : answerOutcome(dependencies, orderId, attempt),
  });
}

/**
 * A request without a card asks for the state of a payment that waits, or waited, for the bank. It is not a new
 * attempt.
 */
async function tellOfLastAttempt(
  dependencies: PayShareDependencies,
  { record, share, payment }: SentAttempt,
): Promise<PayAnswer | undefined> {
  const { databases } = dependencies;
  if (payment.paymentMethodId !== undefined) return undefined;
  if (share.status === 'requires_action') {
    const open = await readPaymentOfShare(databases.orders, share.id);
    if (open?.status === 'requires_action') return readBack(dependencies, record, share, open);
  }
  const failed =
    payment.tipAmount === undefined ? await readFailedAtBank(databases.orders, share.id) : undefined;
  if (!failed) return undefined;
  const now = await readShare(databases, record.order.id, share.id);
  return { status: 200, body: { share: now, payment: presentPayment(failed, false) } };
}

function assertCanPay({ tipLimitAmount }: ShopSettings, { record, share, payment }: SentAttempt): void {
  const { status, currency } = record.order;
  if (status !== 'awaiting_payment') throw illegalTransition(status, { action: 'pay' });
  if (!canPay(share.status)) throw illegalTransition(status, { action: 'pay' }, BEING_PAID);
  assertTip({ amount: share.amount, currency }, payment.tipAmount ?? 0, tipLimitAmount, ['tipAmount']);
}

/** Returns the paying account, if any. Throws forbidden for another account's saved card. */
async function findAccount({ databases }: PayShareDependencies, { payment, userId }: SentAttempt) {
  const { paymentMethodId = null, savePaymentMethod = false } = payment;
  const payer = await readPayer(databases.users, { paymentMethodId, userId });
  return judgePayer(payer, userId, savePaymentMethod);
}

async function authorize(
  dependencies: PayShareDependencies,
  orderId: string,
  attempt: PaymentAttemptRow,
): Promise<PayAnswer> {
  const { databases, temporal, feed, deciders } = dependencies;
  await updateOrder({ temporal, orders: databases.orders, deciders }, orderId, pay, {
    updateId: attempt.id,
    args: [{ shareId: attempt.shareId, attemptId: attempt.id }],
    asked: { action: 'pay' },
    isDone: async () => (await readAttempt(databases.orders, attempt.id))?.status !== 'pending',
  });
  const { seen } = await waitForOutcome(
    feed,
    orderId,
    { attempt, isTaken: false, isRefused: false },
    {
      read: async () => {
        const [now = attempt, payerId, isOld] = await Promise.all([
          readAttempt(databases.orders, attempt.id),
          readPayerId(databases.orders, attempt.shareId),
          isOutdated(databases.orders.em.fork(), attempt.id),
        ]);
        const isBegun = now.status !== 'pending' || now.paymentId != null;
        const isTaken = !isBegun && payerId !== (now.participantId ?? payerId);
        return { attempt: now, isTaken, isRefused: !isBegun && isOld };
      },
      isOver: ({ attempt: { status }, isTaken, isRefused }) => isTaken || isRefused || status !== 'pending',
    },
  );
  // Somebody took the share over, or it was dropped, in the same moment: she pays nothing.
  if (seen.isTaken) throw illegalTransition('awaiting_payment', { action: 'pay' }, BEING_PAID);
  if (seen.isRefused) throw illegalTransition('awaiting_payment', { action: 'pay' }, BILL_CHANGED);
  return answerOutcome(dependencies, orderId, seen.attempt);
}

async function answerOutcome(
  { databases }: PayShareDependencies,
  orderId: string,
  attempt: PaymentAttemptRow,
): Promise<PayAnswer> {
  if (attempt.status === 'declined') {
    const declineCode = attempt.declineCode ?? 'generic_decline';
    throw new ApiError('card_declined', declineSentence(messagesIn('en').decline, declineCode), {
      declineCode,
    });
  }
  const [share, payment] = await Promise.all([
    readShare(databases, orderId, attempt.shareId),
    attempt.paymentId
      ? readPayment(databases.orders, attempt.paymentId)
      : readPaymentOfShare(databases.orders, attempt.shareId),
  ]);
  const isPending = attempt.status === 'pending';
  return {
    status: isPending ? 202 : 200,
    body: {
      share,
      payment: payment
        ? presentPayment(payment, isPending)
        : { id: attempt.id, status: 'processing' as const },
    },
  };
}

async function readShare(
  { orders }: Pick<Databases, 'orders'>,
  orderId: string,
  shareId: string,
): Promise<Share> {
  const share = (await readOrder(orders, orderId))?.order.shares.find(({ id }) => id === shareId);
  if (!share) throw new Error(`share ${shareId} has gone`);
  return share;
}

/** The bank asks, or asked, the payer: reads the payment from Stripe and returns what she needs to continue. */
async function readBack(
  { temporal }: PayShareDependencies,
  record: OrderRecord,
  share: Share,
  payment: PaymentRow,
): Promise<PayAnswer> {
  await readPaymentBack(temporal, { orderId: record.order.id, paymentId: payment.id });
  return { status: 200, body: { share, payment: presentPayment(payment, false) } };
}

/** Returns a payment in the form of the contract: its payer's secret only while her bank asks for her. */
export function presentPayment(payment: PaymentRow, isPending: boolean): PayAnswer['body']['payment'] {
  const needsPayer = payment.status === 'requires_action' && payment.clientSecret;
  return {
    id: payment.id,
    status: isPending ? 'processing' : payment.status,
    ...(needsPayer && { clientSecret: payment.clientSecret! }),
  };
}
