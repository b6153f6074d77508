/** Cards as people recognize them: the network's name and the last four digits. */

export interface Card {
  /** Stripe's word for the network: `visa`, `amex`, `cartes_bancaires` … */
  readonly brand: string;
  readonly last4: string;
}

const BRANDS: Readonly<Record<string, string>> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'eftpos',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** Returns the network's own name, the same in every language; empty for an unknown network. */
export function brandName(brand: string): string {
  return BRANDS[brand] ?? '';
}

/** Returns `Visa •••• 4242`, or `•••• 4242` for an unknown network. */
export function cardName({ brand, last4 }: Card): string {
  return `${brandName(brand)} •••• ${last4}`.trim();
}

/** Returns whether the card's last month is over, in UTC. */
export function isExpired(card: { expMonth: number; expYear: number }, now: Date): boolean {
  return now.getTime() >= Date.UTC(card.expYear, card.expMonth, 1);
}
