/** `GET` and `DELETE /api/payment-methods`: an account's saved cards, which Stripe stores. */

import Stripe from 'stripe';
import { isExpired } from '../../domain/card.ts';
import { paymentMethodId, type SavedCard } from '../../domain/contract/cards.ts';
import type { Databases } from '../../db/databases.ts';
import { forgetSavedCards } from '../../db/users/payments/saved-cards.ts';
import { findCustomer, forgetCustomer } from '../../db/users/payments/stripe-customers.ts';
import { notFound } from '../http/api-error.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { pageOfWhole } from '../http/cursor.ts';
import type { Handlers } from '../http/route.ts';
import { unreachable } from './unreachable.ts';

/** The maximum of a Stripe list page; more than anybody has. */
const MOST_CARDS = 100;

export function savedCardRoutes(dependencies: {
  databases: Databases;
  stripe: Stripe;
  rateLimits: RateLimits;
}) {
  const { stripe, rateLimits } = dependencies;
  const { users } = dependencies.databases;

  /** Returns all cards of the account's Stripe Customer, newest first; none if the Customer was deleted. */
  async function listCards(userId: string): Promise<Stripe.PaymentMethod[]> {
    const customer = await findCustomer(users, userId);
    if (customer === undefined) return [];
    try {
      const { data } = await stripe.customers.listPaymentMethods(customer, {
        type: 'card',
        limit: MOST_CARDS,
      });
      return data;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError) || error.code !== 'resource_missing')
        throw unreachable(error);
      await forgetCustomer(users, customer);
      return [];
    }
  }

  return {
    'GET /api/payment-methods': async ({ ctx, query, user }) => {
      await rateLimits.consume('savedCards', { client: ctx.state.client, person: user.id });
      const cards = await listCards(user.id);
      const items = cards
        .filter((card, index) => cards.findIndex((other) => isSameCard(card, other)) === index)
        .map((card) => presentCard(card, new Date()));
      return { status: 200, body: pageOfWhole(items, query, ({ id }) => id) };
    },
    'DELETE /api/payment-methods/:paymentMethod': async ({ ctx, params, user }) => {
      await rateLimits.consume('savedCards', { client: ctx.state.client, person: user.id });
      const wanted = paymentMethodId.safeParse(params.paymentMethod);
      const cards = wanted.success ? await listCards(user.id) : [];
      const card = cards.find(({ id }) => id === wanted.data);
      if (!card) throw notFound('This card');
      const same = cards.filter((other) => isSameCard(card, other)).map(({ id }) => id);
      for (const id of same) await detach(stripe, id);
      await forgetSavedCards(users, same);
      return { status: 204 };
    },
  } satisfies Partial<Handlers>;
}

/** Detaches a card from its Customer. Idempotent. */
async function detach(stripe: Stripe, id: string): Promise<void> {
  try {
    await stripe.paymentMethods.detach(id);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unreachable(error);
    if ((await readCustomer(stripe, id)) !== null) throw error;
  }
}

async function readCustomer(stripe: Stripe, id: string): Promise<Stripe.PaymentMethod['customer']> {
  try {
    return (await stripe.paymentMethods.retrieve(id)).customer;
  } catch (error) {
    throw unreachable(error);
  }
}

/** A card that was saved twice has two PaymentMethods and one fingerprint. */
function isSameCard(one: Stripe.PaymentMethod, other: Stripe.PaymentMethod): boolean {
  const fingerprint = one.card?.fingerprint;
  return one.id === other.id || (fingerprint != null && fingerprint === other.card?.fingerprint);
}

function presentCard({ id, card }: Stripe.PaymentMethod, now: Date): SavedCard {
  const { brand, last4, exp_month: expMonth, exp_year: expYear } = card!;
  return { id, brand, last4, expMonth, expYear, expired: isExpired({ expMonth, expYear }, now) };
}
