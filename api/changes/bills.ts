/** `GET /api/orders/:id/bills`: the bill of an order as it was before each change of it. */

import { readEarlierBills, type EarlierBill } from '../../db/orders/changes/read-bills.ts';
import { summarizeTaxes } from '../../domain/bill.ts';
import type { EarlierBillShown } from '../../domain/contract/bills.ts';
import { pageOfWhole } from '../http/cursor.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';

export function billRoutes({ reads: { orders } }: { reads: Reads }) {
  return {
    'GET /api/orders/:id/bills': async ({ params, query }) => {
      const bills = await readEarlierBills(orders, params.id);
      return { status: 200, body: pageOfWhole(bills.map(present), query, ({ version }) => String(version)) };
    },
  } satisfies Partial<Handlers>;
}

/** What each share paid of it is nobody else's business. */
function present({ version, replacedAt, changeId, totalAmount, lines }: EarlierBill): EarlierBillShown {
  return {
    ...{ version, replacedAt, changeId, totalAmount },
    lines: lines.map(({ id, name, options, quantity, unitAmount, discountAmount, amount, taxRate }) => ({
      ...{ lineId: id, name, options: [...(options ?? [])], quantity, unitAmount },
      ...{ discountAmount: discountAmount ?? 0, amount, taxRate },
    })),
    taxes: summarizeTaxes(lines),
  };
}
