/** Mails of an applied change, and how its difference was paid or goes back. */

import { sql } from 'kysely';
import type { Card } from '../../../domain/card.ts';
import { PAID_STATES, type PaymentMethod } from '../../../domain/payment.ts';
import type { Database } from '../../database.ts';
import { literals, query } from '../../sql.ts';
import type { ChangeRow } from '../entities/change.ts';
import type { LineRow } from '../entities/order.ts';
import { addMails } from '../mails/mails.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/**
 * Writes the mails of a change, in the transaction that applies it and before the order has its next version: to whom it
 * costs or brings something and, if no guest made it, to everybody whose lines it touches or adds. `lines` are those before it.
 */
export async function addChangeMails(
  em: OrdersManager,
  { id: changeId, orderId, madeBy, draft }: ChangeRow,
  lines: readonly Pick<LineRow, 'id' | 'participantId' | 'sharedBetween'>[],
): Promise<void> {
  const payers = await query<{ participantId: string; differenceAmount: number }>(
    em,
    sql`select participant_id as "participantId", difference_amount as "differenceAmount" from change_payers
        where change_id = ${changeId}`,
  );
  const differences = new Map(payers.map((payer) => [payer.participantId, payer.differenceAmount]));
  const touched = draft.place
    ? lines
    : lines.filter(({ id }) => draft.set.some(({ lineId }) => lineId === id));
  const owners = touched.flatMap((line) => [line.participantId, ...line.sharedBetween]);
  const concerned =
    madeBy === 'guest'
      ? payers.filter(({ differenceAmount }) => differenceAmount !== 0).map((payer) => payer.participantId)
      : [...differences.keys(), ...owners, ...draft.add.map(({ participantId }) => participantId)];
  const drafts = [...new Set(concerned)].map((only) => ({
    ...{ type: 'order_changed' as const, only },
    data: { changeId, differenceAmount: differences.get(only) ?? 0 },
  }));
  if (drafts.length > 0) await addMails(em, orderId, ...drafts);
}

/** A part of what a change costs somebody more, or, if it is negative, gives back. */
export interface MoneyOfChange {
  readonly amount: number;
  readonly method: PaymentMethod;
  readonly card: Card | null;
}

/** Returns how a participant's part of a change was paid, or goes back. */
export async function readMoneyOfChange(
  orders: Database,
  { changeId, participantId }: { changeId: string; participantId: string },
): Promise<MoneyOfChange[]> {
  const rows = await query<{
    amount: number;
    method: PaymentMethod;
    brand: string | null;
    last4: string | null;
  }>(
    orders.em.fork(),
    sql`select p.amount - p.tip_amount as amount, p.method, p.card_brand as brand, p.card_last4 as last4
        from shares s join payments p on p.share_id = s.id and p.status in (${literals(PAID_STATES)})
        where s.change_id = ${changeId} and s.participant_id = ${participantId}
        union all
        select -r.amount, p.method, p.card_brand, p.card_last4
        from changes c cross join jsonb_array_elements_text(c.outcome->'refundIds') as one (id)
          join refunds r on r.id = one.id::uuid join payments p on p.id = r.payment_id
          join shares s on s.id = r.share_id
        where c.id = ${changeId} and s.participant_id = ${participantId}`,
  );
  return rows.map(({ brand, last4, ...row }) => ({
    ...row,
    card: row.method === 'card' && brand !== null && last4 !== null ? { brand, last4 } : null,
  }));
}
