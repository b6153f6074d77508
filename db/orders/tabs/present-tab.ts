/** A tab's rows in the form of the contract, as far as the database knows them. */

import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { TabLine } from '../../../domain/contract/basket.ts';
import type { TabRound } from '../../../domain/contract/rounds.ts';
import type { Tab, TabEvent, TabParticipant } from '../../../domain/contract/tabs.ts';
import { hasEnded, RUNNING_STATUSES, type OrderStatus } from '../../../domain/order.ts';
import { KEPT_SHARES, paymentStatusOf, UNPAID_SHARES, type ShareStatus } from '../../../domain/share.ts';
import { mapRows } from '../../sql.ts';
import { LineEntity, type LineRow } from '../entities/order.ts';
import {
  KnockEntity,
  TabEntity,
  TabParticipantEntity,
  type TabEventRow,
  type TabParticipantRow,
  type TabRow,
} from '../entities/tab.ts';
import { TabCardEntity, type TabCardRow } from '../entities/tab-card.ts';
import { QuestionEntity } from '../entities/question.ts';
import { sharersOf } from '../orders/sharers.ts';
import { presentQuestion } from '../questions/present-question.ts';
import { presentCard, silentCard } from './present-card.ts';
import { silentCharge } from '../../../domain/tab-card.ts';
import { closesAt } from '../../../domain/tab-closing.ts';
import { partsOf } from './basket-lines.ts';
import { presentKnocker } from './present-knock.ts';
import { presentOwing, type OwingSnapshot, type TabOwing } from './owing.ts';
import { owedBy } from '../../../domain/owed.ts';

/** A tab without what only the API knows: who is here, and the address of the shop. Allergies are everybody's. */
export interface TabState extends Omit<Tab, 'participants' | 'joinUrl'> {
  readonly participants: readonly Omit<TabParticipant, 'isHere'>[];
}

/** A tab's own row and its people: enough to say who may do what in it. */
export interface TabPeople {
  readonly tab: Pick<TabState, 'id' | 'host' | 'status' | 'settlement' | 'currency'>;
  readonly people: readonly TabParticipantRow[];
}

/** A tab with what not everybody in it may see. */
export interface TabRecord extends TabPeople {
  readonly tab: TabState;
  /** The secret of its link; null once it has ended. */
  readonly joinSecret: string | null;
  readonly requestHash: string;
  /** The spot at which it is, if it is bound to one. */
  readonly spotId: string | null;
  /** What each participant still has to pay of the rounds. */
  readonly owed: ReadonlyMap<string, number>;
  readonly lastActivityAt: Date;
}

type Raw = Record<string, never>;

/** Everything of a tab, as one statement reads it. */
export interface TabSnapshot {
  readonly tab: Raw;
  readonly people: readonly Raw[] | null;
  readonly knocks: readonly Raw[] | null;
  readonly lines: readonly Raw[] | null;
  /** The card on file. */
  readonly card: Raw | null;
  readonly rounds: readonly RoundSnapshot[] | null;
  /** Of a tab that is settled after. */
  readonly owing: OwingSnapshot | null;
}

interface RoundSnapshot {
  readonly orderId: string;
  readonly round: number;
  readonly number: number | null;
  readonly version: number;
  readonly status: OrderStatus;
  readonly totalAmount: number;
  readonly createdAt: string;
  readonly shares: readonly ShareSnapshot[] | null;
  /** Those that are open. */
  readonly questions: readonly Raw[] | null;
  readonly asked: readonly string[] | null;
}

interface ShareSnapshot {
  readonly participantId: string;
  readonly amount: number;
  readonly tipAmount: number;
  readonly refundedAmount: number;
  readonly status: ShareStatus;
}

/** Returns the people of a tab, from the same rows as `presentTab`. */
export function presentPeople(
  em: SqlEntityManager,
  snapshot: Pick<TabSnapshot, 'tab' | 'people'>,
): TabPeople {
  const [{ id, hostParticipantId: host, status, settlement, currency }] = mapRows(em, TabEntity, [
    snapshot.tab,
  ]) as [TabRow];
  return {
    tab: { id, host, status, settlement, currency },
    people: mapRows(em, TabParticipantEntity, snapshot.people ?? []),
  };
}

/** Returns the tab of a snapshot. */
export function presentTab(em: SqlEntityManager, snapshot: TabSnapshot): TabRecord {
  const [tab] = mapRows(em, TabEntity, [snapshot.tab]) as [TabRow];
  const people = mapRows(em, TabParticipantEntity, snapshot.people ?? []);
  const lines = mapRows(em, LineEntity, snapshot.lines ?? []);
  const rounds = snapshot.rounds ?? [];
  const billed = rounds.filter(({ status }) => status === 'completed' || !hasEnded(status));
  const shares = billed.flatMap((round) => round.shares ?? []);
  const parts = partsOf(tab.currency, lines);
  const card = snapshot.card ? mapRows(em, TabCardEntity, [snapshot.card])[0] : undefined;
  const owing = snapshot.owing && presentOwing(tab.currency, snapshot.owing);
  return {
    tab: {
      id: tab.id,
      title: tab.title ?? null,
      status: tab.status,
      settlement: tab.settlement,
      version: tab.version,
      currency: tab.currency,
      host: tab.hostParticipantId,
      spot: spotOf(tab),
      place: tab.place ?? null,
      isLocked: tab.isLocked,
      deadline: tab.deadline ? timeOf(tab.deadline) : null,
      onDeadline: tab.onDeadline,
      spendingLimit: tab.spendingLimit ?? null,
      sendsWhenReady: tab.sendsWhenReady,
      joinCode: tab.joinCode ?? null,
      mergedInto: tab.mergedInto ?? null,
      knocks: mapRows(em, KnockEntity, snapshot.knocks ?? []).map(presentKnocker),
      participants: people.map(presentParticipant),
      lines: lines.map(presentTabLine),
      rounds: rounds.map((round) => presentRound(em, round)),
      basketAmount: sumOf(lines),
      parts: [...parts].map(([participantId, amount]) => ({ participantId, amount })),
      totalAmount: billed.reduce((sum, { totalAmount }) => sum + totalAmount, 0),
      paidAmount: sumOf(shares.map(paidPart)),
      writtenOffAmount: 0,
      owedAmount: billed.reduce((sum, round) => sum + owedOf(round), 0),
      claims: [],
      payments: [],
      owed: [],
      ...owing,
      card: card ? presentCard(card) : null,
      chargesAt: owing ? chargeOf(tab, owing, rounds, card) : null,
      closesAt: owing ? closingOf(tab, owing, rounds, lines.length === 0) : null,
      createdAt: timeOf(tab.createdAt),
      updatedAt: timeOf(tab.updatedAt),
    },
    joinSecret: tab.joinSecret ?? null,
    requestHash: tab.requestHash,
    spotId: tab.spotId ?? null,
    people,
    owed: owing ? new Map(people.map(({ id }) => [id, owedBy(owing, id)])) : owedByPayer(shares),
    lastActivityAt: tab.lastActivityAt,
  };
}

/** Returns when a tab that is paid after closes by itself, as its workflow decides it. */
function closingOf(
  { status, settlement, lastActivityAt }: TabRow,
  owing: TabOwing,
  rounds: readonly RoundSnapshot[],
  isBasketEmpty: boolean,
): string | null {
  const at = closesAt({
    ...{ status, settlement, lastActivityAt, owedAmount: owing.owedAmount, isBasketEmpty },
    ...progressOf(owing, rounds),
    hasHadRounds: rounds.some(({ number }) => number !== null),
  });
  return at && timeOf(at);
}

/** Returns when what is owed is charged to the card on file, as the tab's workflow decides it. */
function chargeOf(
  { status, settlement, lastActivityAt }: TabRow,
  owing: TabOwing,
  rounds: readonly RoundSnapshot[],
  card: TabCardRow | undefined,
): string | null {
  const charge = silentCharge({
    ...{ status, settlement, lastActivityAt, owedAmount: owing.owedAmount, card: silentCard(card) },
    ...progressOf(owing, rounds),
  });
  return charge && timeOf(charge.chargesAt);
}

function progressOf({ claims, payments }: TabOwing, rounds: readonly RoundSnapshot[]) {
  const lastPaid = payments
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  return {
    isRunning:
      claims.length > 0 || rounds.some((round) => RUNNING_STATUSES.some((one) => one === round.status)),
    lastPaidAt: lastPaid === undefined ? null : new Date(lastPaid),
  };
}

function presentParticipant(row: TabParticipantRow): Omit<TabParticipant, 'isHere'> {
  return {
    id: row.id,
    name: row.shownName,
    isReady: row.isReady,
    hasLeft: row.leftAt !== null && row.leftAt !== undefined,
    allergies: row.allergies ?? null,
    ifSoldOut: row.ifSoldOut ?? 'leave_out',
    joinedAt: timeOf(row.joinedAt),
  };
}

/** Returns a line of the basket in the form of the contract. */
export function presentTabLine(line: LineRow): TabLine {
  return {
    id: line.id,
    version: line.version,
    participantId: line.participantId,
    sharedBetween: sharersOf(line).map(({ participantId, weight }) => ({ participantId, weight })),
    variantId: line.variantId,
    productId: line.productId ?? null,
    category: line.category ?? null,
    name: line.name,
    options: line.options,
    quantity: line.quantity,
    unitAmount: line.unitAmount,
    amount: line.amount,
    taxRate: line.taxRate,
    taxClass: line.taxClass ?? null,
    note: line.note ?? null,
  };
}

function presentRound(em: SqlEntityManager, round: RoundSnapshot): TabRound {
  return {
    orderId: round.orderId,
    number: round.round,
    orderNumber: round.number,
    version: round.version,
    status: round.status,
    paymentStatus: paymentStatusOf(round.shares ?? []),
    totalAmount: round.totalAmount,
    questions: mapRows(em, QuestionEntity, round.questions ?? []).map(presentQuestion),
    asked: [...(round.asked ?? [])],
    createdAt: timeOf(round.createdAt),
  };
}

/** Returns an event in the form of the contract: staff are told of without their accounts. */
export function presentTabEvent(row: TabEventRow): TabEvent {
  const { participantId, lineId, orderId, shareId, amount, isReady, tabId: otherTabId } = row.data;
  const isPerson = row.actor === 'participant' || row.actor === 'host';
  return {
    tabId: row.tabId,
    version: row.version,
    type: row.type,
    at: timeOf(row.at),
    actor: row.actor,
    participantId: isPerson ? (row.actorId ?? null) : null,
    ...(participantId !== undefined && { aboutParticipantId: participantId }),
    ...(lineId !== undefined && { lineId }),
    ...(orderId !== undefined && { orderId }),
    ...(shareId !== undefined && { shareId }),
    ...(amount !== undefined && { amount }),
    ...(isReady !== undefined && { isReady }),
    ...(otherTabId !== undefined && { otherTabId }),
  };
}

function spotOf({ place }: TabRow): Tab['spot'] {
  if (!place?.spotId || place.kind === 'pickup' || place.kind === 'other') return null;
  return { id: place.spotId, kind: place.kind, label: place.label, area: place.area ?? null };
}

/** A round whose stock is not held yet has no shares: all of it is owed. */
function owedOf({ shares, totalAmount }: RoundSnapshot): number {
  return shares ? sumOf(shares.filter(isUnpaid)) : totalAmount;
}

function owedByPayer(shares: readonly ShareSnapshot[]): Map<string, number> {
  const owed = new Map<string, number>();
  for (const { participantId, amount } of shares.filter(isUnpaid))
    owed.set(participantId, (owed.get(participantId) ?? 0) + amount);
  return owed;
}

function isUnpaid({ status }: ShareSnapshot): boolean {
  return UNPAID_SHARES.some((unpaid) => unpaid === status);
}

/** What a share paid and did not get back; refunds give the goods back before the tip. */
function paidPart({ status, amount, refundedAmount }: ShareSnapshot): { amount: number } {
  const isKept = KEPT_SHARES.some((kept) => kept === status);
  return { amount: isKept ? Math.max(0, amount - refundedAmount) : 0 };
}

function sumOf(items: readonly { readonly amount: number }[]): number {
  return items.reduce((sum, { amount }) => sum + amount, 0);
}

function timeOf(time: Date | string): string {
  return new Date(time).toISOString();
}
