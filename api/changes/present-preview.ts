/** What a change would make of an order, in the form of the contract. */

import type { z } from 'zod';
import type { AddedLine } from '../../db/orders/entities/change.ts';
import { summarizeTaxes } from '../../domain/bill.ts';
import { waivedAmount, type ChangePlan } from '../../domain/change.ts';
import type { changePreviewAnswer } from '../../domain/contract/changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { ChangeDraft } from '../../domain/order-change.ts';

/** Returns the bill as it would be, and what `participantId` pays more or gets back. */
export function presentPreview(
  order: Order,
  draft: ChangeDraft<AddedLine>,
  plan: ChangePlan,
  participantId: string | null,
): z.output<typeof changePreviewAnswer> {
  const { quantities, discounts, byPayer } = plan;
  const discountAmount = waivedAmount(plan);
  const notes = new Map(draft.set.map(({ lineId, note }) => [lineId, note]));
  const stays = order.lines.flatMap((line) => {
    const { quantity, discountAmount } = quantities.find(({ lineId }) => lineId === line.id) ?? line;
    const note = notes.get(line.id);
    const amount = quantity * line.unitAmount - discountAmount;
    return quantity === 0
      ? []
      : [{ ...line, quantity, amount, discountAmount, note: note === undefined ? line.note : note }];
  });
  const lines = [
    ...stays.map((line) => ({ ...shown(line), id: line.id })),
    ...draft.add.map((line) => {
      const discountAmount = discounts.find(({ lineId }) => lineId === line.id)?.amount ?? 0;
      return { ...shown({ ...line, amount: line.amount - discountAmount, discountAmount }), id: null };
    }),
  ];
  return {
    differenceAmount: plan.differenceAmount + discountAmount,
    discountAmount,
    byPayer: byPayer.map((payer) => ({
      ...{ participantId: payer.participantId, amount: payer.differenceAmount },
    })),
    givesBack: byPayer
      .filter((payer) => payer.participantId === participantId)
      .flatMap(({ shares }) => shares)
      .flatMap(({ id, returnedAmount }) => {
        const share = order.shares.find((one) => one.id === id);
        if (returnedAmount === 0 || !share) return [];
        return [{ amount: returnedAmount, method: share.method ?? 'card', card: share.card }];
      }),
    bill: { totalAmount: order.totalAmount + plan.differenceAmount, lines, taxes: summarizeTaxes(lines) },
    until: null,
  };
}

interface Shown {
  readonly variantId: string;
  readonly name: string;
  readonly options: { id: string; group: string; name: string; amount: number }[];
  readonly quantity: number;
  readonly unitAmount: number;
  readonly amount: number;
  readonly discountAmount: number;
  readonly taxRate: number;
  readonly note: string | null;
}

/** Leaves out what a preview does not tell of a line. */
function shown(line: Shown): Shown {
  const { variantId, name, options, quantity, unitAmount, amount, discountAmount, taxRate, note } = line;
  return { variantId, name, options, quantity, unitAmount, amount, discountAmount, taxRate, note };
}
