/**
 * The activities as the workflows call them: which run inside the workflow's own task (short writes to our own
 * databases), which are scheduled (Stripe, mail), how long each may take, and what the Temporal UI says of it.
 */

import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';
import type { AftercareActivities } from '../temporal/payments/activities.ts';
import type { CaptureActivities } from '../temporal/payments/activities.ts';
import type { MailActivities } from '../temporal/mails/activities.ts';
import type { OrderActivities } from '../temporal/orders/activities.ts';
import type { PaymentActivities } from '../temporal/payments/activities.ts';
import type { ReconciliationActivities } from '../temporal/reconciliation/activities.ts';
import type { RefundActivities } from '../temporal/refunds/activities.ts';
import { ACTIVITY_FAILURES } from '../domain/failures.ts';
import { MAILS_QUEUE, ORDERS_QUEUE, RECONCILIATION_QUEUE } from '../temporal/queues.ts';
import { inTurn } from './turns.ts';

/** A try within the workflow's own task: what does not succeed in it goes on as an activity. */
const atOnce: LocalActivityOptions = {
  scheduleToCloseTimeout: '2 seconds',
  retry: { maximumAttempts: 1 },
};
const nonRetryableErrorTypes = [ACTIVITY_FAILURES.inconsistent];

/**
 * Our own databases: a few milliseconds, in the workflow's own task. While a database is away it goes on as an
 * activity, which operators see; nothing else is written of the order meanwhile.
 */
function record<Request, Result>(
  summary: string,
  pick: (activities: OrderActivities) => (request: Request) => Promise<Result>,
): (request: Request) => Promise<Result> {
  const writeNow = pick(proxyLocalActivities<OrderActivities>({ summary, ...atOnce }));
  const write = pick(
    proxyActivities<OrderActivities>({
      summary,
      taskQueue: ORDERS_QUEUE,
      startToCloseTimeout: '15 seconds',
      retry: { initialInterval: '100 milliseconds', maximumInterval: '10 seconds', nonRetryableErrorTypes },
    }),
  );
  return (request) => inTurn(() => writeNow(request).catch(() => write(request)));
}

export const holdOrder = record('Hold the stock', (activities) => activities.holdOrder);
export const takeCash = record(
  'Write down that the share was paid in cash',
  (activities) => activities.takeCash,
);
export const advanceOrder = record(
  'Write down the step of the agent',
  (activities) => activities.advanceOrder,
);
export const endOrder = record(
  'End the order; reserve refunds of what was captured or in the till',
  (activities) => activities.endOrder,
);
export const closeOrder = record(
  'Decide that the order is ended: nothing is paid or captured from here on',
  (activities) => activities.closeOrder,
);
export const releaseStock = record('Give the stock back', (activities) => activities.releaseStock);
export const readProgress = record('Read where the order stands', (activities) => activities.readProgress);
export const raiseAttention = record('Ask for a person', (activities) => activities.raiseAttention);

/** Stripe: half a minute for a try, then again. */
const stripeCall: ActivityOptions = {
  taskQueue: ORDERS_QUEUE,
  startToCloseTimeout: '30 seconds',
  // Whoever cancels waits for the call under way: voiding must not run beside a confirm.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '500 milliseconds', maximumInterval: '1 minute', nonRetryableErrorTypes },
};

const AUTHORIZE = 'Authorize the share on the card of its payer';
export const { authorizePayment } = proxyActivities<PaymentActivities>({ ...stripeCall, summary: AUTHORIZE });
const authorizeNow = proxyLocalActivities<PaymentActivities>({
  summary: AUTHORIZE,
  ...atOnce,
  scheduleToCloseTimeout: '4 seconds',
});

/**
 * Authorizes in the order's own task, which saves another and an activity: for the payment that came with the order, and
 * only while Stripe is quick. Null when it is to be done by `authorizePayment`, which goes on where this one was.
 */
export async function authorizeAtOnce(
  ...args: Parameters<PaymentActivities['authorizePayment']>
): ReturnType<PaymentActivities['authorizePaymentAtOnce']> {
  try {
    return await inTurn(() => authorizeNow.authorizePaymentAtOnce(...args));
  } catch {
    return null;
  }
}

export const { refreshPayment } = proxyActivities<PaymentActivities>({
  ...stripeCall,
  summary: 'Read the payment back from Stripe',
});
const CAPTURE = 'Commit the stock, capture every share, confirm';
const captureNow = proxyLocalActivities<CaptureActivities>({
  summary: CAPTURE,
  ...atOnce,
  scheduleToCloseTimeout: '4 seconds',
});
const captureAgain = proxyActivities<CaptureActivities>({
  ...stripeCall,
  summary: CAPTURE,
  scheduleToCloseTimeout: '1 day',
});

/**
 * Captures in the order's own task, which takes no command anyway from here on: that saves a task and an activity.
 * What does not succeed at once goes on as an activity that is tried for a day, and that operators see.
 */
export async function captureAndConfirm(request: {
  orderId: string;
}): ReturnType<CaptureActivities['captureAndConfirm']> {
  try {
    return await inTurn(() => captureNow.captureAndConfirm(request));
  } catch {
    return captureAgain.captureAndConfirm(request);
  }
}

export const { voidPayments } = proxyActivities<PaymentActivities>({
  ...stripeCall,
  summary: 'Void every open payment, and read it back',
  scheduleToCloseTimeout: '1 day',
});
export const { issueRefund } = proxyActivities<RefundActivities>({
  ...stripeCall,
  summary: 'Refund',
  scheduleToCloseTimeout: '1 day',
});
export const { restockRefund } = proxyActivities<RefundActivities>({
  ...stripeCall,
  summary: 'Put refunded units back on sale',
});

export const { reviewPayment } = proxyActivities<AftercareActivities>({
  ...stripeCall,
  summary: 'Read the payment back from Stripe, and book what is new of it',
  scheduleToCloseTimeout: '3 days',
});

/** Mail: a dead server is waited for, up to three days. */
const mail: ActivityOptions = {
  taskQueue: MAILS_QUEUE,
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '3 days',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
};
const SEND_MAILS = 'Send the mails due';
export const { sendOrderMails } = proxyActivities<MailActivities>({ ...mail, summary: SEND_MAILS });
const sendNow = proxyLocalActivities<MailActivities>({ summary: SEND_MAILS, ...atOnce });

/**
 * In the order's own task, which saves another and an activity: only while the mail server is quick. Returns whether
 * nothing is left to be sent.
 */
export async function sendOrderMailsAtOnce(request: { orderId: string }): Promise<{ isDone: boolean }> {
  try {
    return await inTurn(() => sendNow.sendOrderMailsAtOnce(request));
  } catch {
    return { isDone: false };
  }
}
export const { sendAccountMail } = proxyActivities<MailActivities>({
  ...mail,
  summary: 'Send the mail',
});

/**
 * Comparing with Stripe: long, with heartbeats, so that it goes on where it was when a worker dies or Stripe has had
 * enough of us. After an hour it is given up: the next run comes by itself.
 */
export const {
  beginReconciliation,
  compareWorkflows,
  compareOtherWorkflows,
  findOverdueHolds,
  findUnknownOutcomes,
  compareOrders,
  compareIntents,
  comparePayments,
  compareBookings,
  mendDecided,
  endReconciliation,
  failReconciliation,
} = proxyActivities<ReconciliationActivities>({
  taskQueue: RECONCILIATION_QUEUE,
  startToCloseTimeout: '1 hour',
  scheduleToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', nonRetryableErrorTypes },
});

/** A person waits for what she asked for: it is tried for minutes, not for days, and she may ask again. */
export const { mendDifference, endMend } = proxyActivities<ReconciliationActivities>({
  taskQueue: RECONCILIATION_QUEUE,
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '20 seconds', nonRetryableErrorTypes },
});
