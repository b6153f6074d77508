import type { SavedCard } from '#domain/contract/cards.ts';

/** A card to be typed in. */
export const ANOTHER = 'another';

/** Returns the default choice: the newest saved card that is still valid; `tried` was just declined. */
export function firstChoice(cards: readonly SavedCard[], tried?: string): string {
  return cards.find(({ id, expired }) => !expired && id !== tried)?.id ?? ANOTHER;
}

/** `07/28`. */
export function expiryText({ expMonth, expYear }: { expMonth: number; expYear: number }): string {
  return `${String(expMonth).padStart(2, '0')}/${String(expYear % 100).padStart(2, '0')}`;
}
