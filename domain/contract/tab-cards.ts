/** The contract of a tab's card on file. */

import { z } from 'zod';
import { CARD_REFUSALS } from '../tab-card.ts';
import { paymentMethodId } from './cards.ts';
import { id, mailAddress } from './fields.ts';
import { refusedAs } from './problem-of.ts';

/** A SetupIntent of Stripe. */
export const setupIntentId = z.string().regex(/^seti_[A-Za-z0-9_]{1,250}$/);

/** `POST /api/tabs/:id/card`: begins to give a card. Whoever has no mail address in the tab yet gives one. */
export const beginTabCardSchema = z.strictObject({ email: mailAddress }).partial();

/** Stripe.js confirms the SetupIntent with `clientSecret`; after that it is given with `PUT /api/tabs/:id/card`. */
export const beginTabCardAnswer = z.strictObject({ setupIntentId, clientSecret: z.string() });

/** `PUT /api/tabs/:id/card`: a card that Stripe.js has set up, or a saved card of one's account. */
export const giveTabCardSchema = z
  .strictObject({
    setupIntentId: setupIntentId.optional(),
    paymentMethodId: paymentMethodId.optional(),
  })
  .refine((given) => (given.setupIntentId === undefined) !== (given.paymentMethodId === undefined), {
    ...refusedAs({ code: 'required' }),
    path: ['setupIntentId'],
  });
export type GiveTabCard = z.output<typeof giveTabCardSchema>;

/** The card to which is charged what a tab owes when it is closed. */
export const tabCardSchema = z.strictObject({
  /** Who has given it. */
  participantId: id,
  /** Both only for her and staff; null for all others. */
  brand: z.string().nullable(),
  last4: z.string().nullable(),
  /** Whether what is owed is being charged to it now, or as soon as it can be. */
  isCharging: z.boolean(),
  /** Why it was refused when it was charged last; null if it was not. */
  refused: z.enum(CARD_REFUSALS).nullable(),
});
export type TabCard = z.infer<typeof tabCardSchema>;
