/** What a refund's workflow starts with. */
export interface RefundInput {
  readonly orderId: string;
  readonly refundId: string;
}

/** The id of a refund's workflow. */
export function refundWorkflowId(refundId: string): string {
  return `refund-${refundId}`;
}
