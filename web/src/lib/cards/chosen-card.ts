/** What to pay with, and whether Stripe is to keep it for next time. */
export interface ChosenCard {
  readonly id: string;
  readonly save: boolean;
}

/** The card as a request to pay names it. */
export function paymentOf({ id, save }: ChosenCard): { paymentMethodId: string; savePaymentMethod?: true } {
  return { paymentMethodId: id, ...(save && { savePaymentMethod: true as const }) };
}
