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

/** The network's own name, the same in every language; empty for one that we have none for. */
export function brandName(brand: string): string {
  return BRANDS[brand] ?? '';
}

/** `Visa •••• 4242`, or `•••• 4242` of a network that we have no name for. */
export function cardName({ brand, last4 }: Card): string {
  return `${brandName(brand)} •••• ${last4}`.trim();
}

/** Whether its last month is over, everywhere on earth or not: by UTC. */
export function isExpired(card: { expMonth: number; expYear: number }, now: Date): boolean {
  return now.getTime() >= Date.UTC(card.expYear, card.expMonth, 1);
}
