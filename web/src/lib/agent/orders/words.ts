/** What agents read: statuses, attention and history, each as a phrase. */

import type { HistoryEvent } from '../../api/orders.ts';
import type { EventType } from '#domain/events.ts';
import type { AttentionReason } from '#domain/failures.ts';
import { formatAmount } from '#domain/money.ts';
import type { AdvanceTarget, EndReason } from '#domain/order.ts';
import type { REFUND_REASONS } from '#domain/refund.ts';

/** What an agent does next, as the words on the button. */
export const ADVANCE_WORDS = {
  preparing: 'Start preparing',
  ready: 'Mark ready',
  completed: 'Hand over',
} as const satisfies Record<AdvanceTarget, string>;

/** What went wrong, and what a person should look at. */
export const ATTENTION_WORDS = {
  capture_failed: {
    title: 'Capture failed',
    advice: 'The card was authorized but the money could not be taken. Check the payment with Stripe.',
  },
  refund_failed: {
    title: 'Refund failed',
    advice: 'Money that should have gone back has not. The refund below says why; try it again there.',
  },
  void_failed: {
    title: 'Authorization not released',
    advice: 'The customer’s card is still reserved. Check the payment with Stripe.',
  },
  stock_not_released: {
    title: 'Stock not released',
    advice:
      'What was set aside for this order has not gone back on sale. Recount the products in the catalog.',
  },
  payment_mismatch: {
    title: 'Payment does not match',
    advice: 'Stripe reports another amount, currency or order than ours. Check before handing anything over.',
  },
  refunded_outside: {
    title: 'Refunded outside',
    advice:
      'Somebody gave money back in Stripe’s dashboard. It is booked here; check whether that was meant.',
  },
  late_payment: {
    title: 'Paid too late, or twice',
    advice:
      'Money came in after the order had ended, or for a share that is paid already. All of it goes back by itself.',
  },
  disputed: {
    title: 'Payment disputed',
    advice:
      'The customer’s bank has taken the payment back. Answer the dispute in Stripe’s dashboard in time.',
  },
  cash_to_return: {
    title: 'Cash to hand out',
    advice: 'This order was paid in cash and has ended. The cash goes back to the customer.',
  },
} as const satisfies Record<AttentionReason, { title: string; advice: string }>;

const END_WORDS = {
  out_of_stock: 'something was out of stock',
  too_late: 'the stock answer came too late',
  payment_deadline: 'it was not paid in time',
  canceled_by_host: 'canceled by the customer',
  canceled_by_agent: 'canceled by the staff',
  capture_failed: 'the payment could not be captured',
  refunded_outside: 'made in Stripe’s dashboard',
  late_payment: 'it was not needed',
} as const satisfies Record<EndReason | (typeof REFUND_REASONS)[number], string>;

/** Why an order ended: a known reason in words, or what somebody typed as they typed it. */
export function reasonWords(reason: string): string {
  return reason in END_WORDS ? END_WORDS[reason as keyof typeof END_WORDS] : reason;
}

const ACTOR_WORDS = { host: 'Customer', agent: 'Staff', workflow: 'Automatic' } as const;

/** Who did it: one of the staff by name, where her account is still there. */
export function actorWords({ actor, by }: Pick<HistoryEvent, 'actor' | 'by'>): string {
  return by ?? ACTOR_WORDS[actor];
}

/** `insufficient_funds` as `insufficient funds`: Stripe's codes are readable once the underscores are gone, but one. */
export function codeWords(code: string): string {
  if (code === 'payment_intent_authentication_failure') return 'not confirmed with the bank';
  return code.replaceAll('_', ' ');
}

/** One event as a sentence without its end: `Refund of €4.50 started`. */
export function eventWords(event: HistoryEvent, currency: string): string {
  const money = event.amount === undefined ? undefined : formatAmount(event.amount, currency);
  const reason = event.reason === undefined ? '' : `: ${reasonWords(event.reason)}`;
  const of = money === undefined ? '' : ` of ${money}`;
  const restock = event.restock ? ', products back on sale' : '';
  const decline = event.declineCode === undefined ? '' : `: ${codeWords(event.declineCode)}`;
  const attention =
    event.reason !== undefined && event.reason in ATTENTION_WORDS
      ? `: ${ATTENTION_WORDS[event.reason as AttentionReason].title}`
      : reason;
  const words: Record<EventType, string> = {
    placed: 'Order placed',
    held: 'Stock set aside',
    rejected: `Order rejected${reason}`,
    payment_started: `Payment${of} started`,
    payment_requires_action: 'The bank asks the customer to confirm the payment',
    payment_authorized: `Payment${of} authorized`,
    payment_declined: `Card declined${decline}`,
    cash_recorded: `${money ?? 'Cash'} taken in cash`,
    capture_started: 'Capturing the payment',
    confirmed: 'Paid and confirmed',
    preparing: 'Being prepared',
    ready: 'Ready',
    completed: 'Handed over',
    canceled: `Canceled${reason.replace(': canceled by', ' by')}${restock}`,
    expired: `Expired${reason}`,
    refund_started: `Refund${of} started${reason}${restock}`,
    refund_pending: `Refund${of} is on its way`,
    refunded: `${money ?? 'Money'} ${event.method === 'cash' ? 'to hand out in cash' : 'refunded'}${reason}`,
    refund_failed: `Refund${of} failed: ${codeWords(event.reason ?? 'refund_failed')}`,
    late_payment: `${money ?? 'Money'} came in that was not needed`,
    payment_captured: `Payment${of} captured at Stripe`,
    payment_voided: `Authorization${of} released at Stripe`,
    disputed: `Payment${of} disputed: ${codeWords(event.reason ?? 'general')}`,
    dispute_won: `Dispute${of} won`,
    dispute_lost: `Dispute${of} lost`,
    attention_raised: `Needs attention${attention}`,
    attention_cleared: 'No longer needs attention',
  };
  return words[event.type];
}
