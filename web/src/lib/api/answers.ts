/** The shapes of the API's answers, all from the contract. */

import type { Product } from '#domain/contract/catalog.ts';
import type {
  EventForAgents,
  Order,
  OrderForAgents,
  PublicEvent,
  Share,
  Viewer,
} from '#domain/contract/orders.ts';
import type { ListedRefund, paymentSchema, refundSchema } from '#domain/contract/payments.ts';
import type { Me, PublicConfig } from '#domain/contract/session.ts';
import type { z } from 'zod';

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}
export interface OrderAnswer {
  readonly order: Order;
  readonly viewer?: Viewer;
}
export interface PlacedOrderAnswer extends OrderAnswer {
  readonly guestToken?: string;
}
export type Payment = z.infer<typeof paymentSchema>;
export interface PaymentAnswer {
  readonly share: Share;
  readonly payment: Payment;
}
export interface RefundAnswer {
  readonly order: Order;
  readonly refund: z.infer<typeof refundSchema>;
}
export interface ProductAnswer {
  readonly product: Product;
}
/** An event of a history; `by` is there for staff. */
export type HistoryEvent = PublicEvent & Partial<Pick<EventForAgents, 'by'>>;
export type { ListedRefund, Me, Order, OrderForAgents, Product, PublicConfig, PublicEvent, Share, Viewer };
