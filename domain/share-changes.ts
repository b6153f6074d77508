/**
 * The two ways in which a share changes after its round was sent: somebody takes it over, or what its owner alone
 * ordered is dropped. No other share changes, so that nobody has to authorize again.
 */

import type { Allocation } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { splitAmount } from './money.ts';
import { SHARES_TO_PAY, type ShareStatus } from './share.ts';

export interface RoundShare {
  readonly id: string;
  /** Who pays it. */
  readonly participantId: string;
  /** Whose it is, if somebody else pays it. */
  readonly ownerParticipantId: string | null;
  readonly status: ShareStatus;
  readonly amount: number;
  readonly allocations: readonly Allocation[];
}

export interface RoundLine {
  readonly id: string;
  readonly participantId: string;
  readonly amount: number;
}

export interface RoundFee {
  readonly id: string;
  readonly amount: number;
}

export type ShareChangeProblem =
  | 'not_found'
  /** It is paid, or being paid right now. */
  | 'not_to_pay'
  /** Nobody can take over what she pays already. */
  | 'pays_already'
  /** What the host leaves has nobody to go to. */
  | 'host_share';
/**
 * What became of a request to change a share. `card_open`: a card payment of it could still succeed, so nothing was
 * written; it must be voided first. `closed`: its order no longer awaits payment.
 */
export type ShareChangeOutcome = 'done' | 'card_open' | 'closed' | ShareChangeProblem;

interface Refused {
  readonly ok: false;
  readonly problem: ShareChangeProblem;
}

/** Returns whose a share is, whoever pays it. */
export function ownerOf(share: Pick<RoundShare, 'participantId' | 'ownerParticipantId'>): string {
  return share.ownerParticipantId ?? share.participantId;
}

/**
 * Makes somebody the payer of a whole share. Its amount and allocations stay. The owner may take back her own share in
 * the same way.
 */
export function coverShare<Share extends RoundShare>(
  shares: readonly Share[],
  shareId: string,
  payerId: string,
): { readonly ok: true; readonly shares: readonly Share[] } | Refused {
  const share = findToPay(shares, shareId);
  if (typeof share === 'string') return { ok: false, problem: share };
  if (share.participantId === payerId) return { ok: false, problem: 'pays_already' };
  const owner = ownerOf(share);
  const covered = {
    ...share,
    participantId: payerId,
    ownerParticipantId: owner === payerId ? null : owner,
  };
  return { ok: true, shares: shares.map((each) => (each === share ? covered : each)) };
}

/** A round: its bill, and the shares that pay it. */
export interface Round<Share extends RoundShare, Line extends RoundLine, Fee extends RoundFee> {
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly fees: readonly Fee[];
  readonly shares: readonly Share[];
}

export interface Dropped<Share extends RoundShare, Line extends RoundLine, Fee extends RoundFee> {
  readonly ok: true;
  /** The round that is left. Without lines there is nothing to send. */
  readonly round: Round<Share, Line, Fee>;
  readonly droppedLines: readonly Line[];
  /** What the bill is lower by. */
  readonly droppedAmount: number;
}

/**
 * Drops what the owner of a share ordered and nobody else pays for. What the share pays besides, her part of shared
 * lines and lines of those she treats, stays in it, and the host becomes its payer. Fees follow the goods. The share
 * keeps its row; it may be 0, and then needs no card.
 */
export function dropShare<Share extends RoundShare, Line extends RoundLine, Fee extends RoundFee>(
  round: Round<Share, Line, Fee>,
  shareId: string,
  hostId: string,
): Dropped<Share, Line, Fee> | Refused {
  const { currency, shares } = round;
  const share = findToPay(shares, shareId);
  if (typeof share === 'string') return { ok: false, problem: share };
  const owner = ownerOf(share);
  if (owner === hostId) return { ok: false, problem: 'host_share' };

  const others = new Set(
    shares.flatMap((each) => (each === share ? [] : each.allocations.map(({ lineId }) => lineId))),
  );
  const own = new Set(share.allocations.map(({ lineId }) => lineId));
  const droppedLines = round.lines.filter(
    ({ id, participantId }) => participantId === owner && own.has(id) && !others.has(id),
  );
  const allocations = keptOf(share, { ...round, droppedLines });
  const amount = sum(allocations);
  const left = { ...share, participantId: hostId, ownerParticipantId: owner, amount, allocations };
  const gone = new Map(share.allocations.map(({ lineId, amount: paid }) => [lineId, paid]));
  for (const { lineId, amount: kept } of allocations) gone.set(lineId, gone.get(lineId)! - kept);
  return {
    ok: true,
    round: {
      currency,
      lines: round.lines.filter((line) => !droppedLines.includes(line)),
      fees: round.fees
        .map((fee) => ({ ...fee, amount: fee.amount - (gone.get(fee.id) ?? 0) }))
        .filter(({ id }) => others.has(id) || allocations.some(({ lineId }) => lineId === id)),
      shares: shares.map((each) => (each === share ? left : each)),
    },
    droppedLines,
    droppedAmount: share.amount - amount,
  };
}

/** Returns the allocations that stay in a share: those of lines that stay, and the part of each fee that is theirs. */
function keptOf(
  share: RoundShare,
  {
    fees,
    droppedLines,
    currency,
  }: { fees: readonly RoundFee[]; droppedLines: readonly RoundLine[]; currency: string },
): Allocation[] {
  const feeIds = new Set(fees.map(({ id }) => id));
  const droppedIds = new Set(droppedLines.map(({ id }) => id));
  const goods = share.allocations.filter(({ lineId }) => !feeIds.has(lineId));
  const kept = goods.filter(({ lineId }) => !droppedIds.has(lineId));
  if (kept.length === 0) return [];
  const weights = [sum(kept), sum(goods) - sum(kept)];
  const ofFees = share.allocations.filter(({ lineId }) => feeIds.has(lineId));
  return [
    ...kept,
    ...ofFees.map(({ lineId, amount }) => ({
      lineId,
      amount: sum(goods) === 0 ? amount : splitAmount(amount, weights, chargeStep(currency))[0]!,
    })),
  ];
}

function findToPay<Share extends RoundShare>(
  shares: readonly Share[],
  shareId: string,
): Share | ShareChangeProblem {
  const share = shares.find(({ id }) => id === shareId);
  if (!share) return 'not_found';
  return SHARES_TO_PAY.some((status) => status === share.status) ? share : 'not_to_pay';
}

function sum(parts: readonly { readonly amount: number }[]): number {
  return parts.reduce((left, { amount }) => left + amount, 0);
}
