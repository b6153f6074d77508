import type { Order } from '../../domain/contract/orders.ts';
import type { AccountMailType, MailType } from '../../domain/events.ts';

interface AboutOrder<Type extends MailType> {
  readonly type: Type;
  /** The order; the mail tells of its type's event, whatever has happened since. */
  readonly order: Order;
  /** Whose order it is. */
  readonly customerName: string;
  /** Where the button leads: the customer's own link, or the agents' page of the order. */
  readonly orderUrl: string;
}

interface AboutSale<Type extends MailType> extends AboutOrder<Type> {
  /** The customer's own link to the receipt as a page to print. */
  readonly receiptUrl: string;
}

interface AboutMoney<Type extends MailType> extends AboutSale<Type> {
  /** What goes back to the customer, in minor units of the order's currency. */
  readonly refundAmount: number;
  /** The part of it that was paid, and goes back, in cash; absent: none. */
  readonly cashAmount?: number;
  /** The words of who of the staff asked for it. */
  readonly reasonText?: string | null;
}

interface AboutEnd<Type extends MailType> extends AboutSale<Type> {
  /** What goes back to the customer, in minor units; absent or 0: nothing had been paid. */
  readonly refundAmount?: number;
  /** The part of it that was paid, and goes back, in cash; absent: none. */
  readonly cashAmount?: number;
}

interface AboutAccount<Type extends MailType> {
  readonly type: Type;
  readonly name: string;
  /** Where the button leads; may hold a secret, so the mail is never logged. */
  readonly url: string;
}

/** Everything a mail says, by its type. Texts may come from anybody: rendering makes them harmless. */
export type MailContent =
  | AboutOrder<'order_received'>
  | AboutSale<'receipt'>
  | AboutOrder<'order_ready'>
  | AboutEnd<'order_canceled'>
  | AboutEnd<'order_expired'>
  | AboutMoney<'refund_issued'>
  | AboutOrder<'agent_new_order'>
  | AboutEnd<'agent_order_canceled'>
  | { [Type in AccountMailType]: AboutAccount<Type> }[AccountMailType];

/** The content of one type of mail. */
export type ContentOf<Type extends MailType> = Extract<MailContent, { type: Type }>;
