/** The order or refund that a workflow is for, in its memo: nobody reads it out of the workflow's id. */

export interface Work {
  readonly orderId: string;
  /** For a refund's workflow. */
  readonly refundId?: string | undefined;
}

/** Returns the memo of a workflow of an order or a refund. */
export function memoOfWork({ orderId, refundId }: Work): Record<string, string> {
  return { orderId, ...(refundId !== undefined && { refundId }) };
}

/** Returns the work in a memo; undefined for workflows of anything else. */
export function workOfMemo(memo: Record<string, unknown> | undefined): Work | undefined {
  const { orderId, refundId } = memo ?? {};
  if (typeof orderId !== 'string') return undefined;
  return { orderId, ...(typeof refundId === 'string' && { refundId }) };
}
