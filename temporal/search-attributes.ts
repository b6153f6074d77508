/** The search attributes of workflows, for operators. Registered before a worker polls. */

import { defineSearchAttributeKey } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  OrderStatus: 'KEYWORD',
  OrderTotal: 'INT',
  OrderAttention: 'KEYWORD_LIST',
  /** The tab of which an order is a round. */
  TabId: 'KEYWORD',
  TabStatus: 'KEYWORD',
} as const;

export const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SEARCH_ATTRIBUTES.OrderStatus);
export const ORDER_TOTAL = defineSearchAttributeKey('OrderTotal', SEARCH_ATTRIBUTES.OrderTotal);
export const ORDER_ATTENTION = defineSearchAttributeKey('OrderAttention', SEARCH_ATTRIBUTES.OrderAttention);
export const TAB_ID = defineSearchAttributeKey('TabId', SEARCH_ATTRIBUTES.TabId);
export const TAB_STATUS = defineSearchAttributeKey('TabStatus', SEARCH_ATTRIBUTES.TabStatus);
