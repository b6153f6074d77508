/** Cards on file at Stripe: those that were set up without our hearing of it, and those that are to be forgotten. */

import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import type { TabCardRow } from '../../db/orders/entities/tab-card.ts';
import { giveSetUpCard } from '../../db/orders/tabs/give-card.ts';
import { listCardsToForget, listCardsToldOf, noteForgotten } from '../../db/orders/tabs/forget-cards.ts';
import { judgeSetup } from '../../domain/tab-card-setup.ts';
import type { Job } from '../operations/jobs.ts';
import { judgeStripeError } from '../operations/stripe.ts';

const PER_ROUND = 100;

interface Options {
  readonly orders: Database;
  readonly stripe: Stripe;
  readonly tabChanges: ChangeNudger;
}

/** Creates both jobs. Each card is seen to for itself: one that Stripe does not answer for waits for the next round. */
export function createCardsOnFileJobs(options: Options): Job[] {
  const { orders, stripe } = options;
  return [
    {
      name: 'cards_set_up',
      everyMs: 5_000,
      failure: 'cards that were set up could not be put on file',
      run: async () =>
        seeToEach(await listCardsToldOf(orders, PER_ROUND), (card) => putOnFile(options, card)),
    },
    {
      name: 'cards_to_forget',
      everyMs: 5_000,
      failure: 'cards could not be forgotten at Stripe',
      run: async () =>
        seeToEach(await listCardsToForget(orders, PER_ROUND), async (card) => {
          if (!card.isSaved) await forgetAtStripe(stripe, card);
          await noteForgotten(orders, card);
        }),
    },
  ];
}

/** Throws once all were seen to: a card that Stripe does not answer for holds up none that come after it. */
async function seeToEach(
  cards: readonly TabCardRow[],
  seeTo: (card: TabCardRow) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const card of cards) await seeTo(card).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${cards.length} cards`);
}

/** The answer to its giver was lost: Stripe has told that she is through. */
async function putOnFile({ orders, stripe, tabChanges }: Options, card: TabCardRow): Promise<void> {
  const intent = await stripe.setupIntents.retrieve(card.setupIntentId!, { expand: ['payment_method'] });
  const judged = judgeSetup(intent, card);
  if (typeof judged === 'string' || !('ready' in judged)) return;
  await giveSetUpCard(orders, card, judged.ready, { unlessNewer: true });
  tabChanges.nudge(card.tabId);
}

/** A card that its account has saved stays; any other was given for its tab alone, and goes with its Customer. */
async function forgetAtStripe(stripe: Stripe, card: TabCardRow): Promise<void> {
  const { setupIntentId, paymentMethodId, stripeCustomerId } = card;
  if (paymentMethodId) await unlessGone(() => stripe.paymentMethods.detach(paymentMethodId));
  else if (setupIntentId) await unlessGone(() => stripe.setupIntents.cancel(setupIntentId));
  if (stripeCustomerId) await unlessGone(() => stripe.customers.del(stripeCustomerId));
}

/** Runs a call that Stripe refuses for what is gone already; any other error is thrown. */
async function unlessGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (judgeStripeError(error).kind !== 'refused') throw error;
  }
}
