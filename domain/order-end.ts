/** How an order ends other than by completion: what is asked for, and what that leaves to be done. */

import type { EndReason, OrderStatus } from './order.ts';
import type { CapturedPayment, EndRefunds } from './payment.ts';
import type { Standing } from './standing.ts';

/** When an order is to be ended: while it is `from`; `unlessPaid`: not once the whole bill is authorized. */
export interface Closing {
  readonly from: 'awaiting_payment' | 'capturing';
  readonly unlessPaid: boolean;
}

/** Statuses of an order that was held and came to nothing. */
export const END_STATUSES = ['expired', 'canceled'] as const satisfies readonly OrderStatus[];

/** How an order ended other than by completion. */
export interface OrderEnd {
  readonly status: (typeof END_STATUSES)[number];
  readonly reason: EndReason;
  readonly cancelRequestId?: string | undefined;
  /** Money that was captured all the same, and is refunded now. */
  readonly captured?: readonly CapturedPayment[];
}

/** What the end of an order leaves to be done, and where the order stands. */
export interface Ended extends EndRefunds {
  /** Not ended, where the order was further and the transitions table has no way from there. */
  readonly order: Standing;
  /** Its sold goods go back on sale: nobody had used them yet, or who canceled says so. */
  readonly restock: boolean;
}
