/** Drops the lines of somebody who has not paid. */

import { sql } from 'kysely';
import {
  dropShare,
  ownerOf,
  type RoundShare,
  type ShareChangeOutcome,
} from '../../../domain/share-changes.ts';
import type { Standing } from '../../../domain/standing.ts';
import { sumByVariant, type StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { anyOf, query, queryFirst, run } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import { addMails, type MailDraft } from '../mails/mails.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { takeLinesOut } from '../tabs/return-lines.ts';
import { admitToRound } from '../tabs/tab-people.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { handOverShare, runMove } from './change-shares.ts';
import { findOpenCard } from './open-card.ts';
import { readRound } from './round-shares.ts';

export interface Drop {
  readonly orderId: string;
  readonly shareId: string;
  /** A repeat with the same id changes nothing. */
  readonly requestId: string;
  /** Absent: the order's workflow, at the deadline. */
  readonly by?:
    | { readonly actor: 'host'; readonly actorId: string }
    | { readonly actor: 'agent'; readonly actorId: string };
}

/**
 * Takes the lines that a share alone pays, and that are its owner's, out of the order: they are in the basket again. The
 * rest of the share is the host's to pay; nothing is left to pay of a share of 0. Lines, shares, total, event and mails change
 * in one transaction, and no other share does. Safe to repeat. Returns the order's standing, and the goods that it still
 * needs: its hold must be lowered to these (`lowerHold`); none means that nothing is left of the order.
 */
export async function recordDropped(
  orders: Database,
  { orderId, shareId, requestId, by }: Drop,
): Promise<{ outcome: ShareChangeOutcome; order: Standing; needed: readonly StockItem[] }> {
  const follows = `drop:${requestId}`;
  let outcome: ShareChangeOutcome = 'done';
  const { order } = await changeOrder(orders, orderId, follows, async (order, em) => {
    const refuse = (problem: ShareChangeOutcome) => {
      outcome = problem;
      return undefined;
    };
    if (order.status !== 'awaiting_payment' || order.closing) return refuse('closed');
    const round = await readRound(em, order);
    const before = round.shares.find(({ id }) => id === shareId);
    const dropped = dropShare(round, shareId, await hostOfRound(em, order));
    if (!dropped.ok) return refuse(dropped.problem);
    const obstacle = await findOpenCard(em, shareId);
    if (obstacle) return refuse(obstacle === 'refused' ? 'not_to_pay' : obstacle);
    const share = dropped.round.shares.find(({ id }) => id === shareId)!;
    const lineIds = dropped.droppedLines.map(({ id }) => id);
    await run(em, sql`delete from allocations where share_id = ${shareId} and line_id = ${anyOf(lineIds)}`);
    await runMove(em, orderId, { action: 'drop' }, handOverShare('drop', share), 'share');
    order.totalAmount -= dropped.droppedAmount;
    await addMails(em, orderId, ...(await mailsOfDrop(em, { before: before!, share, by, ...dropped })));
    const data = { shareId, amount: dropped.droppedAmount };
    const event = { type: 'share_dropped', ...by } as const;
    await tellTab(em, order, { ...event, follows, data: { ...data, participantId: ownerOf(share) } });
    await takeLinesOut(em, order, lineIds);
    return { ...event, data };
  });
  return { outcome, order, needed: await readNeeded(orders, orderId) };
}

/**
 * The owner is told what was taken off, whoever had taken her share over that she need not pay it, and the host what
 * there is for her to pay: at the deadline, once all are dropped.
 */
async function mailsOfDrop(
  em: OrdersManager,
  {
    before,
    share,
    by,
    droppedLines,
    droppedAmount,
  }: {
    readonly before: RoundShare;
    readonly share: RoundShare;
    readonly by: Drop['by'];
    readonly droppedLines: readonly { readonly id: string }[];
    readonly droppedAmount: number;
  },
): Promise<MailDraft[]> {
  const owner = ownerOf(share);
  const aboutParticipantId = owner;
  const lines = await query<{ name: string; quantity: number; amount: number }>(
    em,
    sql`select name, quantity, amount from lines where id = ${anyOf(droppedLines.map(({ id }) => id))} order by position`,
  );
  const isLeft = share.amount > 0;
  return [
    {
      type: 'share_dropped',
      only: owner,
      data: { shareAmount: droppedAmount, lines, ...(isLeft && { isLeft }) },
    },
    ...(before.participantId === owner || before.participantId === share.participantId
      ? []
      : [
          {
            type: 'share_covered',
            only: before.participantId,
            data: { shareAmount: before.amount, wasTakenOver: true },
          } as const,
        ]),
    ...(by && isLeft
      ? [{ type: 'rest_to_pay', only: share.participantId, data: { aboutParticipantId } } as const]
      : []),
  ];
}

/** Returns who leads the tab now, as a participant of the order; whoever sent it, if she has left. */
async function hostOfRound(em: OrdersManager, order: OrderRow): Promise<string> {
  const tab = await queryFirst<{ host: string }>(
    em,
    sql`select host_participant_id as host from tabs where id = ${order.tabId ?? null}`,
  );
  return tab && (await admitToRound(em, order, tab.host)) ? tab.host : order.hostParticipantId;
}

async function readNeeded(orders: Database, orderId: string): Promise<StockItem[]> {
  const lines = await query<StockItem>(
    orders.em.fork(),
    sql`select variant_id as "variantId", quantity from lines where order_id = ${orderId}`,
  );
  return sumByVariant(lines);
}
