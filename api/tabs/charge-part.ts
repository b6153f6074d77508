/** Has the workflow of a part that was claimed charge the card that came with it, and responds with the outcome. */

import type { z } from 'zod';
import type { Share } from '../../domain/contract/orders.ts';
import type { paymentAnswer } from '../../domain/contract/payments.ts';
import { declineSentence } from '../../domain/decline-sentence.ts';
import { hasEnded } from '../../domain/order.ts';
import type { OrderRow } from '../../db/orders/entities/order.ts';
import type { PaymentAttemptRow } from '../../db/orders/entities/payment.ts';
import { withOrderAttemptOf } from '../../db/orders/orders/place-order.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { readAttempt } from '../../db/orders/payments/attempts.ts';
import { readPayment } from '../../db/orders/payments/payments.ts';
import { readCardStanding, type CardStanding } from '../../db/orders/tabs/card-standing.ts';
import { settlementShareOf } from '../../db/orders/tabs/claim-part.ts';
import { messagesIn } from '../../messages/compiled/messages.ts';
import { ApiError } from '../http/api-error.ts';
import { waitForOutcome } from '../http/command.ts';
import { presentPayment, type PayShareDependencies } from '../payments/pay-share.ts';
import { endClaim } from './end-claim.ts';
import { startSettlement } from './start-settlement.ts';

/** A part that is set aside for its payer. */
interface ClaimedPart {
  readonly orderId: string;
  readonly payerId: string;
  readonly requestId: string;
  /** A card came with the request. */
  readonly hasCard: boolean;
}

export interface PaidPart {
  readonly record: OrderRecord;
  readonly share: Share;
  /** Null while nobody has tried to pay it. */
  readonly payment: z.output<typeof paymentAnswer>['payment'] | null;
}

/**
 * Starts the settlement's workflow, or finds it at work, and waits for what becomes of the card. `written`: this request
 * wrote it, so nothing of it has to be read yet. Throws card_declined; then nothing is set aside any more.
 */
export async function chargePart(
  dependencies: PayShareDependencies,
  claimed: ClaimedPart,
  written: OrderRow | undefined,
): Promise<PaidPart> {
  const { databases, feed } = dependencies;
  const { orderId, requestId, hasCard } = claimed;
  const first = written ? undefined : await look(dependencies, orderId);
  const order = written ?? { ...first!.record.order, tabId: first!.record.order.settles?.tabId };
  const start = async () =>
    hasEnded(order.status) ||
    startSettlement(
      dependencies,
      { ...order, attempt: openAttemptOf(claimed, first), isNew: written !== undefined },
      requestId,
    );
  const isStarted = await start();
  const standing = { status: order.status, attempt: first?.attempt?.status ?? null };
  if (hasCard) {
    const { isOver } = await waitForOutcome<CardStanding>(feed, orderId, standing, {
      read: () => readCardStanding(databases.orders, orderId),
      isOver: ({ status, attempt }) =>
        hasEnded(status) || attempt === 'declined' || attempt === 'requires_action',
    });
    // Otherwise she would wait for the end of her claim.
    if (!isOver && !isStarted) await start();
  }
  const seen = await look(dependencies, orderId);
  if (seen.attempt?.status === 'declined' && hasCard) {
    await endClaim(dependencies, orderId);
    const declineCode = seen.attempt.declineCode ?? 'generic_decline';
    throw new ApiError('card_declined', declineSentence(messagesIn('en').decline, declineCode), {
      declineCode,
    });
  }
  return present(dependencies, seen, claimed);
}

/** The attempt that came with the request, while its outcome is open. */
function openAttemptOf(
  { orderId, payerId, hasCard }: ClaimedPart,
  seen: Seen | undefined,
): { shareId: string; attemptId: string } | undefined {
  if (seen ? seen.attempt?.status !== 'pending' : !hasCard) return undefined;
  return { shareId: settlementShareOf(orderId, payerId), attemptId: withOrderAttemptOf(orderId) };
}

interface Seen {
  readonly record: OrderRecord;
  readonly attempt: PaymentAttemptRow | undefined;
}

async function look({ databases }: PayShareDependencies, orderId: string): Promise<Seen> {
  const record = await readOrder(databases.orders, orderId);
  // Afterwards: it is at least as new as the order.
  const attempt = await readAttempt(databases.orders, withOrderAttemptOf(orderId));
  return { record: record!, attempt };
}

async function present(
  { databases }: PayShareDependencies,
  { record, attempt }: Seen,
  { orderId, payerId }: ClaimedPart,
): Promise<PaidPart> {
  const shareId = settlementShareOf(orderId, payerId);
  const share = record.order.shares.find(({ id }) => id === shareId)!;
  if (!attempt) return { record, share, payment: null };
  const payment = attempt.paymentId ? await readPayment(databases.orders, attempt.paymentId) : undefined;
  return {
    ...{ record, share },
    payment: payment
      ? presentPayment(payment, attempt.status === 'pending')
      : { id: attempt.id, status: 'processing' },
  };
}
