/** The task queues. Workflows run on the first one, whatever they are about. */

/** Workflows, and the activities that an order waits for. */
export const ORDERS_QUEUE = 'orders';
/** Mails, so that slow mail servers hold up no order. */
export const MAILS_QUEUE = 'mails';
/** Comparing with Stripe takes minutes, so it holds up nobody else. */
export const RECONCILIATION_QUEUE = 'reconciliation';
