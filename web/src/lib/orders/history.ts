import type { PublicEvent } from '#domain/contract/orders.ts';
import type { EventType } from '#domain/events.ts';
import { formatAmount } from '#lib/ui/money.ts';

/** What a customer is told of each event; what only matters inside is left out. */
const WORDS: Partial<Record<EventType, string>> = {
  placed: 'You placed the order',
  held: 'Everything was set aside for you',
  rejected: 'The order could not be placed',
  payment_requires_action: 'Your bank asked you to confirm',
  payment_declined: 'A card was declined',
  cash_recorded: 'You paid at the counter',
  confirmed: 'Your payment arrived',
  preparing: 'We started to prepare it',
  ready: 'It was ready',
  completed: 'You got it',
  canceled: 'The order was canceled',
  expired: 'The time to pay ran out',
  late_payment: 'A payment came in that was not needed, and goes back to you',
  refund_pending: 'Your money is on its way back',
  refund_failed: 'Your bank did not take a refund; we look after it',
};

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
  if (event.type === 'canceled' && event.actor === 'host') return 'You canceled the order';
  if (event.type === 'refunded') {
    if (event.amount === undefined) return 'Your money was sent back';
    const money = formatAmount(event.amount, currency);
    return event.method === 'cash'
      ? `${money} is yours at the counter`
      : `${money} was sent back to your card`;
  }
  // No fault of the card: it was the bank's question that failed.
  if (event.declineCode === 'payment_intent_authentication_failure') return 'Your bank did not confirm';
  return WORDS[event.type];
}
