import { orderHistory } from '#messages';
import type { Order, PublicEvent } from '#domain/contract/orders.ts';
import type { EventType } from '#domain/events.ts';
import type { AdvanceTarget } from '#domain/order.ts';
import { formatAmount } from '../ui/money.ts';
import { STEP_WORDS } from '../ui/status-words.ts';
import type * as ChangeWords from './change-words.ts';

/** The customer's text for each event; undefined for internal ones. */
const WORDS = {
  placed: orderHistory.placed(),
  claimed: undefined,
  held: orderHistory.held(),
  rejected: orderHistory.rejected(),
  payment_started: undefined,
  payment_requires_action: orderHistory.bankAsked(),
  payment_authorized: undefined,
  payment_declined: orderHistory.declined(),
  cash_recorded: orderHistory.cash(),
  share_covered: orderHistory.covered(),
  share_dropped: orderHistory.dropped(),
  lines_canceled: orderHistory.linesCanceled(),
  moved: orderHistory.moved(),
  tab_merged: orderHistory.tabMerged(),
  change_requested: undefined,
  change_held: undefined,
  change_agreed: undefined,
  changed: orderHistory.changed(),
  change_paid: undefined,
  change_given_up: orderHistory.changeGivenUp(),
  change_seen: undefined,
  sold_out_asked: orderHistory.soldOutAsked(),
  sold_out_answered: orderHistory.soldOutAnswered(),
  sold_out_decided: orderHistory.soldOutDecided(),
  sold_out_withdrawn: orderHistory.soldOutWithdrawn(),
  deadline_extended: orderHistory.extended(),
  reminded: orderHistory.reminded(),
  capture_started: undefined,
  confirmed: orderHistory.confirmed(),
  settled: orderHistory.confirmed(),
  canceled: orderHistory.canceled(),
  expired: orderHistory.expired(),
  refund_started: undefined,
  refund_pending: orderHistory.refundPending(),
  refunded: orderHistory.moneyBack(),
  refund_failed: orderHistory.refundFailed(),
  late_payment: orderHistory.latePayment(),
  payment_captured: undefined,
  payment_voided: undefined,
  disputed: undefined,
  dispute_won: undefined,
  dispute_lost: undefined,
  attention_raised: undefined,
  attention_cleared: undefined,
} as const satisfies Record<Exclude<EventType, AdvanceTarget>, string | undefined>;

export interface HistoryEntry {
  readonly version: number;
  readonly at: string;
  readonly text: string;
  /** What was changed, or why something was not done; empty for most. */
  readonly details: readonly string[];
}

/** Whether an event is told in the words of changes. */
export function isOfChange({ type }: Pick<PublicEvent, 'type'>): boolean {
  return type === 'changed' || type === 'change_given_up';
}

/** What the words of changes need of their order. */
export interface ChangedOrder extends Pick<Order, 'changes' | 'participants'> {
  /** Absent until they are loaded: then it says that the order was changed, and not what. */
  readonly words?: typeof ChangeWords | undefined;
}

/** Returns an order's history for its customer, newest first. `tell` has words of its own for some events. */
export function historyOf(
  events: readonly PublicEvent[],
  currency: string,
  tell: (event: PublicEvent) => string | undefined = () => undefined,
  order: ChangedOrder = { changes: [], participants: [] },
): HistoryEntry[] {
  return events
    .flatMap((event): HistoryEntry[] => {
      const text = tell(event) ?? textOf(event, currency, order);
      if (text === undefined) return [];
      return [{ version: event.version, at: event.at, text, details: detailsOf(event, order) }];
    })
    .toReversed();
}

function detailsOf(event: PublicEvent, { changes, words }: ChangedOrder): readonly string[] {
  if (!words) return [];
  const why = event.type === 'change_given_up' ? words.whyNotMade(event) : undefined;
  if (why !== undefined) return [why];
  const change = event.type === 'changed' && changes.find(({ id }) => id === event.changeId);
  return change ? words.changeDetails(change) : [];
}

function textOf(
  event: PublicEvent,
  currency: string,
  { participants, words }: ChangedOrder,
): string | undefined {
  const { type, amount } = event;
  if (isStep(type)) return STEP_WORDS[type].history;
  if (type === 'changed' && words) return words.changedBy(event, participants);
  if (type === 'canceled' && event.actor === 'host') return orderHistory.canceledByYou();
  if (type === 'refunded' && amount !== undefined) {
    const money = { amount: formatAmount(amount, currency) };
    return event.method === 'cash' ? orderHistory.backInCash(money) : orderHistory.backToCard(money);
  }
  // Not the card's fault: the bank's challenge failed.
  if (event.declineCode === 'payment_intent_authentication_failure') return orderHistory.notConfirmed();
  return WORDS[type];
}

function isStep(type: EventType): type is AdvanceTarget {
  return type in STEP_WORDS;
}
