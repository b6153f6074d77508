/** How an order ends without completion: the request, and what remains to be done. */

import type { EndReason, OrderStatus } from './order.ts';
import type { CapturedPayment, EndRefunds } from './payment.ts';
import type { Standing } from './standing.ts';

/** Ends an order only while it is `from`; with `unlessPaid`, only until the whole bill is authorized. */
export interface Closing {
  readonly from: 'awaiting_payment' | 'capturing';
  readonly unlessPaid: boolean;
}

/** Statuses of an order that was held and ended without payment. */
export const END_STATUSES = ['expired', 'canceled'] as const satisfies readonly OrderStatus[];

/** How an order ended without completion. */
export interface OrderEnd {
  readonly status: (typeof END_STATUSES)[number];
  readonly reason: EndReason;
  readonly cancelRequestId?: string | undefined;
  /** Money that was captured nevertheless, and is being refunded. */
  readonly captured?: readonly CapturedPayment[];
}

/** What remains to be done after an order's end, and the order's standing. */
export interface Ended extends EndRefunds {
  /** Not ended: the order had moved on, and the transitions table has no way from there. */
  readonly order: Standing;
  /** Whether its sold goods go back on sale: they were not used yet, or the canceler asked for it. */
  readonly restock: boolean;
  /** Units of it that have run out: they are not put on sale with the rest. Absent: none. */
  readonly gone?: readonly { readonly variantId: string; readonly quantity: number }[];
  /** Not ended: this change of it is under way, and is given up or finished first. */
  readonly changeId?: string;
  /** Refunds of what settlements had paid of a round that is paid after; absent: none. */
  readonly elsewhere?: readonly { readonly orderId: string; readonly refundId: string }[];
}
