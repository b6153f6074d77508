import type { Card } from '../../domain/card.ts';
import type { AppliedChange } from '../../domain/contract/order-changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { AccountMailType, MailType } from '../../domain/events.ts';
import type { PaymentMethod } from '../../domain/payment.ts';

interface AboutOrder<Type extends MailType> {
  readonly type: Type;
  /** The order's present state; the mail reports its type's event, whatever has happened since. */
  readonly order: Order;
  /** The customer's name. */
  readonly customerName: string;
  /** The button's link: the customer's own link, or the agents' page of the order. */
  readonly orderUrl: string;
}

interface AboutSale<Type extends MailType> extends AboutOrder<Type> {
  /** The customer's own link to the printable receipt. */
  readonly receiptUrl: string;
}

interface AboutMoney<Type extends MailType> extends AboutSale<Type> {
  /** The amount refunded to the customer, in minor units of the order's currency. */
  readonly refundAmount: number;
  /** The part of it that was paid, and is refunded, in cash; absent: none. */
  readonly cashAmount?: number;
  /** The reason in the words of the staff member who requested it. */
  readonly reasonText?: string | null;
}

interface AboutDue<Type extends MailType> extends AboutOrder<Type> {
  /** What the reader still has to pay, in minor units. */
  readonly dueAmount: number;
}

/** A round was sent, or an order placed that waits for its payment. */
interface AboutHeld extends AboutOrder<'order_received'> {
  /** Who has sent the round, as the others see her; empty if nobody of them, or not to be said. Absent: the reader. */
  readonly senderName?: string;
  /** What the reader pays of the round, in minor units; absent: nothing. */
  readonly dueAmount?: number;
}

/** The reader need not pay a share any more. */
interface AboutCovered extends AboutOrder<'share_covered'> {
  readonly shareAmount: number;
  /** Who pays it now, as the others see her; empty if nobody, or not to be said. */
  readonly payerName: string;
  /** The share was not her own: she had taken it over. */
  readonly wasTakenOver: boolean;
}

/** What the reader ordered was taken off the round. */
interface AboutDropped extends AboutOrder<'share_dropped'> {
  readonly shareAmount: number;
  readonly lines: readonly { readonly name: string; readonly quantity: number; readonly amount: number }[];
  /** The host pays the reader's part of what she shared with others. */
  readonly isLeft: boolean;
}

/** The reader pays what is left of a share, or of several. */
interface AboutRest extends AboutDue<'rest_to_pay'> {
  /** Whose share it was, as the others see her; empty if there are several, or not to be said. */
  readonly ownerName: string;
}

/** What was left of a tab could not be charged to the reader's card on file. */
interface AboutCardRefused {
  readonly type: 'card_refused';
  readonly customerName: string;
  readonly amount: number;
  readonly currency: string;
  /** The page of the tab. */
  readonly orderUrl: string;
}

/** What is left of a tab is going to be charged to the reader's card on file. */
interface AboutCharge extends Omit<AboutCardRefused, 'type'> {
  readonly type: 'card_charge_soon';
  readonly chargesAt: string;
}

/** A part of what a change costs the reader more, or, if it is negative, gives back; in minor units. */
export interface ChangeMoney {
  readonly amount: number;
  readonly method: PaymentMethod;
  /** Null for cash. */
  readonly card: Card | null;
}

/** The order was changed. */
interface AboutChange extends AboutSale<'order_changed'> {
  readonly change: AppliedChange;
  /** Who made it, as the others see her; empty if not to be said. Absent: the reader, or nobody of the guests. */
  readonly makerName?: string;
  /** What the reader pays more, or, if it is negative, less. */
  readonly differenceAmount: number;
  /** How that was paid, or goes back; empty if no money moves. */
  readonly money: readonly ChangeMoney[];
}

interface AboutEnd<Type extends MailType> extends AboutSale<Type> {
  /** The amount refunded to the customer, in minor units; absent or 0: nothing had been paid. */
  readonly refundAmount?: number;
  /** The part of it that was paid, and is refunded, in cash; absent: none. */
  readonly cashAmount?: number;
}

interface AboutAccount<Type extends MailType> {
  readonly type: Type;
  readonly name: string;
  /** The button's link; it may hold a secret, so the mail is never logged. */
  readonly url: string;
}

/** What the reader ordered has run out, and she is asked what is to be done. */
interface AboutSoldOut extends AboutOrder<'sold_out'> {
  readonly question: {
    readonly name: string;
    readonly quantity: number;
    /** What staff suggest instead; null: nothing. */
    readonly suggestion: string | null;
    readonly deadline: string;
  };
}

/** The data of a mail, by its type. Texts may be untrusted: rendering escapes them. */
export type MailContent =
  | AboutHeld
  | AboutDue<'payment_reminder'>
  | AboutCovered
  | AboutDropped
  | AboutRest
  | AboutSale<'receipt'>
  | AboutOrder<'order_ready'>
  | AboutSoldOut
  | AboutEnd<'order_canceled'>
  | AboutEnd<'order_expired'>
  | AboutMoney<'refund_issued'>
  | AboutChange
  | AboutCardRefused
  | AboutCharge
  | AboutOrder<'agent_new_order'>
  | AboutEnd<'agent_order_canceled'>
  | { [Type in AccountMailType]: AboutAccount<Type> }[AccountMailType];

/** The data of one type of mail. */
export type ContentOf<Type extends MailType> = Extract<MailContent, { type: Type }>;
