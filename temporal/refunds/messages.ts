/** The input of a refund's workflow. */
export interface RefundInput {
  readonly orderId: string;
  readonly refundId: string;
}

/** Returns the id of a refund's workflow. */
export function refundWorkflowId(refundId: string): string {
  return `refund-${refundId}`;
}
