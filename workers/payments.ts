/**
 * The payment activities. Each may run again after any crash: calls carry keys that were written before, and an
 * outcome nobody heard is read back from Stripe.
 */

import { ApplicationFailure } from '@temporalio/activity';
import type Stripe from 'stripe';
import type { Databases } from '../db/databases.ts';
import type { PaymentRow, PayRequestRow } from '../db/orders/entities.ts';
import {
  beginPayment,
  setPaymentCustomer,
  StepRefused,
  type PaymentAttempt,
} from '../db/orders/begin-payment.ts';
import {
  findOpenCreate,
  settleStripeCall,
  startStripeCall,
  type OpenKeys,
} from '../db/orders/stripe-calls.ts';
import {
  listUnvoidedCards,
  readPayment,
  recordPaymentOutcome,
  recordVoided,
  type PaymentOutcome,
} from '../db/orders/payments.ts';
import type { ChangeNudger } from '../db/orders/changes.ts';
import { noteSavedCard } from '../db/users/saved-cards.ts';
import { forgetCustomer } from '../db/users/stripe-customers.ts';
import { ACTIVITY_FAILURES } from '../domain/failures.ts';
import type { CapturedPayment } from '../domain/payment.ts';
import { cardOf, savedCardOf, type SavedCard } from './card-of.ts';
import { ensureCustomer } from './customers.ts';
import { judgeStripeError } from './stripe.ts';

/** How a try to pay went, as the workflow needs to know it. */
export interface AuthorizationResult {
  readonly status: PaymentOutcome['status'];
  readonly paymentId: string;
  readonly declineCode?: string;
}

export interface PaymentDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  readonly changes: ChangeNudger;
}

/** What became of a try, and the card that Stripe keeps of it. */
interface Tried extends PaymentOutcome {
  readonly savedCard: SavedCard | null;
}

export type PaymentActivities = ReturnType<typeof createPaymentActivities>;

/** Authorize, read back and void, through Stripe. */
export function createPaymentActivities({ databases, stripe, changes }: PaymentDependencies) {
  const { orders, users } = databases;
  return {
    /**
     * Authorizes a share with the card of its pay request: a PaymentIntent of the share's amount plus tip, made
     * unconfirmed, then confirmed. A decline is a result. Without a card the page confirms: `requires_action`.
     */
    async authorizePayment(attempt: PaymentAttempt): Promise<AuthorizationResult> {
      const begun = await beginPayment(orders, attempt).catch(refuseForGood);
      const { request, superseded, openKeys } = begun;
      changes.nudge(attempt.orderId);
      for (const other of superseded) await voidPayment(other);
      if (begun.payment.status === 'authorized' || begun.payment.status === 'captured') {
        return { status: 'authorized', paymentId: begun.payment.id };
      }
      const payment = await ensureCustomerOf(begun.payment, request);
      const intent = await ensureIntent(payment, attempt.attempt, openKeys);
      const outcome =
        'declineCode' in intent
          ? intent
          : request.paymentMethodId
            ? await confirmIntent(payment, intent, request, attempt.attempt, openKeys)
            : outcomeOf(intent);
      return settle(attempt, payment, outcome);
    },

    /** Reads a payment back from Stripe that waits for its payer, and books what is new. */
    async refreshPayment(attempt: PaymentAttempt & { paymentId: string }): Promise<AuthorizationResult> {
      const payment = await readPayment(orders, attempt.paymentId);
      if (!payment?.stripePaymentIntentId)
        throw inconsistent(`payment ${attempt.paymentId} has no PaymentIntent`);
      const intent = await readIntent(payment.stripePaymentIntentId);
      assertOurs(payment, intent);
      return settle(attempt, payment, outcomeOf(intent));
    },

    /**
     * Cancels every open PaymentIntent of the order, or of one share of it, and reads it back; also one that Stripe
     * made but whose answer we never heard. Answers the payments that turned out to be captured: those count, and are
     * refunded. Cash is no business of Stripe's.
     */
    async voidPayments(which: {
      orderId: string;
      shareId?: string;
    }): Promise<{ captured: CapturedPayment[] }> {
      for (const payment of await listUnvoidedCards(orders, which)) {
        if (payment.status !== 'captured') await voidPayment(payment);
      }
      const captured = (await listUnvoidedCards(orders, which)).filter(({ status }) => status === 'captured');
      return {
        captured: captured.map(({ id, capturedAmount }) => ({ paymentId: id, amount: capturedAmount })),
      };
    },
  };

  /** Whose card is to be saved must be a Customer at Stripe before there is a PaymentIntent. */
  async function ensureCustomerOf(payment: PaymentRow, request: PayRequestRow): Promise<PaymentRow> {
    const isSettled = payment.stripeCustomerId != null || payment.stripePaymentIntentId != null;
    if (!request.saveCard || isSettled) return payment;
    const stripeCustomerId = await ensureCustomer({ users, stripe }, request.userId!);
    await setPaymentCustomer(orders, payment.id, stripeCustomerId);
    return { ...payment, stripeCustomerId };
  }

  async function ensureIntent(
    payment: PaymentRow,
    attempt: number,
    openKeys: OpenKeys,
  ): Promise<Stripe.PaymentIntent | Tried> {
    if (payment.stripePaymentIntentId) return readIntent(payment.stripePaymentIntentId);
    const { key } = await startStripeCall(orders, payment, 'create', attempt, openKeys);
    try {
      return await createIntent(payment, key);
    } catch (error) {
      const verdict = judgeStripeError(error);
      // An unknown create goes on with a new key: the orphan is unconfirmed, so it moves no money.
      if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
      if (verdict.kind !== 'refused') throw error;
      if (verdict.param === 'customer' && payment.stripeCustomerId != null) {
        // Deleted in Stripe's dashboard: the next run goes on without, or with another.
        await settleStripeCall(orders, key, 'unknown');
        await forgetCustomer(users, payment.stripeCustomerId);
        await setPaymentCustomer(orders, payment.id, null);
        throw error;
      }
      await settleStripeCall(orders, key, 'failed');
      return declined(verdict.code, null);
    }
  }

  /** With its charge, which knows the card that paid. */
  function readIntent(id: string): Promise<Stripe.PaymentIntent> {
    return stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
  }

  function createIntent(payment: PaymentRow, idempotencyKey: string): Promise<Stripe.PaymentIntent> {
    return stripe.paymentIntents.create(
      {
        amount: payment.amount,
        currency: payment.currency,
        capture_method: 'manual',
        allowed_payment_method_types: ['card'],
        ...(payment.stripeCustomerId != null && { customer: payment.stripeCustomerId }),
        metadata: {
          order_id: payment.orderId,
          share_id: payment.shareId,
          payment_id: payment.id,
          bill_version: String(payment.billVersion),
        },
      },
      { idempotencyKey },
    );
  }

  async function confirmIntent(
    payment: PaymentRow,
    intent: Stripe.PaymentIntent,
    request: PayRequestRow,
    attempt: number,
    openKeys: OpenKeys,
  ): Promise<Tried> {
    const { key, failedBefore } = await startStripeCall(orders, payment, 'confirm', attempt, openKeys);
    if (failedBefore) {
      const known = await readIntent(intent.id);
      if (isDecided(known) || isAnswerTo(known, request)) return outcomeOf(known);
    }
    try {
      const confirmed = await stripe.paymentIntents.confirm(
        intent.id,
        {
          payment_method: request.paymentMethodId!,
          use_stripe_sdk: true,
          expand: ['latest_charge'],
          // A wish to save that came with an earlier card is taken back. She is there whenever she pays with it.
          ...(intent.customer !== null && { setup_future_usage: request.saveCard ? 'on_session' : '' }),
        },
        { idempotencyKey: key },
      );
      return outcomeOf(confirmed);
    } catch (error) {
      const verdict = judgeStripeError(error);
      if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
      if (verdict.kind === 'failed' || verdict.kind === 'unknown') throw error;
      if (verdict.kind === 'refused') {
        const known = await readIntent(intent.id);
        if (isDecided(known) || isAnswerTo(known, request)) return outcomeOf(known);
      }
      return declined(verdict.code, intent);
    }
  }

  async function settle(
    attempt: PaymentAttempt,
    payment: PaymentRow,
    outcome: Tried,
  ): Promise<AuthorizationResult> {
    if (outcome.savedCard) await noteSavedCard(users, outcome.savedCard);
    await recordPaymentOutcome(orders, attempt, payment, outcome);
    changes.nudge(attempt.orderId);
    return {
      status: outcome.status,
      paymentId: payment.id,
      ...(outcome.declineCode !== null && { declineCode: outcome.declineCode }),
    };
  }

  async function voidPayment(payment: PaymentRow): Promise<void> {
    const intentId = payment.stripePaymentIntentId ?? (await findUnheardIntent(payment));
    if (!intentId) {
      await recordVoided(orders, payment, { stripePaymentIntentId: null, capturedAmount: 0 });
      return;
    }
    const { key } = await startStripeCall(orders, payment, 'cancel', payment.id);
    let intent: Stripe.PaymentIntent;
    try {
      intent = await stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey: key });
    } catch (error) {
      const verdict = judgeStripeError(error);
      if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
      intent = await readIntent(intentId);
      if (intent.status !== 'canceled' && intent.status !== 'succeeded') throw error;
    }
    await settleStripeCall(orders, key, 'succeeded');
    await recordVoided(orders, payment, {
      stripePaymentIntentId: intent.id,
      capturedAmount: intent.amount_received,
      card: cardOf(intent),
    });
  }

  /** Repeats a create whose answer never came: its key finds what it made, or makes it now, unconfirmed; so whoever still holds that key finds it canceled. */
  async function findUnheardIntent(payment: PaymentRow): Promise<string | undefined> {
    const key = await findOpenCreate(orders, payment.id);
    if (key === undefined) return undefined;
    try {
      return (await createIntent(payment, key)).id;
    } catch (error) {
      const verdict = judgeStripeError(error);
      if (verdict.kind === 'refused') return undefined;
      if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
      throw error;
    }
  }
}

/** Refused by the bank or by Stripe, before there was a PaymentIntent or at its confirmation. */
function declined(declineCode: string, intent: Stripe.PaymentIntent | null): Tried {
  return {
    status: 'declined',
    stripePaymentIntentId: intent?.id ?? null,
    clientSecret: intent?.client_secret ?? null,
    declineCode,
    card: null,
    savedCard: null,
  };
}

/** What a PaymentIntent's state means for its payer. */
function outcomeOf(intent: Stripe.PaymentIntent): Tried {
  const common = {
    stripePaymentIntentId: intent.id,
    clientSecret: intent.client_secret,
    card: null,
    savedCard: null,
  };
  switch (intent.status) {
    case 'requires_capture':
    case 'succeeded':
      return {
        ...common,
        status: 'authorized',
        declineCode: null,
        card: cardOf(intent),
        savedCard: savedCardOf(intent),
      };
    case 'requires_payment_method':
      if (!intent.last_payment_error) return { ...common, status: 'requires_action', declineCode: null };
      return {
        ...common,
        status: 'declined',
        declineCode:
          intent.last_payment_error.decline_code ?? intent.last_payment_error.code ?? 'generic_decline',
      };
    case 'canceled':
      return { ...common, status: 'declined', declineCode: 'payment_intent_canceled' };
    default:
      return { ...common, status: 'requires_action', declineCode: null };
  }
}

/** Nothing that a payer does can change this payment any more: it is authorized, taken or canceled. */
function isDecided(intent: Stripe.PaymentIntent): boolean {
  return ['requires_capture', 'succeeded', 'canceled'].includes(intent.status);
}

/** It tells what became of this very card: declined, or waiting for its holder. Stripe takes no card a second time. */
function isAnswerTo(intent: Stripe.PaymentIntent, { paymentMethodId }: PayRequestRow): boolean {
  return intent.payment_method === paymentMethodId
    ? ['requires_action', 'processing'].includes(intent.status)
    : intent.last_payment_error?.payment_method?.id === paymentMethodId;
}

/** Whether a PaymentIntent is what the payment asked for: amount, currency, order and bill version. */
export function isPaymentOf(payment: PaymentRow, intent: Stripe.PaymentIntent): boolean {
  return (
    intent.amount === payment.amount &&
    intent.currency === payment.currency &&
    intent.metadata['order_id'] === payment.orderId &&
    intent.metadata['bill_version'] === String(payment.billVersion)
  );
}

function assertOurs(payment: PaymentRow, intent: Stripe.PaymentIntent): void {
  if (!isPaymentOf(payment, intent))
    throw inconsistent(`PaymentIntent ${intent.id} is not what payment ${payment.id} asked for`);
}

function inconsistent(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, ACTIVITY_FAILURES.inconsistent);
}

function refuseForGood(error: unknown): never {
  throw error instanceof StepRefused ? inconsistent(error.message) : error;
}
