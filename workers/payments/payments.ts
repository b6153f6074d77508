/**
 * The payment activities. Each may run again after any crash: calls use keys that were written before, and an unknown
 * outcome is read back from Stripe.
 */

import { ApplicationFailure } from '@temporalio/activity';
import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import { beginPayment, setPaymentCustomer } from '../../db/orders/payments/begin-payment.ts';
import type { AttemptRef } from '../../domain/payment.ts';
import { readStanding } from '../../db/orders/orders/change-order.ts';
import { recordMismatch } from '../../db/orders/payments/aftercare.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import type { PaymentAttemptRow, PaymentRow } from '../../db/orders/entities/payment.ts';
import { listUnvoidedCards, readPayment, recordPaymentOutcome } from '../../db/orders/payments/payments.ts';
import { noteSavedCard } from '../../db/users/payments/saved-cards.ts';
import { ACTIVITY_FAILURES } from '../../domain/failures.ts';
import type { CapturedPayment } from '../../domain/payment.ts';
import type {
  AuthorizationResult,
  PaymentActivities,
  AttemptResult,
  ShareAttempt,
} from '../../temporal/payments/activities.ts';
import { ensureCustomer } from './customers.ts';
import { prepareHostAttempts } from './host-pays.ts';
import { confirmIntent, ensureIntent, readIntent } from './payment-intents.ts';
import { createPace } from '../operations/pace.ts';
import {
  isPaymentOf,
  lastRefusalOf,
  outcomeOf,
  outcomeSince,
  type AttemptOutcome,
} from './payment-outcome.ts';
import { supersedePayment, voidPayment } from './void-payment.ts';

export interface PaymentDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  readonly changes: ChangeNudger;
}

/** The maximum duration of authorizing while Stripe is healthy: two calls to it. */
const QUICK_MS = 2_000;

/** Creates the activities that authorize, read back and void payments at Stripe. */
export function createPaymentActivities(dependencies: PaymentDependencies) {
  const { stripe, changes } = dependencies;
  const { orders, users } = dependencies.databases;
  const pace = createPace(QUICK_MS);
  return {
    /**
     * Authorizes a share with the attempt's card: a PaymentIntent of the share's amount plus tip, made unconfirmed,
     * then confirmed. A decline is a result. Without a card the page confirms: `requires_action`.
     */
    authorizePayment(ref: AttemptRef): Promise<AuthorizationResult> {
      return pace.measure(() => authorize(ref));
    },

    /** Like `authorizePayment`, but only while Stripe is quick; returns null when it is not. */
    async authorizePaymentAtOnce(ref: AttemptRef): Promise<AuthorizationResult | null> {
      return pace.isQuick() ? pace.measure(() => authorize(ref)) : null;
    },

    /** Lets the host pay every unpaid share with her newest saved card; returns none if she has no card. */
    async prepareHostAttempts({ orderId }: { orderId: string }): Promise<{ attempts: ShareAttempt[] }> {
      const attempts = await prepareHostAttempts(dependencies, orderId);
      changes.nudge(orderId);
      return { attempts };
    },

    /** Reads a payment that waits for its payer back from Stripe, and books what is new. */
    async refreshPayment(
      ref: AttemptRef & { paymentId: string; knownRefusal?: string },
    ): Promise<AttemptResult> {
      const payment = await readPayment(orders, ref.paymentId);
      if (!payment?.stripePaymentIntentId)
        throw inconsistent(`payment ${ref.paymentId} has no PaymentIntent`);
      const intent = await readIntent(stripe, payment.stripePaymentIntentId);
      if (!isPaymentOf(payment, intent)) return refuse(ref, payment);
      return settle(ref, payment, outcomeSince(intent, ref.knownRefusal));
    },

    /**
     * Cancels every open PaymentIntent of the order, or of one share, and reads it back; also one that Stripe made but
     * whose answer was lost. Returns the payments that turned out to be captured: those count, and are refunded. Skips
     * cash.
     */
    async voidPayments(which: {
      orderId: string;
      shareId?: string;
    }): Promise<{ captured: CapturedPayment[] }> {
      for (const payment of await listUnvoidedCards(orders, which)) {
        if (payment.status !== 'captured') await voidPayment(dependencies, payment);
      }
      const captured = (await listUnvoidedCards(orders, which)).filter(({ status }) => status === 'captured');
      return {
        captured: captured.map(({ id, capturedAmount }) => ({ paymentId: id, amount: capturedAmount })),
      };
    },
  } satisfies PaymentActivities;

  async function authorize(ref: AttemptRef): Promise<AuthorizationResult> {
    const begun = await beginPayment(orders, ref);
    if ('refused' in begun) return { status: 'refused', order: begun.refused };
    const { attempt, superseded, openKeys } = begun;
    changes.nudge(ref.orderId);
    for (const other of superseded) {
      const taken = await supersedePayment(dependencies, other);
      if (!taken) continue;
      if (!isPaymentOf(other, taken)) {
        await recordMismatch(orders, other);
        continue;
      }
      // Captured without us: it pays the share, and no other card is charged.
      await voidPayment(dependencies, begun.payment);
      return settle(ref, other, outcomeOf(taken));
    }
    if (begun.payment.status === 'authorized' || begun.payment.status === 'captured') {
      const order = await readStanding(orders, ref.orderId);
      return { status: 'authorized', order, paymentId: begun.payment.id };
    }
    const payment = await ensureCustomerOf(begun.payment, attempt);
    const intent = await ensureIntent(dependencies, payment, attempt, openKeys);
    if ('declineCode' in intent) return settle(ref, payment, intent);
    if (!isPaymentOf(payment, intent)) return refuse(ref, payment);
    if (attempt.paymentMethodId) {
      const outcome = await confirmIntent(dependencies, payment, intent, attempt, openKeys);
      return settle(ref, payment, outcome);
    }
    const knownRefusal = lastRefusalOf(intent);
    const result = await settle(ref, payment, outcomeSince(intent, knownRefusal));
    return { ...result, ...(knownRefusal !== undefined && { knownRefusal }) };
  }

  /** Refuses a PaymentIntent that doesn't match the payment: nobody is ever charged for it. */
  async function refuse({ orderId }: AttemptRef, payment: PaymentRow): Promise<AttemptResult> {
    const order = await recordMismatch(orders, payment);
    changes.nudge(orderId);
    return { status: 'declined', order, paymentId: payment.id };
  }

  /** To save a card, its payer needs a Stripe Customer before there is a PaymentIntent. */
  async function ensureCustomerOf(payment: PaymentRow, attempt: PaymentAttemptRow): Promise<PaymentRow> {
    const isSettled = payment.stripeCustomerId != null || payment.stripePaymentIntentId != null;
    if (!attempt.saveCard || isSettled) return payment;
    const stripeCustomerId = await ensureCustomer({ users, stripe }, attempt.userId!);
    await setPaymentCustomer(orders, payment.id, stripeCustomerId);
    return { ...payment, stripeCustomerId };
  }

  async function settle(
    ref: AttemptRef,
    payment: PaymentRow,
    outcome: AttemptOutcome,
  ): Promise<AttemptResult> {
    if (outcome.savedCard) await noteSavedCard(users, outcome.savedCard);
    const order = await recordPaymentOutcome(orders, ref, payment, outcome);
    changes.nudge(ref.orderId);
    return {
      status: outcome.status,
      order,
      paymentId: payment.id,
      ...(outcome.declineCode !== null && { declineCode: outcome.declineCode }),
    };
  }
}

function inconsistent(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, ACTIVITY_FAILURES.inconsistent);
}
