/** Texts for staff: statuses, attention and history, each as a phrase. */

import { staffOrders } from '#messages';
import type { HistoryEvent } from '../../api/orders.ts';
import type { EventReason, EventType } from '#domain/events.ts';
import type { AttentionReason } from '#domain/failures.ts';
import { formatAmount } from '#lib/ui/money.ts';
import { whyNotMade } from '../../orders/change-words.ts';
import { ADVANCE_TARGETS, type AdvanceTarget, type EndReason } from '#domain/order.ts';
import type { RefundCause } from '#domain/refund.ts';
import { STEPS, type EventTone } from '../board/board-statuses.ts';

/** The problem, and what a person should check. */
export const ATTENTION_WORDS = {
  capture_failed: { title: staffOrders.captureFailed(), advice: staffOrders.captureFailedAdvice() },
  refund_failed: { title: staffOrders.refundFailedTitle(), advice: staffOrders.refundFailedAdvice() },
  void_failed: { title: staffOrders.voidFailed(), advice: staffOrders.voidFailedAdvice() },
  stock_not_released: {
    title: staffOrders.stockNotReleased(),
    advice: staffOrders.stockNotReleasedAdvice(),
  },
  payment_mismatch: { title: staffOrders.paymentMismatch(), advice: staffOrders.paymentMismatchAdvice() },
  refunded_outside: { title: staffOrders.refundedOutside(), advice: staffOrders.refundedOutsideAdvice() },
  late_payment: { title: staffOrders.latePayment(), advice: staffOrders.latePaymentAdvice() },
  disputed: { title: staffOrders.disputedTitle(), advice: staffOrders.disputedAdvice() },
  cash_to_return: { title: staffOrders.cashToReturn(), advice: staffOrders.cashToReturnAdvice() },
  sold_out: { title: staffOrders.soldOutTitle(), advice: staffOrders.soldOutAdvice() },
} as const satisfies Record<AttentionReason, { title: string; advice: string }>;

const END_WORDS = {
  out_of_stock: staffOrders.reasonOutOfStock(),
  too_late: staffOrders.reasonTooLate(),
  payment_deadline: staffOrders.reasonPaymentDeadline(),
  canceled_by_host: staffOrders.reasonCanceledByHost(),
  canceled_by_agent: staffOrders.reasonCanceledByAgent(),
  taken_back: staffOrders.reasonTakenBack(),
  capture_failed: staffOrders.reasonCaptureFailed(),
  sold_out: staffOrders.reasonSoldOut(),
  refunded_outside: staffOrders.reasonRefundedOutside(),
  late_payment: staffOrders.reasonLatePayment(),
  changed: staffOrders.reasonChanged(),
  requested: staffOrders.reasonRequested(),
  money_without_order: staffOrders.reasonMoneyWithoutOrder(),
} as const satisfies Record<EndReason | RefundCause, string>;

/** Reasons for the end of an order, or for a refund. */
export function reasonWords(reason: keyof typeof END_WORDS): string {
  return END_WORDS[reason];
}

const ACTOR_WORDS = {
  host: staffOrders.actorHost(),
  agent: staffOrders.staff(),
  workflow: staffOrders.actorWorkflow(),
} as const;

/** Returns who did it: staff by name, if the account still exists. */
export function actorWords({ actor, by }: Pick<HistoryEvent, 'actor' | 'by'>): string {
  return by ?? ACTOR_WORDS[actor];
}

/** Turns `insufficient_funds` into `insufficient funds`: Stripe's codes are readable without underscores, but one. */
export function codeWords(code: string): string {
  if (code === 'payment_intent_authentication_failure') return staffOrders.notConfirmedByBank();
  return code.replaceAll('_', ' ');
}

/** Returns an event's code in words: ours or Stripe's. */
function eventReasonWords(code: EventReason): string {
  return isKeyOf(END_WORDS, code) ? END_WORDS[code] : codeWords(code);
}

function isKeyOf<Words extends object>(words: Words, key: PropertyKey): key is keyof Words {
  return Object.hasOwn(words, key);
}

/** Text and appearance of each type of event; `amount` is `none` where the event has none. */
const EVENTS = {
  placed: { words: staffOrders.eventPlaced, tone: 'neutral' },
  claimed: { words: staffOrders.eventClaimed, tone: 'neutral' },
  held: { words: staffOrders.eventHeld, tone: 'neutral' },
  rejected: { words: staffOrders.eventRejected, tone: 'bad' },
  payment_started: { words: staffOrders.eventPaymentStarted, tone: 'neutral' },
  payment_requires_action: { words: staffOrders.eventRequiresAction, tone: 'neutral' },
  payment_authorized: { words: staffOrders.eventAuthorized, tone: 'neutral' },
  payment_declined: { words: staffOrders.eventDeclined, tone: 'bad' },
  cash_recorded: { words: staffOrders.eventCash, tone: 'neutral' },
  share_covered: { words: staffOrders.eventCovered, tone: 'neutral' },
  share_dropped: { words: staffOrders.eventDropped, tone: 'neutral' },
  lines_canceled: { words: staffOrders.eventLinesCanceled, tone: 'neutral' },
  moved: { words: () => staffOrders.eventMoved(), tone: 'neutral' },
  tab_merged: { words: () => staffOrders.eventTabMerged(), tone: 'neutral' },
  change_requested: { words: () => staffOrders.eventChangeRequested(), tone: 'neutral' },
  change_held: { words: () => staffOrders.eventChangeHeld(), tone: 'neutral' },
  change_agreed: { words: () => staffOrders.eventChangeAgreed(), tone: 'neutral' },
  changed: { words: staffOrders.eventChanged, tone: 'neutral' },
  change_paid: { words: staffOrders.eventChangePaid, tone: 'neutral' },
  change_given_up: { words: () => staffOrders.eventChangeGivenUp(), tone: 'neutral' },
  change_seen: { words: () => staffOrders.eventChangeSeen(), tone: 'neutral' },
  sold_out_asked: { words: () => staffOrders.eventSoldOutAsked(), tone: 'bad' },
  sold_out_answered: { words: () => staffOrders.eventSoldOutAnswered(), tone: 'neutral' },
  sold_out_decided: { words: () => staffOrders.eventSoldOutDecided(), tone: 'neutral' },
  sold_out_withdrawn: { words: () => staffOrders.eventSoldOutWithdrawn(), tone: 'neutral' },
  deadline_extended: { words: () => staffOrders.eventExtended(), tone: 'neutral' },
  reminded: { words: () => staffOrders.eventReminded(), tone: 'neutral' },
  capture_started: { words: staffOrders.eventCaptureStarted, tone: 'neutral' },
  confirmed: { words: staffOrders.eventConfirmed, tone: 'good' },
  settled: { words: staffOrders.eventSettled, tone: 'good' },
  canceled: { words: staffOrders.eventCanceled, tone: 'bad' },
  expired: { words: staffOrders.eventExpired, tone: 'bad' },
  refund_started: { words: staffOrders.eventRefundStarted, tone: 'neutral' },
  refund_pending: { words: staffOrders.eventRefundPending, tone: 'neutral' },
  refunded: { words: staffOrders.eventRefunded, tone: 'neutral' },
  refund_failed: { words: staffOrders.eventRefundFailed, tone: 'bad' },
  late_payment: { words: staffOrders.eventLatePayment, tone: 'bad' },
  payment_captured: { words: staffOrders.eventCaptured, tone: 'neutral' },
  payment_voided: { words: staffOrders.eventVoided, tone: 'neutral' },
  disputed: { words: staffOrders.eventDisputed, tone: 'bad' },
  dispute_won: { words: staffOrders.eventDisputeWon, tone: 'good' },
  dispute_lost: { words: staffOrders.eventDisputeLost, tone: 'bad' },
  attention_raised: { words: staffOrders.eventAttentionRaised, tone: 'bad' },
  attention_cleared: { words: staffOrders.eventAttentionCleared, tone: 'good' },
} as const satisfies Record<
  Exclude<EventType, AdvanceTarget>,
  { words: (about: { amount: string }) => string; tone: EventTone }
>;

function isStep(type: EventType): type is AdvanceTarget {
  return (ADVANCE_TARGETS as readonly EventType[]).includes(type);
}

/** Appearance of an event in a history. */
export function eventTone(type: EventType): EventTone {
  return isStep(type) ? STEPS[type].tone : EVENTS[type].tone;
}

/** Describes one event, without a final period: `Refund of €4.50 started`. */
export function eventWords(event: HistoryEvent, currency: string): string {
  const reason = whyOf(event);
  const words = baseWords(event, currency);
  const sentence = reason === undefined ? words : staffOrders.because({ event: words, reason });
  return event.restock ? staffOrders.withRestock({ event: sentence }) : sentence;
}

function baseWords({ type, amount, reason, method }: HistoryEvent, currency: string): string {
  if (type === 'canceled' && reason === 'canceled_by_host') return staffOrders.eventCanceledByHost();
  if (type === 'canceled' && reason === 'canceled_by_agent') return staffOrders.eventCanceledByAgent();
  if (type === 'canceled' && reason === 'taken_back') return staffOrders.eventTakenBack();
  if (isStep(type)) return STEPS[type].done;
  const about = { amount: amount === undefined ? 'none' : formatAmount(amount, currency) };
  return type === 'refunded' && method === 'cash'
    ? staffOrders.eventRefundedCash(about)
    : EVENTS[type].words(about);
}

/** Whose wish it was, the event itself says. */
function isRequestedEnd(reason: string): boolean {
  return ['canceled_by_host', 'canceled_by_agent', 'taken_back'].includes(reason);
}

/** Returns the reason of an event, unless its text already has it. */
function whyOf({ type, reason, declineCode }: HistoryEvent): string | undefined {
  switch (type) {
    case 'canceled':
      return reason === undefined || isRequestedEnd(reason) ? undefined : eventReasonWords(reason);
    case 'rejected':
    case 'expired':
    case 'refund_started':
    case 'refunded':
      return reason === undefined ? undefined : eventReasonWords(reason);
    case 'attention_raised':
      if (reason === undefined) return undefined;
      return isKeyOf(ATTENTION_WORDS, reason) ? ATTENTION_WORDS[reason].title : eventReasonWords(reason);
    case 'change_given_up':
      return whyNotMade({ reason });
    case 'refund_failed':
    case 'disputed':
      return reason === undefined ? undefined : codeWords(reason);
    case 'payment_declined':
      return declineCode === undefined ? undefined : codeWords(declineCode);
    default:
      return undefined;
  }
}
