/** The input of a payment's review: ids only; the rest is read from Stripe. */
export interface AftercareInput {
  readonly orderId: string;
  readonly paymentId: string;
  /** The Stripe event that caused it, if any: marked as handled when the review is done. */
  readonly eventId?: string;
}

/** Returns the id of the workflow that handles one Stripe event, or another cause of a review. */
export function aftercareWorkflowId(cause: string): string {
  return `aftercare-${cause}`;
}
