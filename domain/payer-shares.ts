/** Shares that are paid together: those of an order that its payer has changed are one person's for refunds. */

interface OwnedShare {
  readonly id: string;
  readonly participantId: string;
  /** Whose it was, if its payer has taken it over. */
  readonly ownerId: string | null;
}

/**
 * Returns the same key for all shares of one payer's own bill: the first one, and what changes have added. A share that
 * she has taken over stays apart.
 */
export function payerKeyOf({ id, participantId, ownerId }: OwnedShare): string {
  return ownerId === null ? participantId : id;
}
