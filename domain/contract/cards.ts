/** Cards, as the contract shows them. */

import { z } from 'zod';

/** A PaymentMethod of Stripe. */
export const paymentMethodId = z.string().regex(/^pm_[A-Za-z0-9_]{1,250}$/);

/** A card as its holder recognizes it; `brand` is Stripe's value: `visa`, `mastercard`, `amex` … */
export const cardSchema = z.strictObject({ brand: z.string(), last4: z.string() });

/** `GET /api/payment-methods`: a card that an account has saved; its `id` is a `paymentMethodId` to pay with. */
export const savedCardSchema = cardSchema.extend({
  id: paymentMethodId,
  expMonth: z.int(),
  expYear: z.int(),
  /** Expired: it can only be removed. */
  expired: z.boolean(),
});
export type SavedCard = z.infer<typeof savedCardSchema>;
