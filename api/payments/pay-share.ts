/** Asks an order's workflow to authorize a share, and answers with what came of it. */

import type { z } from 'zod';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Config } from '../../config.ts';
import type { Share } from '../../domain/contract/orders.ts';
import type { paymentAnswer, payShareSchema } from '../../domain/contract/payments.ts';
import { canPay } from '../../domain/share.ts';
import type { Databases } from '../../db/databases.ts';
import type { PaymentAttemptRow, PaymentRow } from '../../db/orders/entities/payment.ts';
import { insertCardAttempt, readAttempt, readFailedAtBank } from '../../db/orders/payments/attempts.ts';
import { readPayment, readPaymentOfShare } from '../../db/orders/payments/payments.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import { orderWorkflowId, pay, paymentChanged } from '../../temporal/orders/messages.ts';
import { assertTip } from '../http/amounts.ts';
import { ApiError, idempotencyConflict, illegalTransition } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import { OUTCOME_MS } from '../orders/commands.ts';
import type { Deciders } from '../orders/deciders.ts';
import { BEING_PAID, isUnreachable, updateOrder } from '../orders/workflow-updates.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import { noCard } from './no-card.ts';
import { judgePayer } from './payer.ts';
import { declineSentence } from '../../domain/decline-sentence.ts';

export interface PayShareDependencies {
  readonly config: Config;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

/** An attempt to pay, as its payer sent it. */
interface SentAttempt {
  readonly record: OrderRecord;
  readonly share: Share;
  /** The participant who pays: the key is hers. */
  readonly payerId: string;
  /** The account that is signed in; null for a guest. */
  readonly userId: string | null;
  readonly payment: z.output<typeof payShareSchema>;
  readonly idempotencyKey: string;
  /** Where it was sent from, as an HMAC; null where nobody is counted by it. */
  readonly network: string | null;
}

type PayAnswer = { status: 200 | 202; body: z.output<typeof paymentAnswer> };

/**
 * Writes the attempt, tells the workflow, and waits up to 10 s for its outcome. Repeated with the same key: the same
 * attempt. Throws card_declined, counter_only, forbidden, illegal_transition, idempotency_conflict, try_again.
 */
export async function payShare(dependencies: PayShareDependencies, sent: SentAttempt): Promise<PayAnswer> {
  const { config, databases, deciders } = dependencies;
  const { record, share, payment } = sent;
  const orderId = record.order.id;
  const requestHash = hashBody({ shareId: share.id, ...payment });
  const attemptId = requestIdFor('pay', sent.payerId, sent.idempotencyKey);

  const before = await readAttempt(databases.orders, attemptId);
  if (before) {
    if (before.requestHash !== requestHash) throw idempotencyConflict();
    return before.status === 'pending'
      ? authorize(dependencies, orderId, before)
      : answerOutcome(dependencies, orderId, before);
  }
  if (payment.paymentMethodId === undefined && share.status === 'requires_action') {
    const open = await readPaymentOfShare(databases.orders, share.id);
    if (open?.status === 'requires_action') return readBack(dependencies, record, share, open);
  }
  if (payment.paymentMethodId === undefined && payment.tipAmount === undefined) {
    // Who comes back from her bank asks how it ended: that it did not work is the answer, and no new attempt.
    const failed = await readFailedAtBank(databases.orders, share.id);
    if (failed) {
      const now = await readShare(databases, orderId, share.id);
      return { status: 200, body: { share: now, payment: presentPayment(failed, false) } };
    }
  }
  if (record.order.status !== 'awaiting_payment') {
    throw illegalTransition(record.order.status, { action: 'pay' });
  }
  if (!canPay(share.status)) throw illegalTransition(record.order.status, { action: 'pay' }, BEING_PAID);
  const tipAmount = payment.tipAmount ?? 0;
  const bill = { amount: share.amount, currency: record.order.currency };
  assertTip(bill, tipAmount, config.tipLimitAmount, ['tipAmount']);
  const paymentMethodId = payment.paymentMethodId ?? null;
  const account = judgePayer(
    await readPayer(databases.users, { paymentMethodId, userId: sent.userId }),
    sent.userId,
    payment.savePaymentMethod ?? false,
  );
  await deciders.assertReady();
  const attempt = await insertCardAttempt(databases.orders, {
    id: attemptId,
    orderId,
    shareId: share.id,
    requestHash,
    paymentMethodId,
    tipAmount,
    account,
    card: { network: sent.network, bounds: config.declines },
  });
  if ('refused' in attempt) throw noCard(attempt.refused);
  // A parallel request with the same key may have been first, with another body.
  if (attempt.requestHash !== requestHash) throw idempotencyConflict();
  return authorize(dependencies, orderId, attempt);
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
  });
  let current = attempt;
  const hasOutcome = async () => {
    current = (await readAttempt(databases.orders, attempt.id)) ?? current;
    return current.status !== 'pending';
  };
  await feed.waitFor(orderId, hasOutcome, OUTCOME_MS);
  return answerOutcome(dependencies, orderId, current);
}

async function answerOutcome(
  { databases }: PayShareDependencies,
  orderId: string,
  attempt: PaymentAttemptRow,
): Promise<PayAnswer> {
  if (attempt.status === 'declined') {
    const declineCode = attempt.declineCode ?? 'generic_decline';
    throw new ApiError('card_declined', declineSentence(declineCode), { declineCode });
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

/** The payer is, or was, asked by her bank: Stripe is read back, and she gets what she needs to go on. */
async function readBack(
  { temporal }: PayShareDependencies,
  record: OrderRecord,
  share: Share,
  payment: PaymentRow,
): Promise<PayAnswer> {
  try {
    await temporal.workflow
      .getHandle(orderWorkflowId(record.order.id))
      .signal(paymentChanged, { paymentId: payment.id });
  } catch (error) {
    // The workflow looks by itself, too; only who must wait for it longer is worse off.
    if (!(error instanceof WorkflowNotFoundError) && !isUnreachable(error)) throw error;
  }
  return { status: 200, body: { share, payment: presentPayment(payment, false) } };
}

function presentPayment(payment: PaymentRow, isPending: boolean): PayAnswer['body']['payment'] {
  const needsPayer = payment.status === 'requires_action' && payment.clientSecret;
  return {
    id: payment.id,
    status: isPending ? 'processing' : payment.status,
    ...(needsPayer && { clientSecret: payment.clientSecret! }),
  };
}
