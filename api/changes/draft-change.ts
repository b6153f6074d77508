/** Prices what somebody wants to change of an order: what stays keeps its price, what is added has the price of now. */

import { isDeepStrictEqual } from 'node:util';
import type { AddedLine } from '../../db/orders/entities/change.ts';
import { priceLines, type PricedLine } from '../../db/catalog/products/pricing.ts';
import type { Databases } from '../../db/databases.ts';
import { deriveId } from '../../db/ids.ts';
import type { ChangeWish } from '../../domain/contract/changes.ts';
import type { LineInput, Order, OrderLine } from '../../domain/contract/orders.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { ChangeDraft } from '../../domain/order-change.ts';
import { invalidRequest } from '../http/api-error.ts';
import { chosenPlace } from '../spots/chosen-place.ts';

/** A line to price, and where it is in the request. */
interface ToPrice {
  readonly path: readonly (string | number)[];
  readonly input: LineInput;
}

/**
 * Returns the change with prices, and the ids that its new lines get from `changeId`; a note and a place that it has
 * already are no part of it. Throws as placing does.
 */
export async function draftChange(
  { catalog }: Databases,
  shop: ShopSettings,
  order: Order,
  wish: ChangeWish,
  { changeId, participantId }: { readonly changeId: string; readonly participantId: string | null },
): Promise<ChangeDraft<AddedLine>> {
  const { set = [], add = [], place } = wish;
  assertInOrder(order, add);
  const wanted = set.map((one, index) => ({
    ...{ one, index },
    line: order.lines.find(({ id }) => id === one.lineId),
  }));
  const toPrice: ToPrice[] = [
    ...wanted.flatMap(({ one, index, line }) => {
      const more = line && moreOf(line, one);
      return more ? [{ path: ['set', index], input: more }] : [];
    }),
    ...add.map(({ participantId: _, ...input }, index) => ({ path: ['add', index], input })),
  ];
  const priced = await price(catalog, toPrice);
  const ofLine = (index: number) =>
    priced[toPrice.findIndex(({ path }) => path[0] === 'set' && path[1] === index)];
  const added: Omit<AddedLine, 'id'>[] = [];
  const drafted = wanted.map(({ one, index, line }) => {
    const { lineId, note } = one;
    const quantity = one.quantity ?? line?.quantity ?? 0;
    const isNoted = note !== undefined && note !== (line?.note ?? null);
    const noted = { lineId, ...(isNoted && { note }) };
    const more = line && ofLine(index);
    if (!line || !more) return { ...noted, quantity };
    const anew = { ...more, participantId: line.participantId, likeLineId: line.id };
    if (isOtherArticle(line, one)) {
      added.push(anew);
      return { lineId, quantity: line.refundedQuantity };
    }
    if (wish.settle !== 'waive' && isPricedAlike(line, more)) return { ...noted, quantity };
    added.push(anew);
    return { ...noted, quantity: line.quantity };
  });
  const goesTo = place && (await chosenPlace(catalog, shop, place));
  const news = priced.slice(toPrice.length - add.length);
  added.push(
    ...news.map((line, index) => ({
      ...line,
      participantId: add[index]!.participantId ?? participantId ?? order.host,
      likeLineId: null,
    })),
  );
  return {
    set: drafted,
    add: added.map((line, index) => ({ ...line, id: deriveId('line', 'change', changeId, index) })),
    ...(goesTo && !isDeepStrictEqual(goesTo, order.place) && { place: goesTo }),
    ...(wish.settle === 'waive' && { waived: { name: wish.discountName ?? '' } }),
  };
}

/** Throws invalid_request for lines for somebody who is not in the order. */
function assertInOrder({ participants }: Order, add: NonNullable<ChangeWish['add']>): void {
  const problems = add.flatMap(({ participantId }, index) =>
    participantId === undefined || participants.some(({ id }) => id === participantId)
      ? []
      : [{ path: ['add', index, 'participantId'], code: 'not_in_order' as const }],
  );
  if (problems.length > 0) throw invalidRequest('Somebody is not in this order.', problems);
}

type SetLine = NonNullable<ChangeWish['set']>[number];

/** Returns what is to be made anew of a line: more of it, or all of it as another article; undefined if nothing. */
function moreOf(line: OrderLine, wanted: SetLine): LineInput | undefined {
  const { quantity = line.quantity, variantId = line.variantId, options, note } = wanted;
  const isOther = isOtherArticle(line, wanted);
  const pieces = quantity - (isOther ? line.refundedQuantity : line.quantity);
  if (pieces <= 0) return undefined;
  const words = note === undefined ? line.note : note;
  return {
    variantId,
    quantity: pieces,
    options: options ?? line.options.map(({ id }) => id),
    ...(words !== null && { note: words }),
  };
}

/** Whether it is to be another article, or the same with other options: what there is of it makes way. */
function isOtherArticle(line: OrderLine, { variantId = line.variantId, options }: SetLine): boolean {
  if (variantId !== line.variantId) return true;
  if (options === undefined) return false;
  const chosen = new Set(line.options.map(({ id }) => id));
  return chosen.size !== options.length || options.some((id) => !chosen.has(id));
}

/** Whether more of a line is the same article at the same price: then it stays one line. */
function isPricedAlike(line: OrderLine, more: PricedLine): boolean {
  return (
    line.discountAmount === 0 &&
    line.unitAmount === more.unitAmount &&
    line.taxRate === more.taxRate &&
    line.name === more.name &&
    line.options.every(({ id, name, amount }) =>
      more.options.some((one) => one.id === id && one.name === name && one.amount === amount),
    )
  );
}

/** Throws invalid_request with the fields of the request. */
async function price(
  catalog: Databases['catalog'],
  toPrice: readonly ToPrice[],
): Promise<readonly PricedLine[]> {
  if (toPrice.length === 0) return [];
  const pricing = await priceLines(
    catalog,
    toPrice.map(({ input }) => input),
  );
  if ('lines' in pricing) return pricing.lines;
  throw invalidRequest(
    'Some of these cannot be ordered.',
    pricing.problems.map((problem) => {
      const [, index, ...rest] = problem.path;
      return { ...problem, path: typeof index === 'number' ? [...toPrice[index]!.path, ...rest] : ['add'] };
    }),
  );
}
