/** Lines of a tab, as the menu and its sheets know lines: those of a cart. */

import type { Product } from '#domain/contract/catalog.ts';
import type { TabLine } from '#domain/contract/basket.ts';
import { withoutIsolates } from '#domain/isolate.ts';
import { lineName } from '#domain/line.ts';
import type { CartLine, LineProblem } from '../cart/cart-line.ts';
import { priceCart } from '../cart/price-cart.ts';
import type { NewLine } from '../api/tabs.ts';
import type { ShownLine } from './basket-edits.ts';
import { isForOwnerAlone, type LineWish, type NewTabLine } from './line-wish.ts';

/** Returns the line for the menu, by its key on the page. */
export function asCartLine(line: ShownLine): CartLine {
  const { key, productId, variantId, options, quantity, note, name, unitAmount } = line;
  return {
    ...{ id: key, productId: productId ?? '', variantId, quantity, name, unitAmount },
    options: options.map(({ id }) => id),
    note: withoutIsolates(note ?? ''),
  };
}

/** Why a line cannot be had any more, by the stock of now. */
export type TabLineProblem = LineProblem | { readonly kind: 'off_menu' };

/** Returns what runs out, by line. Earlier lines come first. */
export function findProblems(
  lines: readonly ShownLine[],
  products: readonly Product[],
): ReadonlyMap<string, TabLineProblem> {
  const priced = new Map(
    priceCart(lines.map(asCartLine), products).lines.map((line) => [line.id, line.problem]),
  );
  return new Map(
    lines.flatMap(({ key }): [string, TabLineProblem][] => {
      const problem = priced.has(key) ? priced.get(key) : ({ kind: 'off_menu' } as const);
      return problem ? [[key, problem]] : [];
    }),
  );
}

/** What a line is before the API has answered, and the request for it. */
export function newLine(
  choice: CartLine,
  product: Product,
  ownerId: string,
  sharedBetween: TabLine['sharedBetween'],
  isForSelf: boolean,
): { body: NewLine; line: NewTabLine } {
  const { variantId, quantity, options, note } = choice;
  const isAlone = isForOwnerAlone({ participantId: ownerId, sharedBetween });
  return {
    body: {
      ...{ variantId, quantity },
      ...(options.length > 0 && { options }),
      ...(note !== '' && { note }),
      ...(!isForSelf && { participantId: ownerId }),
      ...(!isAlone && { sharedBetween }),
    },
    line: {
      ...shownChoice(choice, product),
      ...{ participantId: ownerId, sharedBetween, productId: product.id, category: product.category },
      ...{ taxRate: product.taxRate, taxClass: product.taxClass },
    },
  };
}

/** The request for a line that is chosen like this one, with the same owner and sharers. */
export function lineLike(line: TabLine, selfId: string | null): NewLine {
  const { variantId, quantity, options, note, participantId, sharedBetween } = line;
  return {
    ...{ variantId, quantity, sharedBetween },
    options: options.map(({ id }) => id),
    ...(note !== null && { note }),
    ...(participantId !== selfId && { participantId }),
  };
}

/** Returns what differs between a line as she opened it and her choice; undefined if nothing does. */
export function wishFor(
  start: ShownLine,
  choice: CartLine,
  product: Product,
  owner: { readonly ownerId: string; readonly sharedBetween: TabLine['sharedBetween'] },
): LineWish | undefined {
  const before = asCartLine(start);
  const options = choice.options.toSorted();
  const isOther = {
    variantId: choice.variantId !== before.variantId,
    quantity: choice.quantity !== before.quantity,
    options: options.join() !== before.options.toSorted().join(),
    note: choice.note !== before.note,
    participantId: owner.ownerId !== start.participantId,
    sharedBetween: JSON.stringify(owner.sharedBetween) !== JSON.stringify(start.sharedBetween),
  };
  if (!Object.values(isOther).includes(true)) return undefined;
  return {
    body: {
      ...(isOther.variantId && { variantId: choice.variantId }),
      ...(isOther.quantity && { quantity: choice.quantity }),
      // Options belong to what is ordered: both are named together.
      ...((isOther.options || isOther.variantId) && { options }),
      ...(isOther.note && { note: choice.note === '' ? null : choice.note }),
      ...(isOther.participantId && { participantId: owner.ownerId }),
      ...(isOther.sharedBetween && { sharedBetween: owner.sharedBetween }),
    },
    shown: {
      ...shownChoice(choice, product),
      ...{ participantId: owner.ownerId, sharedBetween: owner.sharedBetween },
    },
  };
}

function shownChoice(choice: CartLine, product: Product) {
  const { variantId, quantity, options, note, unitAmount } = choice;
  const variant = product.variants.find(({ id }) => id === variantId);
  return {
    ...{ variantId, quantity, unitAmount, amount: unitAmount * quantity },
    name: variant ? lineName(product.name, variant.name) : choice.name,
    note: note === '' ? null : note,
    options: product.optionGroups.flatMap(({ name: group, options: offered }) =>
      offered
        .filter(({ id }) => options.includes(id))
        .map(({ id, name, amount }) => ({ id, group, name, amount })),
    ),
  };
}
