/** The events of an order's history, one per change and versioned. The live screens are fed from them. */

import type { DisputeStep } from './dispute.ts';
import { DISPUTE_REASONS } from './dispute.ts';
import { ATTENTION_REASONS } from './failures.ts';
import { CHANGE_END_REASONS, type ChangeMaker } from './order-change.ts';
import { ADVANCE_TARGETS, END_REASONS, type OrderStatus } from './order.ts';
import { REFUND_FAILURES } from './refund.ts';
import type { Reminder } from './round.ts';

export const EVENT_TYPES = [
  'placed',
  'claimed',
  'held',
  'rejected',
  'payment_started',
  'payment_requires_action',
  'payment_authorized',
  'payment_declined',
  'cash_recorded',
  'share_covered',
  'share_dropped',
  'lines_canceled',
  'moved',
  'tab_merged',
  'change_requested',
  'change_held',
  'change_agreed',
  'changed',
  'change_paid',
  'change_given_up',
  'change_seen',
  'sold_out_asked',
  'sold_out_answered',
  'sold_out_decided',
  'sold_out_withdrawn',
  'deadline_extended',
  'reminded',
  'capture_started',
  'confirmed',
  'settled',
  ...ADVANCE_TARGETS,
  'canceled',
  'expired',
  'refund_started',
  'refund_pending',
  'refunded',
  'refund_failed',
  'late_payment',
  'payment_captured',
  'payment_voided',
  'disputed',
  'dispute_won',
  'dispute_lost',
  'attention_raised',
  'attention_cleared',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Events after which a share has another payer, or another amount. */
export const SHARE_CHANGES = [
  'share_covered',
  'share_dropped',
  'changed',
] as const satisfies readonly EventType[];

/** Every reason code that an event may have, without duplicates. */
export const EVENT_REASONS = [
  ...new Set([
    ...END_REASONS,
    ...ATTENTION_REASONS,
    ...REFUND_FAILURES,
    ...DISPUTE_REASONS,
    ...CHANGE_END_REASONS,
  ]),
];
export type EventReason = (typeof EVENT_REASONS)[number];

/**
 * Returns `code` if it is one of `codes`; else the first, which is the most general. For codes of third parties, who
 * may add some.
 */
export function closedCode<Code extends string>(codes: readonly [Code, ...Code[]], code: string): Code {
  return codes.find((known) => known === code) ?? codes[0];
}

/** Ids, amounts, statuses and codes only: no name, address or note, and no text that a person typed. */
export interface EventData {
  readonly status: OrderStatus;
  readonly reason?: EventReason;
  readonly shareId?: string;
  /** Several shares that it is about. */
  readonly shareIds?: readonly string[];
  readonly paymentId?: string;
  readonly refundId?: string;
  readonly amount?: number;
  /** `cash` if the amount went into or out of the till; absent for cards. */
  readonly method?: 'cash';
  readonly declineCode?: string;
  /** Whether the sold goods go back on sale with it. */
  readonly restock?: true;
  /** Which reminder was sent to those who have not paid. */
  readonly reminder?: Reminder;
  /** The change that it is about, who made it, and, if a guest did, which. */
  readonly changeId?: string;
  readonly madeBy?: ChangeMaker;
  readonly participantId?: string;
  /** For a dispute's event: which dispute, and what happened to it. */
  readonly dispute?: DisputeStep;
  readonly shortages?: readonly { variantId: string; requested: number; available: number }[];
}

/** Types of mails about an order, and about an account. */
const ACCOUNT_MAIL_TYPES = ['verify_email', 'reset_password', 'account_exists', 'password_changed'] as const;
export type AccountMailType = (typeof ACCOUNT_MAIL_TYPES)[number];
export const MAIL_TYPES = [
  'order_received',
  'payment_reminder',
  'share_covered',
  'share_dropped',
  'rest_to_pay',
  'receipt',
  'order_ready',
  'order_canceled',
  'order_expired',
  'refund_issued',
  'order_changed',
  'sold_out',
  'card_refused',
  'card_charge_soon',
  'agent_new_order',
  'agent_order_canceled',
  ...ACCOUNT_MAIL_TYPES,
] as const;
export type MailType = (typeof MAIL_TYPES)[number];
/** Mails about a tab, and no order of it. */
export type TabMailType = Extract<MailType, 'card_charge_soon'>;
/** Mails about an order. */
export type OrderMailType = Exclude<MailType, AccountMailType | TabMailType>;

/** Returns whether a mail is about an account, and so about no order. */
export function isAccountMail(type: MailType): type is AccountMailType {
  return ACCOUNT_MAIL_TYPES.some((known) => known === type);
}
