/** What a review of a payment starts with: ids only; the rest is read from Stripe. */
export interface AftercareInput {
  readonly orderId: string;
  readonly paymentId: string;
  /** The event of Stripe that caused it, if one did: noted as seen to when the review is done. */
  readonly eventId?: string;
}

/** The id of the workflow that sees to one event of Stripe, or to another cause of a review. */
export function aftercareWorkflowId(cause: string): string {
  return `aftercare-${cause}`;
}
