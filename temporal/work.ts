/** The order, refund or tab that a workflow is for, in its memo: nobody reads it out of the workflow's id. */

/** An order; its refund, with `refundId`; or a tab. */
export type Work =
  | { readonly orderId: string; readonly refundId?: string | undefined; readonly tabId?: undefined }
  | { readonly tabId: string };

/** Returns the memo of a workflow of an order, a refund or a tab. */
export function memoOfWork(work: Work): Record<string, string> {
  if (work.tabId !== undefined) return { tabId: work.tabId };
  const { orderId, refundId } = work;
  return { orderId, ...(refundId !== undefined && { refundId }) };
}

/** Returns the work in a memo; undefined for workflows of anything else. */
export function workOfMemo(memo: Record<string, unknown> | undefined): Work | undefined {
  const { orderId, refundId, tabId } = memo ?? {};
  if (typeof orderId === 'string') return { orderId, ...(typeof refundId === 'string' && { refundId }) };
  return typeof tabId === 'string' ? { tabId } : undefined;
}
