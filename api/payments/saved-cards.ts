/** `GET` and `DELETE /api/payment-methods`: the cards that an account has saved, as Stripe keeps them. */

import Stripe from 'stripe';
import { isExpired } from '../../domain/card.ts';
import { paymentMethodId, savedCardSchema, type SavedCard } from '../../domain/contract/cards.ts';
import { pageOf, pageQuerySchema } from '../../domain/contract/fields.ts';
import type { Databases } from '../../db/databases.ts';
import { forgetSavedCards } from '../../db/users/payments/saved-cards.ts';
import { findCustomer, forgetCustomer } from '../../db/users/payments/stripe-customers.ts';
import { notFound, tryAgain } from '../http/api-error.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { pageOfWhole } from '../http/cursor.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { assertSignedIn } from '../people/people.ts';

/** As many as Stripe lists at once; more than anybody has. */
const MOST_CARDS = 100;

export function savedCardRoutes(dependencies: {
  databases: Databases;
  stripe: Stripe;
  rateLimits: RateLimits;
}): Route[] {
  const { stripe, rateLimits } = dependencies;
  const { users } = dependencies.databases;

  /** All cards that Stripe keeps for the account, newest first; none for one whose Customer was deleted there. */
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

  return [
    defineRoute({
      method: 'get',
      path: '/api/payment-methods',
      tag: 'Payments',
      summary: 'The cards you have saved, newest first',
      description: 'Each card once, however often it was saved. Pay with its `id` as `paymentMethodId`.',
      who: 'whoever is signed in',
      query: pageQuerySchema,
      answers: { 200: pageOf(savedCardSchema) },
      errors: ['unauthenticated', 'too_many_requests', 'try_again'],
      handle: async ({ ctx, query, person }) => {
        const user = assertSignedIn(await person());
        await rateLimits.consume('savedCards', { client: ctx.state.client, person: user.id });
        const cards = await listCards(user.id);
        const items = cards
          .filter((card, index) => cards.findIndex((other) => isSameCard(card, other)) === index)
          .map((card) => presentCard(card, new Date()));
        return { status: 200, body: pageOfWhole(items, query, ({ id }) => id) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api/payment-methods/:paymentMethod',
      tag: 'Payments',
      summary: 'Remove a card you have saved',
      description: 'Stripe forgets it, every time it was saved. A payment under way with it goes on.',
      who: 'the account that saved it',
      answers: { 204: null },
      errors: ['unauthenticated', 'not_found', 'too_many_requests', 'try_again'],
      handle: async ({ ctx, params, person }) => {
        const user = assertSignedIn(await person());
        await rateLimits.consume('savedCards', { client: ctx.state.client, person: user.id });
        const wanted = paymentMethodId.safeParse(params['paymentMethod']);
        const cards = wanted.success ? await listCards(user.id) : [];
        const card = cards.find(({ id }) => id === wanted.data);
        if (!card) throw notFound('This card');
        const same = cards.filter((other) => isSameCard(card, other)).map(({ id }) => id);
        for (const id of same) await detach(stripe, id);
        await forgetSavedCards(users, same);
        return { status: 204 };
      },
    }),
  ];
}

/** Takes a card off its Customer; one that is off already is fine. */
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

/** Saved twice, a card has two PaymentMethods and one fingerprint. */
function isSameCard(one: Stripe.PaymentMethod, other: Stripe.PaymentMethod): boolean {
  const fingerprint = one.card?.fingerprint;
  return one.id === other.id || (fingerprint != null && fingerprint === other.card?.fingerprint);
}

function presentCard({ id, card }: Stripe.PaymentMethod, now: Date): SavedCard {
  const { brand, last4, exp_month: expMonth, exp_year: expYear } = card!;
  return { id, brand, last4, expMonth, expYear, expired: isExpired({ expMonth, expYear }, now) };
}

/** What to tell when Stripe does not answer; anything else is a fault of ours. */
function unreachable(error: unknown): unknown {
  const { StripeAPIError, StripeConnectionError, StripeRateLimitError } = Stripe.errors;
  const isAway = [StripeAPIError, StripeConnectionError, StripeRateLimitError].some(
    (kind) => error instanceof kind,
  );
  return isAway
    ? tryAgain('Your saved cards cannot be reached just now. Please try again in a moment.')
    : error;
}
