import { receipt } from '#messages';
import { cardName } from '#domain/card.ts';
import type { Way } from '#domain/paid-with.ts';

/** Returns `Cash`, `Visa •••• 4242`, or `Card` if unknown. */
export function wayWords({ method, card }: Way): string {
  if (method === 'cash') return receipt.cash();
  return card ? cardName(card) : receipt.card();
}
