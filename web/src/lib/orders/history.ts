import { orderHistory } from '#messages';
import type { PublicEvent } from '#domain/contract/orders.ts';
import type { EventType } from '#domain/events.ts';
import type { AdvanceTarget } from '#domain/order.ts';
import { formatAmount } from '../ui/money.ts';
import { STEP_WORDS } from '../ui/status-words.ts';

/** What a customer is told of each event; undefined: it only matters inside. */
const WORDS = {
  placed: orderHistory.placed(),
  held: orderHistory.held(),
  rejected: orderHistory.rejected(),
  payment_started: undefined,
  payment_requires_action: orderHistory.bankAsked(),
  payment_authorized: undefined,
  payment_declined: orderHistory.declined(),
  cash_recorded: orderHistory.cash(),
  capture_started: undefined,
  confirmed: orderHistory.confirmed(),
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
}

/** An order's history for its customer, newest first. */
export function historyOf(events: readonly PublicEvent[], currency: string): HistoryEntry[] {
  return events
    .flatMap((event): HistoryEntry[] => {
      const text = textOf(event, currency);
      return text === undefined ? [] : [{ version: event.version, at: event.at, text }];
    })
    .toReversed();
}

function textOf(event: PublicEvent, currency: string): string | undefined {
  const { type, amount } = event;
  if (isStep(type)) return STEP_WORDS[type].history;
  if (type === 'canceled' && event.actor === 'host') return orderHistory.canceledByYou();
  if (type === 'refunded' && amount !== undefined) {
    const money = { amount: formatAmount(amount, currency) };
    return event.method === 'cash' ? orderHistory.backInCash(money) : orderHistory.backToCard(money);
  }
  // No fault of the card: it was the bank's question that failed.
  if (event.declineCode === 'payment_intent_authentication_failure') return orderHistory.notConfirmed();
  return WORDS[type];
}

function isStep(type: EventType): type is AdvanceTarget {
  return type in STEP_WORDS;
}
