/** At a round's deadline: the host pays what is unpaid, with the card that her account has saved. */

import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import { deriveId } from '../../db/ids.ts';
import { insertAttempt } from '../../db/orders/payments/attempts.ts';
import { recordCovered } from '../../db/orders/payments/cover-share.ts';
import { readRoundToCover, type RoundToCover } from '../../db/orders/tabs/host-of-round.ts';
import { findCustomer } from '../../db/users/payments/stripe-customers.ts';
import { isExpired } from '../../domain/card.ts';
import type { ShareAttempt } from '../../temporal/payments/activities.ts';
import { judgeStripeError } from '../operations/stripe.ts';

interface HostPaysDependencies {
  readonly databases: Pick<Databases, 'orders' | 'users'>;
  readonly stripe: Stripe;
}

/**
 * Makes the host the payer of every unpaid share, and writes an attempt on each with her newest saved card, for charging
 * it in her absence. Returns none, and changes nothing, if she has no card. Safe to repeat.
 */
export async function prepareHostAttempts(
  { databases: { orders, users }, stripe }: HostPaysDependencies,
  orderId: string,
): Promise<ShareAttempt[]> {
  const round = await readRoundToCover(orders, orderId);
  // A payment whose outcome is not known leaves nobody else the share.
  if (!round || round.shareIds.length < round.unpaidCount) return [];
  const card = await findSavedCard({ users, stripe }, round);
  if (!card) return [];
  const attempts: ShareAttempt[] = [];
  for (const shareId of round.shareIds) {
    const { outcome } = await recordCovered(orders, {
      ...{ orderId, shareId, payerId: round.hostId, requestId: `deadline:${shareId}`, isByDeadline: true },
    });
    if (outcome !== 'done' && outcome !== 'pays_already') return [];
    const attemptId = deriveId('payment-attempt', shareId, 'deadline');
    await insertAttempt(orders, {
      ...{ id: attemptId, orderId, shareId, participantId: round.hostId, requestHash: '', tipAmount: 0 },
      paymentMethodId: card.paymentMethodId,
      isOffSession: true,
      account: { userId: round.userId, stripeCustomerId: card.customer, saveCard: false },
    });
    attempts.push({ shareId, attemptId });
  }
  return attempts;
}

async function findSavedCard(
  { users, stripe }: { users: Databases['users']; stripe: Stripe },
  { userId }: RoundToCover,
): Promise<{ readonly customer: string; readonly paymentMethodId: string } | undefined> {
  const customer = userId === null ? undefined : await findCustomer(users, userId);
  if (customer === undefined) return undefined;
  try {
    // Newest first.
    const { data } = await stripe.customers.listPaymentMethods(customer, { type: 'card', limit: 100 });
    const usable = data.find(
      ({ card }) => card && !isExpired({ expMonth: card.exp_month, expYear: card.exp_year }, new Date()),
    );
    return usable && { customer, paymentMethodId: usable.id };
  } catch (error) {
    // Her Customer was deleted in Stripe's dashboard.
    if (judgeStripeError(error).kind === 'refused') return undefined;
    throw error;
  }
}
