/** Somebody takes over the whole share of somebody else. */

import { coverShare, ownerOf, type ShareChangeOutcome } from '../../../domain/share-changes.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { addMails } from '../mails/mails.ts';
import { changeOrder } from '../orders/change-order.ts';
import { admitToRound } from '../tabs/tab-people.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { handOverShare, runMove } from './change-shares.ts';
import { findOpenCard } from './open-card.ts';
import { readRound } from './round-shares.ts';

export interface Cover {
  readonly orderId: string;
  readonly shareId: string;
  /** Who is to pay it: somebody in the tab. */
  readonly payerId: string;
  /** A repeat with the same id changes nothing. */
  readonly requestId: string;
  /** The host pays because the deadline has come, not because she asked to. */
  readonly isByDeadline?: boolean;
}

/**
 * Makes somebody the payer of a whole share that is to be paid: share, event, and the mail to who need not pay it any more, in one transaction. No other share
 * changes. Safe to repeat. Returns the order's standing.
 */
export async function recordCovered(
  orders: Database,
  cover: Cover,
): Promise<{ outcome: ShareChangeOutcome; order: Standing }> {
  const { orderId, shareId, payerId, requestId } = cover;
  const follows = `cover:${requestId}`;
  let outcome: ShareChangeOutcome = 'done';
  const { order } = await changeOrder(orders, orderId, follows, async (order, em) => {
    const refuse = (problem: ShareChangeOutcome) => {
      outcome = problem;
      return undefined;
    };
    if (order.status !== 'awaiting_payment' || order.closing) return refuse('closed');
    if (!(await admitToRound(em, order, payerId))) return refuse('not_found');
    const { shares } = await readRound(em, order);
    const covered = coverShare(shares, shareId, payerId);
    if (!covered.ok) return refuse(covered.problem);
    const obstacle = await findOpenCard(em, shareId);
    if (obstacle) return refuse(obstacle === 'refused' ? 'not_to_pay' : obstacle);
    const share = covered.shares.find(({ id }) => id === shareId)!;
    const before = shares.find(({ id }) => id === shareId)!;
    await runMove(em, orderId, { action: 'cover' }, handOverShare('cover', share), 'share');
    const { amount } = share;
    await addMails(em, orderId, {
      type: 'share_covered',
      only: before.participantId,
      data: {
        ...{ shareAmount: amount, aboutParticipantId: payerId },
        ...(before.ownerParticipantId !== null && { wasTakenOver: true }),
      },
    });
    const by = cover.isByDeadline ? {} : { actorId: payerId };
    await tellTab(em, order, {
      ...{ type: 'share_covered', follows, ...(cover.isByDeadline ? {} : { actor: 'participant' }), ...by },
      data: { shareId, amount, participantId: ownerOf(share) },
    });
    return {
      ...{ type: 'share_covered', ...(cover.isByDeadline ? {} : { actor: 'host' }), ...by },
      data: { shareId, amount },
    };
  });
  return { outcome, order };
}
