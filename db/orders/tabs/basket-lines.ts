/** The lines of a tab's basket, read and written under its lock. */

import { sql } from 'kysely';
import { allocateBill, type WeightedPayer } from '../../../domain/allocations.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';
import { anyOf, run, selectRows, type Sql } from '../../sql.ts';
import { LineEntity, type LineRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { PRICED_ANEW, PRICED_COLUMNS, PRICED_FIELDS, PRICED_VALUES } from '../orders/line-columns.ts';
import { sharersOf, type SharedLine } from '../orders/sharers.ts';

/** A line for the basket: priced, with its owner and those who pay it. */
export interface BasketLine extends PricedLine {
  readonly id: string;
  readonly participantId: string;
  /** At least one; the order does not matter. */
  readonly sharers: readonly WeightedPayer[];
}

/** Returns the lines in the basket, in the order in which it was filled. */
export async function readBasket(em: OrdersManager, tabId: string): Promise<LineRow[]> {
  return selectRows(em, LineEntity, sql`tab_id = ${tabId} order by position`);
}

/** Returns the columns of a line's sharers: no weights where all pay alike. */
export function sharingOf(sharers: readonly WeightedPayer[]) {
  const [first] = sharers;
  return {
    sharedBetween: sharers.map(({ participantId }) => participantId),
    weights: sharers.every(({ weight }) => weight === first?.weight)
      ? null
      : sharers.map(({ weight }) => weight),
  };
}

/** The columns that a request sets; id, tab and position come with the line, and stay. */
const CONTENT = sql`participant_id, shared_between, weights, ${PRICED_COLUMNS}`;

const VALUES = sql`given."participantId", given."sharedBetween", given.weights, ${PRICED_VALUES}`;

/** Returns lines as a relation `given`, with their numbers from 1. */
function givenLines(lines: readonly BasketLine[]): Sql {
  const rows = lines.map(({ sharers, ...line }, index) => ({
    ...line,
    ...sharingOf(sharers),
    index: index + 1,
  }));
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as given (id uuid, index int, "participantId" uuid,
    "sharedBetween" uuid[], weights int[], ${PRICED_FIELDS})`;
}

/** Adds lines at the end of the basket. */
export async function insertLines(
  em: OrdersManager,
  tabId: string,
  lines: readonly BasketLine[],
): Promise<void> {
  await run(
    em,
    sql`insert into lines (tab_id, id, position, ${CONTENT})
        select ${tabId}, given.id, (select coalesce(max(position), 0) from lines where tab_id = ${tabId}) + given.index,
          ${VALUES} from ${givenLines(lines)}`,
  );
}

/** Gives a line of the basket another content, and its next version. */
export async function rewriteLine(em: OrdersManager, line: BasketLine): Promise<void> {
  await run(
    em,
    sql`update lines set version = version + 1, (${CONTENT}) = (select ${VALUES} from ${givenLines([line])})
        where id = ${line.id} and tab_id is not null`,
  );
}

/** Gives lines of the basket these prices, as long as each still has this version; returns whether any differed. */
export async function repriceLines(
  em: OrdersManager,
  tabId: string,
  lines: readonly (PricedLine & { readonly id: string; readonly version: number })[],
): Promise<boolean> {
  const changed = await run(
    em,
    sql`update lines set version = lines.version + 1, ${PRICED_ANEW}
        from json_to_recordset(${JSON.stringify(lines)}::json) as given (id uuid, version int, ${PRICED_FIELDS})
        where lines.id = given.id and lines.tab_id = ${tabId} and lines.version = given.version
          and (lines.unit_amount, lines.tax_rate) <> (given."unitAmount", given."taxRate")`,
  );
  return changed > 0;
}

/** Lets others pay a line of the basket, or have it. */
export async function reshareLine(
  em: OrdersManager,
  id: string,
  { participantId, sharers }: Pick<BasketLine, 'participantId' | 'sharers'>,
): Promise<void> {
  const { sharedBetween, weights } = sharingOf(sharers);
  await run(
    em,
    sql`update lines set version = version + 1, participant_id = ${participantId},
          shared_between = ${sharedBetween}::uuid[], weights = ${weights}::int[]
        where id = ${id} and tab_id is not null`,
  );
}

/** Removes lines from the basket. */
export async function deleteLines(em: OrdersManager, ids: readonly string[]): Promise<void> {
  await run(em, sql`delete from lines where id = ${anyOf(ids)} and tab_id is not null`);
}

/** Returns a line of the basket in the form in which it is written. */
export function asBasketLine(line: SharedLine): BasketLine {
  const { id, participantId, variantId, name, options, quantity, unitAmount, amount, taxRate } = line;
  return {
    ...{ id, participantId, variantId, name, options, quantity, unitAmount, amount, taxRate },
    // Only lines that predate the columns have none, and no basket has these.
    productId: line.productId!,
    category: line.category!,
    taxClass: line.taxClass ?? null,
    note: line.note ?? null,
    sharers: line.sharedBetween,
  };
}

/** Returns what each person pays if everybody pays her own. */
export function partsOf(
  currency: string,
  lines: readonly (Pick<LineRow, 'id' | 'amount' | 'sharedBetween'> & {
    readonly weights?: readonly number[] | null | undefined;
  })[],
): Map<string, number> {
  const bill = lines.map((line) => ({ id: line.id, amount: line.amount, sharedBetween: sharersOf(line) }));
  const shares = allocateBill({ currency, lines: bill });
  return new Map(shares.map(({ participantId, amount }) => [participantId, amount]));
}
