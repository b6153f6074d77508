/** By what operators find a workflow that is about an order. */

import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import { attributesOfOrder, ORDER_NUMBER, TAB_ID, type OrderSought } from '../temporal/search-attributes.ts';

/**
 * Makes operators find this workflow by what its step has read of the order. Whoever started it may have read the order
 * before it was confirmed, or before its tab was merged. The steps of older versions return nothing to find it by.
 */
export function findThisBy(sought: OrderSought | undefined): void {
  const changes = changesToFindBy(sought ?? {});
  if (changes.length > 0) upsertSearchAttributes(changes);
}

/** Returns the attributes that this workflow lacks, or has as they were, to be found by what is given. */
export function changesToFindBy(sought: OrderSought): SearchAttributePair[] {
  const { typedSearchAttributes: known } = workflowInfo();
  return attributesOfOrder(sought)
    .getAll()
    .filter(({ key, value }) => known.get(key) !== value);
}

/** Returns the attributes by which this workflow is found, for another one that is about the same order. */
export function attributesOfThis(): TypedSearchAttributes {
  const { typedSearchAttributes: known } = workflowInfo();
  return attributesOfOrder({ orderNumber: known.get(ORDER_NUMBER), tabId: known.get(TAB_ID) });
}
