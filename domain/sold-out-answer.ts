/** What is done about units of a line that have run out: the change of the order that each answer makes. Pure. */

import type { ChangeDraft } from './order-change.ts';
import type { SOLD_OUT_ANSWERS, SoldOutChoice } from './sold-out.ts';

export type SoldOutAnswer = (typeof SOLD_OUT_ANSWERS)[number];

/** Units of a line of which its orderer is asked. */
export interface AskedUnits {
  readonly lineId: string;
  readonly participantId: string;
  readonly quantity: number;
}

/** A line of the bill; `returnedQuantity` of its units were given back, and stay on the bill. */
interface BilledLine {
  readonly id: string;
  readonly participantId: string;
  readonly sharedBetween: readonly string[];
  readonly quantity: number;
  readonly returnedQuantity: number;
}

/** Returns how many of the units are still to be taken off: some may have been refunded or taken off meanwhile. */
export function unitsLeft({ lineId, quantity }: AskedUnits, lines: readonly BilledLine[]): number {
  const line = lines.find(({ id }) => id === lineId);
  return line ? Math.max(0, Math.min(quantity, line.quantity - line.returnedQuantity)) : 0;
}

/**
 * Returns the change that an answer makes: the units are taken off, and `instead` is added; `cancel` takes off everything
 * that whoever is asked has ordered for herself alone: what others share of it stays.
 */
export function draftAnswer<NewLine>(
  asked: AskedUnits,
  answer: SoldOutAnswer,
  lines: readonly BilledLine[],
  instead: readonly NewLine[],
): ChangeDraft<NewLine> {
  const off = unitsLeft(asked, lines);
  const set = lines.flatMap(({ id, participantId, sharedBetween, quantity, returnedQuantity }) => {
    const isHers = [participantId, ...sharedBetween].every((person) => person === asked.participantId);
    if (answer === 'cancel' && isHers)
      return quantity > returnedQuantity ? [{ lineId: id, quantity: returnedQuantity }] : [];
    return id === asked.lineId && off > 0 ? [{ lineId: id, quantity: quantity - off }] : [];
  });
  return { set, add: answer === 'take' || answer === 'choose' ? instead : [] };
}

/**
 * Returns what is done without an answer, by what was chosen at ordering. The suggestion replaces what has run out only
 * if it costs no more; nobody who wanted to be asked is charged for something else.
 */
export function answerByChoice(
  choice: SoldOutChoice,
  { isSuggestionFree }: { readonly isSuggestionFree: boolean },
): Exclude<SoldOutAnswer, 'choose'> {
  if (choice === 'replace' && isSuggestionFree) return 'take';
  return choice === 'cancel' ? 'cancel' : 'leave_out';
}
