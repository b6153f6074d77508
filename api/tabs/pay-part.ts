/**
 * Claims a part of what a tab owes, has its workflow charge the card that came with the request, and responds with the
 * outcome. From the claim on, it is a payment like any other.
 */

import type { z } from 'zod';
import type { Share } from '../../domain/contract/orders.ts';
import type { paymentAnswer } from '../../domain/contract/payments.ts';
import type { PayTab } from '../../domain/contract/tab-payments.ts';
import { declineSentence } from '../../domain/decline-sentence.ts';
import { hasEnded } from '../../domain/order.ts';
import { declineBoundsOf, holdMsOf } from '../../domain/settings.ts';
import { CLAIM_MS } from '../../domain/settlement.ts';
import { readPlacedOrder } from '../../db/orders/orders/read-acceptance.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { withOrderAttemptOf } from '../../db/orders/orders/place-order.ts';
import type { PaymentAttemptRow } from '../../db/orders/entities/payment.ts';
import { readAttempt } from '../../db/orders/payments/attempts.ts';
import { readPayment } from '../../db/orders/payments/payments.ts';
import { claimPart, settlementShareOf, type NewClaim } from '../../db/orders/tabs/claim-part.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { TabCommand } from '../../db/orders/tabs/change-tab.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import { messagesIn } from '../../messages/compiled/messages.ts';
import { assertTip } from '../http/amounts.ts';
import { ApiError, tryAgain } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { hashBody } from '../http/idempotency.ts';
import { noCard } from '../payments/no-card.ts';
import { judgePayer } from '../payments/payer.ts';
import { presentPayment, type PayShareDependencies } from '../payments/pay-share.ts';
import { endClaim } from './end-claim.ts';
import { startSettlement } from './start-settlement.ts';

/** How often somebody's own earlier claim is ended before a new one is written. */
const MOST_TRIES = 3;

/** A validated request to pay a part of a tab. */
export interface SentPayment {
  /** The settlement, derived from the sender's key. */
  readonly orderId: string;
  readonly tabId: string;
  readonly body: PayTab;
  readonly payerId: string;
  readonly command: Pick<TabCommand, 'actor' | 'actorId'>;
  /** The payer's signed-in account; null for a guest, and if staff ask. */
  readonly userId: string | null;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
  readonly requestId: string;
  /** Called once the part is set aside. */
  readonly onClaimed: () => void;
}

export interface PaidPart {
  readonly record: OrderRecord;
  readonly share: Share;
  /** Null while nobody has tried to pay it. */
  readonly payment: z.output<typeof paymentAnswer>['payment'] | null;
}

/**
 * Claims the part, or finds the claim of this key, and pays it if a card came with it. Throws already_claimed,
 * nothing_owed, version_conflict, illegal_transition, tab_ended, tip_too_large, card_declined, counter_only, forbidden,
 * idempotency_conflict, too_many_requests or try_again. After card_declined nothing is set aside any more.
 */
export async function payPart(dependencies: PayShareDependencies, sent: SentPayment): Promise<PaidPart> {
  const { databases, deciders } = dependencies;
  const requestHash = hashBody(sent.body);
  return runCommand<{ readonly requestHash: string }, PaidPart, NewClaim>({
    before: await readPlacedOrder(databases.orders, sent.orderId),
    isSame: (order) => order.requestHash === requestHash,
    check: () => newClaim(dependencies, sent, requestHash),
    assertReady: deciders.assertReady,
    write: (claim) => write(dependencies, claim, sent),
    carryOut: () => carryOut(dependencies, sent),
  });
}

async function newClaim(
  { settings, databases }: PayShareDependencies,
  { orderId, tabId, payerId, command, body, userId, network }: SentPayment,
  requestHash: string,
): Promise<NewClaim> {
  const { what, tipAmount = 0, expectedAmount, paymentMethodId, savePaymentMethod = false } = body;
  const shop = await settings.read();
  const payer =
    paymentMethodId === undefined ? undefined : await readPayer(databases.users, { paymentMethodId, userId });
  return {
    ...{ id: orderId, tabId, payerId, command, requestHash, wish: what, expectedAmount, tipAmount },
    claimMs: Math.min(CLAIM_MS, holdMsOf(shop)),
    assertPayable: (amount, currency) =>
      assertTip({ amount, currency }, tipAmount, shop.tipLimitAmount, ['tipAmount']),
    payment: payer && {
      paymentMethodId: paymentMethodId!,
      account: judgePayer(payer, userId, savePaymentMethod),
      card: { network, bounds: declineBoundsOf(shop) },
    },
  };
}

async function write(
  dependencies: PayShareDependencies,
  claim: NewClaim,
  { payerId, onClaimed }: SentPayment,
) {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const claimed = await claimPart(dependencies.databases.orders, claim);
    if ('order' in claimed) {
      onClaimed();
      return claimed.order;
    }
    if ('card' in claimed.refused) throw noCard(claimed.refused.card);
    // A payer has one claim at a time: another request of hers ends the first.
    if (!(await endClaim(dependencies, claimed.refused.own)))
      throw new TabRefused('already_claimed', { by: payerId, orderId: claimed.refused.own });
  }
  throw tryAgain('This is being paid at this moment. Please try again.');
}

/** Starts the settlement's workflow, or finds it at work, and waits for what becomes of the card. */
async function carryOut(dependencies: PayShareDependencies, sent: SentPayment): Promise<PaidPart> {
  const { databases, feed } = dependencies;
  const { orderId } = sent;
  const look = async () => {
    const record = await readOrder(databases.orders, orderId);
    // Afterwards: it is at least as new as the order.
    const attempt = await readAttempt(databases.orders, withOrderAttemptOf(orderId));
    return { record: record!, attempt };
  };
  const first = await look();
  const isOver = ({ record, attempt }: Seen) =>
    !attempt || hasEnded(record.order.status) || ['declined', 'requires_action'].includes(attempt.status);
  if (!hasEnded(first.record.order.status)) await startSettlement(dependencies, first, sent.requestId);
  const { seen } = isOver(first)
    ? { seen: first }
    : await waitForOutcome(feed, orderId, first, { read: look, isOver });
  if (seen.attempt?.status === 'declined' && sent.body.paymentMethodId !== undefined) {
    await endClaim(dependencies, orderId);
    const declineCode = seen.attempt.declineCode ?? 'generic_decline';
    throw new ApiError('card_declined', declineSentence(messagesIn('en').decline, declineCode), {
      declineCode,
    });
  }
  return present(dependencies, seen, sent);
}

interface Seen {
  readonly record: OrderRecord;
  readonly attempt: PaymentAttemptRow | undefined;
}

async function present(
  { databases }: PayShareDependencies,
  { record, attempt }: Seen,
  { orderId, payerId }: SentPayment,
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
