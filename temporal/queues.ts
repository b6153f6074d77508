/** The task queues. All workflows run on the first one. */

/** Workflows, and the activities that an order waits for. */
export const ORDERS_QUEUE = 'orders';
/** Mails, so that slow mail servers delay no order. */
export const MAILS_QUEUE = 'mails';
/** Reconciliation takes minutes, so it has a queue of its own. */
export const RECONCILIATION_QUEUE = 'reconciliation';
