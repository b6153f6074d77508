/** How many units of each line went back, for whoever prepares the order and whoever ordered it. */

/** A line as far as that depends on it. */
export interface ReturnableLine {
  readonly id: string;
  readonly quantity: number;
  /** The participants who pay for it together. */
  readonly sharedBetween: readonly string[];
}

/** A refund that was not refused: units of lines, an amount (no lines), or, with null, all that was left. */
export interface RefundOfLines {
  readonly participantId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[] | null;
}

/**
 * Units that went back, by the line's id; lines of which nothing did are left out. A line is back as a whole once each
 * of its payers got back all of her share, which `wholly` names beside what the refunds say. Of a line that several
 * pay for, a unit counts when all of them got it back.
 */
export function refundedQuantities(
  lines: readonly ReturnableLine[],
  refunds: readonly RefundOfLines[],
  wholly: ReadonlySet<string>,
): Map<string, number> {
  const everything = new Set([
    ...wholly,
    ...refunds.filter((refund) => refund.lines === null).map(({ participantId }) => participantId),
  ]);
  const quantities = new Map<string, number>();
  for (const { id, quantity, sharedBetween } of lines) {
    const units = sharedBetween.map((participantId) =>
      everything.has(participantId)
        ? quantity
        : refunds
            .filter((refund) => refund.participantId === participantId)
            .flatMap((refund) => refund.lines ?? [])
            .filter(({ lineId }) => lineId === id)
            .reduce((sum, line) => sum + line.quantity, 0),
    );
    const back = Math.min(quantity, ...units);
    if (units.length > 0 && back > 0) quantities.set(id, back);
  }
  return quantities;
}
