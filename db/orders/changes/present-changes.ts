/** Reads what an order tells of its changes: part of its snapshot. */

import { sql } from 'kysely';
import type { ChangeStory } from '../../../domain/change-story.ts';
import type { AppliedChange } from '../../../domain/contract/order-changes.ts';
import type { Order } from '../../../domain/contract/orders.ts';
import { OPEN_CHANGES, type ChangeMaker, type ChangeStatus } from '../../../domain/order-change.ts';
import { PAID_SHARES, type ShareStatus } from '../../../domain/share.ts';
import { literals, type Sql } from '../../sql.ts';

/** The open change of the order `o`; null if it has none. */
export const OPEN_CHANGE: Sql = sql`
  case when o.change_id is not null then (select json_build_object('id', c.id, 'by', c.made_by,
    'participantId', c.participant_id, 'status', c.status, 'differenceAmount', c.difference_amount, 'deadline', c.deadline, 'reasonText', c.reason_text, 'story', c.draft->'story',
    'payers', (select json_agg(json_build_object('participantId', y.participant_id, 'differenceAmount', y.difference_amount,
        'payAmount', y.pay_amount, 'shareId', y.share_id, 'hasAgreed', y.agreed_at is not null, 'shareStatus', s.status) order by y.participant_id)
      from change_payers y left join shares s on s.id = y.share_id where y.change_id = c.id))
    from changes c where c.id = o.change_id and c.status in (${literals(OPEN_CHANGES)})) end`;

/** The applied changes of the order `o`, each of which made a version of its bill; null if it has none. */
export const APPLIED_CHANGES: Sql = sql`
  case when o.bill_version > 1 then (select json_agg(json_build_object('id', c.id, 'at', c.applied_at, 'by', c.made_by,
    'participantId', c.participant_id, 'reasonText', c.reason_text, 'differenceAmount', c.difference_amount,
    'isSeen', c.seen_at is not null, 'story', c.outcome) order by c.bill_version)
   from changes c where c.order_id = o.id and c.status = 'applied') end`;

interface PayerSnapshot {
  readonly participantId: string;
  readonly differenceAmount: number;
  /** What of it is to be paid for the change to be made. */
  readonly payAmount: number;
  readonly shareId: string | null;
  readonly hasAgreed: boolean;
  readonly shareStatus: ShareStatus | null;
}

export interface OpenChangeSnapshot {
  readonly id: string;
  readonly by: ChangeMaker;
  readonly participantId: string | null;
  readonly status: ChangeStatus;
  readonly differenceAmount: number;
  readonly deadline: string | null;
  readonly reasonText: string | null;
  readonly story: ChangeStory | null;
  readonly payers: readonly PayerSnapshot[] | null;
}

export type AppliedChangeSnapshot = Omit<AppliedChange, keyof ChangeStory> & { readonly story: ChangeStory };

/** Returns the open change in the form of the contract. */
export function presentOpenChange({ story, ...change }: OpenChangeSnapshot): NonNullable<Order['change']> {
  return {
    ...change,
    ...presentStory(story ?? { came: [], went: [], noted: [], place: null }),
    deadline: change.deadline === null ? null : new Date(change.deadline).toISOString(),
    payers: (change.payers ?? []).map((payer) => ({
      participantId: payer.participantId,
      differenceAmount: payer.differenceAmount,
      state: stateOf(payer),
      shareId: payer.shareId,
    })),
  };
}

function stateOf({ hasAgreed, payAmount, shareStatus }: PayerSnapshot) {
  if (!hasAgreed) return 'to_agree';
  if (payAmount === 0) return 'done';
  if (shareStatus === 'processing' || shareStatus === 'requires_action') return 'paying';
  return PAID_SHARES.some((paid) => paid === shareStatus) ? 'done' : 'to_pay';
}

/** Returns an applied change in the form of the contract. */
export function presentAppliedChange({ story, at, ...change }: AppliedChangeSnapshot): AppliedChange {
  return { ...change, at: new Date(at).toISOString(), ...presentStory(story) };
}

function presentStory({ came, went, noted, place }: ChangeStory) {
  const lines = (moved: ChangeStory['came']) =>
    moved.map((line) => ({ ...line, options: [...line.options] }));
  return { came: lines(came), went: lines(went), noted: lines(noted), place: place && { ...place } };
}
