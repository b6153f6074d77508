/** The card to pay with, and whether Stripe saves it. */
export interface ChosenCard {
  readonly id: string;
  readonly save: boolean;
}

/** Returns the card as a payment request names it. */
export function paymentOf({ id, save }: ChosenCard): { paymentMethodId: string; savePaymentMethod?: true } {
  return { paymentMethodId: id, ...(save && { savePaymentMethod: true as const }) };
}
