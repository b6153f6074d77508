/** The exact fraction of a bill that somebody pays, computed independently of the product. */

import type { Facts } from './facts.ts';

type Order = Facts['orders'][number];
type Line = Facts['lines'][number];
type Split = NonNullable<Order['split']>;

/**
 * Returns the exact part of the lines that falls on `payerId` as their order is split. What is off a line that several pay
 * is off what each would pay more by the change that it was waived in, which the bill does not tell: her part is then
 * between none of it and all of it.
 */
export function exactPart(
  order: Order,
  lines: readonly Line[],
  people: Facts['participants'],
  payerId: string,
): { readonly least: number; readonly most: number } {
  const split = order.split ?? { kind: 'own' };
  // Whoever joined the tab later only pays for others.
  const everybody = people.filter(({ createdAt }) => createdAt <= order.createdAt).map(({ id }) => id);
  let [least, most] = [0, 0];
  for (const line of lines) {
    const weights = weightsOf(line, split, everybody);
    const all = weights.reduce((total, { weight }) => total + weight, 0);
    const own = weights
      .filter(({ id }) => treatedBy(split, id) === payerId)
      .reduce((total, { weight }) => total + weight, 0);
    if (all === 0 || own === 0) continue;
    const discount = own === all ? 0 : (line.discountAmount ?? 0);
    const part = ((line.amount + discount) * own) / all;
    least += Math.max(0, part - discount);
    most += Math.min(line.amount, part);
  }
  return { least, most };
}

function weightsOf(line: Line, split: Split, everybody: readonly string[]): { id: string; weight: number }[] {
  if (split.kind === 'custom')
    return 'amounts' in split
      ? split.amounts.map(({ participantId, amount }) => ({ id: participantId, weight: amount }))
      : split.percents.map(({ participantId, basisPoints }) => ({ id: participantId, weight: basisPoints }));
  if (split.kind === 'even' && !split.except?.includes(line.id))
    return (split.participantIds ?? everybody).map((id) => ({ id, weight: 1 }));
  return line.sharedBetween.map((id, index) => ({ id, weight: line.weights?.[index] ?? 1 }));
}

/** Returns who pays for a person: she herself, unless somebody treats her, or everybody. */
function treatedBy(split: Split, id: string): string {
  const treats = split.kind === 'treat' ? [split] : split.kind === 'custom' ? [] : (split.treats ?? []);
  const own = treats.find(({ participantIds }) => participantIds?.includes(id));
  return (own ?? treats.find(({ participantIds }) => participantIds === undefined))?.payerId ?? id;
}
