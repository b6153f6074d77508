/** T4 and T5: the shares of rounds that are paid before they go to the kitchen. */

import { deriveId } from '../../db/ids.ts';
import { hasEnded } from '../../domain/order.ts';
import { ownerOf } from '../../domain/share-changes.ts';
import { splitBill } from '../../domain/split.ts';
import { WITHOUT_BILL } from './allocations.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

/** Shares are of the bill as it was sent, whatever its version is now. */
const FIRST_BILL = 1;

type Order = Facts['orders'][number];
type Share = Facts['shares'][number];

/** Returns the violations of rounds. */
export function checkRounds(facts: Facts): Violation[] {
  const eventsOf = of(facts.events, (event) => event.orderId);
  const sharesOf = of(facts.shares, (share) => share.orderId);
  return facts.orders.flatMap((order) => {
    if (!order.tabId || order.kind === 'settlement' || order.paidAfter || WITHOUT_BILL.includes(order.status))
      return [];
    const shares = (sharesOf.get(order.id) ?? []).filter(
      ({ billVersion }) => billVersion === order.billVersion,
    );
    const round = { order, shares, events: eventsOf.get(order.id) ?? [] };
    return [...t4(facts, round), ...t5(facts, round)];
  });
}

interface Round {
  readonly order: Order;
  readonly shares: readonly Share[];
  /** Oldest first. */
  readonly events: Facts['events'];
}

/** Payers, owners and amounts are those of the split, and of the events after it that took over or dropped a share. */
function t4(facts: Facts, { order, shares, events }: Round): Violation[] {
  const violations: Violation[] = [];
  const complain = (sentence: string) => violations.push({ id: 'T4', orderId: order.id, sentence });
  const changes = events.filter(({ type }) => type === 'share_covered' || type === 'share_dropped');
  const drops = changes.filter(({ type }) => type === 'share_dropped');
  const dropped = sum(drops.map(({ data }) => data.amount ?? 0));
  const sent = events.find(({ type }) => type === 'placed')?.data.amount;
  const moved = sum(events.filter(({ type }) => type === 'changed').map(({ data }) => data.amount ?? 0));
  if (sent !== undefined && sent + moved !== order.totalAmount + dropped)
    complain(`was sent with ${sent}, ${dropped} of it was dropped, and it comes to ${order.totalAmount}`);
  for (const share of shares.filter(({ changeId }) => !changeId)) {
    const owner = ownerOf({ ...share, ownerParticipantId: share.ownerParticipantId ?? null });
    if (share.id !== deriveId('share', order.id, FIRST_BILL, owner))
      complain(`share ${share.id} is said to be of ${owner}, who had none when it was sent`);
    const last = changes.findLast(({ data }) => data.shareId === share.id);
    // At the deadline, and after a drop, it is the host's of that time.
    const payer = last ? (last.type === 'share_covered' ? last.actorId : null) : owner;
    if (payer !== null && share.participantId !== payer)
      complain(`share ${share.id} is paid by ${share.participantId}, and was last given to ${payer}`);
  }
  // Lines that were dropped may be gone, so that what others pay of them cannot be computed again.
  const isChanged = order.billVersion > FIRST_BILL;
  if (drops.length === 0 && !isChanged)
    for (const sentence of findMoved(facts, order, shares)) complain(sentence);
  return violations;
}

/** Compares the shares with the split of the bill. */
function findMoved(facts: Facts, order: Order, shares: readonly Share[]): string[] {
  const isOwn = ({ orderId }: { orderId: string }) => orderId === order.id;
  const people = facts.participants.filter((each) => isOwn(each) && each.createdAt <= order.createdAt);
  const bill = splitBill({
    currency: order.currency,
    lines: facts.lines
      .filter(isOwn)
      .toSorted((one, other) => one.position - other.position)
      .map((line) => ({
        ...line,
        sharedBetween: line.sharedBetween.map((participantId, index) => ({
          participantId,
          weight: line.weights?.[index] ?? 1,
        })),
      })),
    participantIds: people.map(({ id }) => id).toSorted(),
    split: order.split ?? { kind: 'own' },
  });
  if (!bill.ok) return [`cannot be split as it was sent: ${bill.problem.kind}`];
  const amounts = new Map(shares.map((share) => [share.ownerParticipantId ?? share.participantId, share]));
  return bill.shares.flatMap(({ participantId, amount, allocations }) => {
    const share = amounts.get(participantId);
    if (share?.amount !== amount)
      return [`${participantId} owed ${amount}, and now ${share?.amount ?? 'nothing'}`];
    const paid = facts.allocations.filter(({ shareId }) => shareId === share.id);
    return allocations.flatMap((part) => {
      const now = paid.find(({ lineId }) => lineId === part.lineId)?.amount ?? 0;
      return now === part.amount
        ? []
        : [`${participantId} owed ${part.amount} of line ${part.lineId}, and now ${now}`];
    });
  });
}

/** Captured only once all of it was authorized, and in the end whole or not at all. */
function t5({ payments }: Facts, { order, shares, events }: Round): Violation[] {
  const violations: Violation[] = [];
  const complain = (sentence: string) => violations.push({ id: 'T5', orderId: order.id, sentence });
  const owed = shares.filter(({ amount, changeId }) => amount > 0 && !changeId);
  const started = events.find(({ type }) => type === 'capture_started');
  for (const { id } of started ? owed : []) {
    const last = events.findLast(
      ({ version, type, data }) => version < started!.version && data.shareId === id && PAYS.includes(type),
    );
    if (!last || !AUTHORIZES.includes(last.type))
      complain(`its capture was started, and share ${id} was ${last ? `last ${last.type}` : 'never paid'}`);
  }
  if (!hasEnded(order.status) && !order.confirmedAt) return violations;
  const captured = payments.filter(({ orderId, status }) => orderId === order.id && status === 'captured');
  for (const { id } of order.confirmedAt ? owed : [])
    if (!captured.some(({ shareId }) => shareId === id))
      complain(`it was confirmed, and share ${id} is not captured`);
  for (const { id, capturedAmount, refundedAmount } of order.confirmedAt ? [] : captured)
    if (refundedAmount < capturedAmount && !order.attention.includes('refund_failed'))
      complain(`it was never confirmed, and payment ${id} is captured`);
  return violations;
}

/** After these, a share is authorized. */
const AUTHORIZES: readonly string[] = ['payment_authorized', 'cash_recorded'];
/** Events that say whether a share is authorized. */
const PAYS: readonly string[] = [...AUTHORIZES, 'payment_voided'];
