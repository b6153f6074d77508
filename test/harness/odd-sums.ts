import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Database } from '../../db/database.ts';
import { readTabs } from '../../db/orders/tabs/read-tab.ts';
import { TAB_SUMS, type TabSums } from '../../db/orders/tabs/tab-sums.ts';
import { query } from '../../db/sql.ts';
import { hasEnded } from '../../domain/order.ts';

/** Expects that the sums of all tabs in lists are those that their pages have, line by line, once nothing moves. */
export async function expectSumsAgree(orders: Database): Promise<void> {
  await expect.poll(() => readOddSums(orders)).toEqual([]);
}

/** Returns the tabs whose sums differ. The two are read one after the other: what moves between them differs, too. */
async function readOddSums(orders: Database): Promise<unknown[]> {
  const sums = await query<TabSums & { id: string }>(
    orders.em.fork(),
    sql`select t.id, sums.* from tabs t cross join ${TAB_SUMS}`,
  );
  const records = await readTabs(
    orders,
    sums.map(({ id }) => id),
  );
  return records.flatMap(({ tab: { id, owedAmount, paidAmount, rounds } }) => {
    const runningRounds = rounds.filter(({ status }) => !hasEnded(status)).length;
    const inLists = sums.find((each) => each.id === id)!;
    const isSame =
      inLists.owedAmount === owedAmount &&
      inLists.paidAmount === paidAmount &&
      inLists.runningRounds === runningRounds &&
      (inLists.lastOrderAt === null) === (rounds.length === 0);
    return isSame ? [] : [{ id, inLists, onPage: { owedAmount, paidAmount, runningRounds } }];
  });
}
