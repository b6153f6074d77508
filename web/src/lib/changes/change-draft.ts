/** What somebody wants to be different in her order, before it is sent. Pure functions. */

import type { Product } from '#domain/contract/catalog.ts';
import type { Order, OrderLine } from '#domain/contract/orders.ts';
import type { Place } from '#domain/contract/places.ts';
import { withoutIsolates } from '#domain/isolate.ts';
import type { ChangeWish } from '../api/changes.ts';
import { isSameChoice, toLineInput, type CartLine } from '../cart/cart-line.ts';
import { placeInput, placeOfDraft, type PlaceDraft } from '../checkout/place.ts';
import { unitAmountOf } from '../menu/choice.ts';

export interface ChangeDraft {
  /** Lines of the order as they are to be, by the line's id. Quantity 0: it is taken off. */
  readonly edits: Readonly<Record<string, CartLine>>;
  readonly added: readonly CartLine[];
  /** Null: it goes where it went. */
  readonly place: PlaceDraft | null;
}

export const NO_CHANGE: ChangeDraft = { edits: {}, added: [], place: null };

/** A line of the order that she may change, and what she wants of it. */
export interface DraftedLine {
  readonly line: OrderLine;
  readonly was: CartLine;
  readonly wanted: CartLine;
  readonly isChanged: boolean;
}

/** Returns a line of the order as sheets of the menu know lines. Units that were given back do not count. */
export function asCartLine(line: OrderLine): CartLine {
  const { id, productId, variantId, options, quantity, refundedQuantity, note, name, unitAmount } = line;
  return {
    ...{ id, productId: productId ?? '', variantId, name, unitAmount },
    quantity: quantity - refundedQuantity,
    options: options.map((option) => option.id).toSorted(),
    note: withoutIsolates(note ?? ''),
  };
}

/** Returns the lines of the order that concern her, with her wishes: her own, and those that she shares. */
export function draftedLines(order: Order, selfId: string | null, draft: ChangeDraft): DraftedLine[] {
  return order.lines
    .filter(({ participantId, sharedBetween }) => participantId === selfId || sharedBetween.includes(selfId!))
    .filter(({ quantity, refundedQuantity }) => refundedQuantity < quantity)
    .map((line) => {
      const was = asCartLine(line);
      const wanted = draft.edits[line.id] ?? was;
      return { line, was, wanted, isChanged: !isAsItWas(was, wanted) };
    });
}

/** Returns whether others pay a line, too, or alone. */
export function isShared({ sharedBetween }: OrderLine, selfId: string | null): boolean {
  return sharedBetween.some((id) => id !== selfId);
}

/** Returns the draft with a line as she wants it. */
export function withLine(draft: ChangeDraft, line: CartLine): ChangeDraft {
  return { ...draft, edits: { ...draft.edits, [line.id]: line } };
}

/** Returns the draft with a further line; more of the same raises its quantity. */
export function withAdded(draft: ChangeDraft, line: CartLine): ChangeDraft {
  const same = draft.added.find((one) => isSameChoice(one, line));
  return same
    ? withAddedChanged(draft, same.id, { ...same, quantity: same.quantity + line.quantity })
    : { ...draft, added: [...draft.added, line] };
}

/** Returns the draft with an added line replaced; quantity 0 removes it. */
export function withAddedChanged(draft: ChangeDraft, id: string, line: CartLine): ChangeDraft {
  const added = draft.added.flatMap((one) =>
    one.id !== id ? [one] : line.quantity > 0 ? [{ ...line, id }] : [],
  );
  return { ...draft, added };
}

/** Returns the request for a draft: only what differs from the order. */
export function wishOf(draft: ChangeDraft, order: Order): ChangeWish {
  const set: NonNullable<ChangeWish['set']>[number][] = [];
  const add: NonNullable<ChangeWish['add']>[number][] = [];
  for (const line of order.lines) {
    const wanted = draft.edits[line.id];
    if (!wanted) continue;
    const was = asCartLine(line);
    if (isAsItWas(was, wanted)) continue;
    if (wanted.quantity === 0) {
      set.push({ lineId: line.id, quantity: line.refundedQuantity });
      continue;
    }
    set.push({
      lineId: line.id,
      ...(wanted.variantId !== was.variantId && { variantId: wanted.variantId }),
      ...(wanted.quantity !== was.quantity && { quantity: wanted.quantity + line.refundedQuantity }),
      ...(!hasSameOptions(was, wanted) && { options: [...wanted.options] }),
      ...(wanted.note !== was.note && { note: wanted.note === '' ? null : wanted.note }),
    });
  }
  add.push(...draft.added.map(toLineInput));
  return {
    ...(set.length > 0 && { set }),
    ...(add.length > 0 && { add }),
    ...(draft.place && !isHere(draft.place, order.place) && { place: placeInput(draft.place) }),
  };
}

/** Returns whether a wish changes nothing. */
export function isNothing({ set, add, place }: ChangeWish): boolean {
  return !set && !add && !place;
}

/** Returns the draft of where the order goes now. */
export function draftOfPlace(place: Place | null): PlaceDraft | null {
  if (!place) return null;
  const { kind, spotId, label, area, name = '' } = place;
  const words = withoutIsolates(label);
  if (spotId === undefined || kind === 'other') return { kind, label: words, name: withoutIsolates(name) };
  return {
    kind,
    spot: { id: spotId, kind, label, area: area ?? null },
    label: '',
    name: withoutIsolates(name),
  };
}

/**
 * Returns what a line would cost by the menu of now: what stays keeps its price, what comes in has that of today. The
 * preview decides.
 */
export function amountOf(
  { was, wanted }: Pick<DraftedLine, 'was' | 'wanted'>,
  products: readonly Product[],
): number {
  const isOther = wanted.variantId !== was.variantId || !hasSameOptions(was, wanted);
  const kept = isOther ? 0 : Math.min(was.quantity, wanted.quantity);
  const product = products.find(({ id }) => id === wanted.productId);
  const variant = product?.variants.find(({ id }) => id === wanted.variantId);
  const today = product && variant ? unitAmountOf(product, variant, wanted.options) : wanted.unitAmount;
  return kept * was.unitAmount + (wanted.quantity - kept) * today;
}

/** Returns the product with her own units on sale again: she may keep what she has, and have it otherwise. */
export function withOwnUnits(product: Product, was: Pick<CartLine, 'variantId' | 'quantity'>): Product {
  const variants = product.variants.map((variant) =>
    variant.id === was.variantId ? { ...variant, available: variant.available + was.quantity } : variant,
  );
  return { ...product, variants };
}

function isAsItWas(was: CartLine, wanted: CartLine): boolean {
  return was.quantity === wanted.quantity && isSameChoice(was, wanted);
}

function hasSameOptions(was: CartLine, wanted: CartLine): boolean {
  return isSameChoice({ ...was, note: '' }, { ...wanted, variantId: was.variantId, note: '' });
}

function isHere(draft: PlaceDraft, place: Place | null): boolean {
  if (!place) return false;
  const { kind, label, name = '' } = placeOfDraft(draft);
  const isSpot = draft.spot ? draft.spot.id === place.spotId : label === withoutIsolates(place.label);
  return kind === place.kind && isSpot && name === withoutIsolates(place.name ?? '');
}
