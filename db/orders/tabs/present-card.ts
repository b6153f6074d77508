import type { TabCard } from '../../../domain/contract/tab-cards.ts';
import type { SilentTab } from '../../../domain/tab-card.ts';
import type { TabCardRow } from '../entities/tab-card.ts';

/** Returns the card on file in the form of the contract, with what only its giver and staff may see. */
export function presentCard({ participantId, brand, last4, isCharging, refused }: TabCardRow): TabCard {
  return { participantId, brand: brand ?? null, last4: last4 ?? null, isCharging, refused: refused ?? null };
}

/** Returns the card on file as far as the rule of silence depends on it. */
export function silentCard(card: TabCardRow | undefined): SilentTab['card'] {
  if (!card) return null;
  const { chargeAfterHours, givenAt, warnedAt, wasTried } = card;
  return { chargeAfterHours, wasTried, givenAt: givenAt!, warnedAt: warnedAt ?? null };
}
