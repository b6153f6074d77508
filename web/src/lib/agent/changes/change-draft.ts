/** A change of an order while staff put it together. Pure. */

import type { Product } from '#domain/contract/catalog.ts';
import type { Order, OrderLine } from '#domain/contract/orders.ts';
import type { PlaceInput } from '#domain/contract/places.ts';
import { BOARD_STATUSES } from '#domain/order.ts';
import type { ChangeToPreview } from '../../api/changes.ts';
import { toLineInput, type CartLine } from '../../cart/cart-line.ts';

/** What a line is to be; what is absent stays. */
export interface LineDraft {
  /** Units to be made; those that were refunded are not among them. */
  readonly quantity?: number;
  readonly options?: readonly string[];
  readonly note?: string;
  /** Another variant in its place. */
  readonly other?: CartLine;
}

/** A line to add, and for whom. */
export interface AddedLine {
  readonly line: CartLine;
  readonly participantId: string;
}

export interface ChangeDraft {
  readonly lines: Readonly<Record<string, LineDraft>>;
  readonly added: readonly AddedLine[];
  readonly place: PlaceInput | undefined;
}

export const NO_CHANGE: ChangeDraft = { lines: {}, added: [], place: undefined };

/** Returns how many units of a line are still to be made. */
export function unitsLeft({ quantity, refundedQuantity }: OrderLine): number {
  return quantity - refundedQuantity;
}

/** Returns what a request says of the change; undefined if nothing would change. */
export function wishOf(
  order: Pick<Order, 'lines'>,
  { lines, added, place }: ChangeDraft,
): Pick<ChangeToPreview, 'set' | 'add' | 'place'> | undefined {
  const set = order.lines.flatMap((line) => {
    const wanted = setLine(line, lines[line.id] ?? {});
    return wanted ? [wanted] : [];
  });
  const add = added.map(({ line, participantId }) => ({ ...toLineInput(line), participantId }));
  if (set.length === 0 && add.length === 0 && !place) return undefined;
  return {
    ...(set.length > 0 && { set }),
    ...(add.length > 0 && { add }),
    ...(place && { place }),
  };
}

function setLine(line: OrderLine, draft: LineDraft): NonNullable<ChangeToPreview['set']>[number] | undefined {
  const { id: lineId, refundedQuantity } = line;
  if (draft.other) {
    const { variantId, quantity, options, note } = draft.other;
    return {
      lineId,
      variantId,
      quantity: quantity + refundedQuantity,
      options: [...options],
      note: note || null,
    };
  }
  const quantity = (draft.quantity ?? unitsLeft(line)) + refundedQuantity;
  if (quantity === refundedQuantity) return quantity === line.quantity ? undefined : { lineId, quantity };
  const isOtherNote = draft.note !== undefined && draft.note !== (line.note ?? '');
  const isOtherChoice = draft.options !== undefined && !isSameChoice(line, draft.options);
  if (quantity === line.quantity && !isOtherNote && !isOtherChoice) return undefined;
  return {
    lineId,
    ...(quantity !== line.quantity && { quantity }),
    ...(isOtherChoice && { options: [...draft.options] }),
    ...(isOtherNote && { note: draft.note === '' ? null : draft.note }),
  };
}

function isSameChoice({ options }: OrderLine, chosen: readonly string[]): boolean {
  return options.length === chosen.length && options.every(({ id }) => chosen.includes(id));
}

/** Returns a line as the sheet of its product edits it. */
export function editedLine(line: OrderLine, draft: LineDraft = {}): CartLine {
  return (
    draft.other ?? {
      ...{ id: line.id, productId: line.productId ?? '', variantId: line.variantId },
      options: draft.options ?? line.options.map(({ id }) => id),
      quantity: draft.quantity ?? unitsLeft(line),
      note: draft.note ?? line.note ?? '',
      ...{ name: line.name, unitAmount: line.unitAmount },
    }
  );
}

/** Returns the draft with another quantity; nothing if the line is to be as it is. */
export function withQuantity(
  line: OrderLine,
  draft: LineDraft | undefined,
  quantity: number,
): LineDraft | undefined {
  const other = draft?.other;
  if (other && quantity > 0) return { other: { ...other, quantity } };
  const { options, note } = draft ?? {};
  const wanted = { quantity, ...(options && { options }), ...(note !== undefined && { note }) };
  return setLine(line, wanted) && wanted;
}

/** Returns what was chosen for a line in the sheet of its product; nothing if it is to be as it is. */
export function draftOfChoice(line: OrderLine, chosen: CartLine): LineDraft | undefined {
  if (chosen.variantId !== line.variantId) return { other: chosen };
  const wanted = { quantity: chosen.quantity, options: chosen.options, note: chosen.note };
  return setLine(line, wanted) && wanted;
}

/** Returns a line's product for its sheet: what the order has of it is not sold out for it. */
export function productFor(product: Product, line: OrderLine): Product {
  const variants = product.variants.map((variant) =>
    variant.id === line.variantId ? { ...variant, available: variant.available + unitsLeft(line) } : variant,
  );
  return { ...product, variants };
}

/** Returns the names of a product's chosen options. */
export function optionNames(product: Product | undefined, options: readonly string[]): string[] {
  return (product?.optionGroups ?? [])
    .flatMap((group) => group.options)
    .filter(({ id }) => options.includes(id))
    .map(({ name }) => name);
}

/** Returns whether staff can change an order: it is not completed, and not a payment of a tab. */
export function isChangeable({ kind, status }: Pick<Order, 'kind' | 'status'>): boolean {
  return kind !== 'settlement' && CHANGEABLE.some((one) => one === status);
}

const CHANGEABLE = ['awaiting_payment', ...BOARD_STATUSES] as const;
