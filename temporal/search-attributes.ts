/** The search attributes of workflows, for operators. Registered before a worker polls. */

import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  OrderStatus: 'KEYWORD',
  OrderTotal: 'INT',
  OrderAttention: 'KEYWORD_LIST',
  /** The number that the shop calls, once the order is confirmed; on its refunds and reviews of its payments too. */
  OrderNumber: 'INT',
  /** The tab of which an order is a round; on the round's refunds and reviews too. */
  TabId: 'KEYWORD',
  TabStatus: 'KEYWORD',
} as const;

export const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SEARCH_ATTRIBUTES.OrderStatus);
export const ORDER_TOTAL = defineSearchAttributeKey('OrderTotal', SEARCH_ATTRIBUTES.OrderTotal);
export const ORDER_ATTENTION = defineSearchAttributeKey('OrderAttention', SEARCH_ATTRIBUTES.OrderAttention);
export const ORDER_NUMBER = defineSearchAttributeKey('OrderNumber', SEARCH_ATTRIBUTES.OrderNumber);
export const TAB_ID = defineSearchAttributeKey('TabId', SEARCH_ATTRIBUTES.TabId);
export const TAB_STATUS = defineSearchAttributeKey('TabStatus', SEARCH_ATTRIBUTES.TabStatus);

/** What operators know of an order when they look for its workflows; null or absent: it has none. */
export interface OrderSought {
  readonly orderNumber?: number | null | undefined;
  readonly tabId?: string | null | undefined;
}

/** Returns the attributes by which a workflow is found that is about an order. */
export function attributesOfOrder({ orderNumber, tabId }: OrderSought): TypedSearchAttributes {
  return new TypedSearchAttributes([
    ...(orderNumber == null ? [] : [{ key: ORDER_NUMBER, value: orderNumber }]),
    ...(tabId == null ? [] : [{ key: TAB_ID, value: tabId }]),
  ]);
}
