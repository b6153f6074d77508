/** The search attributes of every order's workflow, for operators. Registered before a worker polls. */

import { defineSearchAttributeKey } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  OrderStatus: 'KEYWORD',
  OrderTotal: 'INT',
  OrderAttention: 'KEYWORD_LIST',
} as const;

export const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', SEARCH_ATTRIBUTES.OrderStatus);
export const ORDER_TOTAL = defineSearchAttributeKey('OrderTotal', SEARCH_ATTRIBUTES.OrderTotal);
export const ORDER_ATTENTION = defineSearchAttributeKey('OrderAttention', SEARCH_ATTRIBUTES.OrderAttention);
