/**
 * The activities as the workflows call them: which run as local activities (short writes to our own databases), which
 * are scheduled (Stripe, mail), their timeouts, and their summaries in the Temporal UI.
 */

import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';
import type { AftercareActivities } from '../temporal/payments/activities.ts';
import type { CaptureActivities, CaptureRequest } from '../temporal/payments/activities.ts';
import type { MailActivities } from '../temporal/mails/activities.ts';
import type { OrderActivities } from '../temporal/orders/activities.ts';
import type { PaymentActivities } from '../temporal/payments/activities.ts';
import type { ReconciliationActivities } from '../temporal/reconciliation/activities.ts';
import type { RefundActivities } from '../temporal/refunds/activities.ts';
import type { TabActivities } from '../temporal/tabs/activities.ts';
import { ACTIVITY_FAILURES } from '../domain/failures.ts';
import { MAILS_QUEUE, ORDERS_QUEUE, RECONCILIATION_QUEUE } from '../temporal/queues.ts';
import { inTurn } from './turns.ts';

/** One local attempt: if it fails, the step continues as a regular activity. */
const atOnce: LocalActivityOptions = {
  scheduleToCloseTimeout: '2 seconds',
  retry: { maximumAttempts: 1 },
};
const nonRetryableErrorTypes = [ACTIVITY_FAILURES.inconsistent];

/**
 * Our own databases: a few milliseconds, as a local activity. While a database is unavailable it continues as a regular
 * activity, which operators see; nothing else is written for the order meanwhile.
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

/** A tab's own writing, as above. */
function tend(
  summary: string,
  pick: (activities: TabActivities) => TabActivities['tendTab'],
): TabActivities['tendTab'] {
  const tendNow = pick(proxyLocalActivities<TabActivities>({ summary, ...atOnce }));
  const tendLater = pick(
    proxyActivities<TabActivities>({
      summary,
      taskQueue: ORDERS_QUEUE,
      startToCloseTimeout: '15 seconds',
      retry: { initialInterval: '100 milliseconds', maximumInterval: '30 seconds', nonRetryableErrorTypes },
    }),
  );
  return (request) => inTurn(() => tendNow(request).catch(() => tendLater(request)));
}

export const tendTab = tend('Do what is due in the tab', (activities) => activities.tendTab);

export const holdOrder = record('Hold the stock', (activities) => activities.holdOrder);
export const takeCash = record(
  'Write down that the share was paid in cash',
  (activities) => activities.takeCash,
);
export const coverShare = record('Let another pay the share', (activities) => activities.coverShare);
export const dropShare = record('Drop the lines of the share', (activities) => activities.dropShare);
export const extendDeadline = record(
  'Give the host more time to pay the rest',
  (activities) => activities.extendDeadline,
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
export const holdChange = record('Hold what the change adds', (activities) => activities.holdChange);
export const changeUnpaid = record('Change what is to be paid', (activities) => activities.changeUnpaid);
export const applyChange = record('Apply the change', (activities) => activities.applyChange);
export const decideQuestion = record(
  'Do what was chosen at ordering about what has run out',
  (activities) => activities.decideQuestion,
);
export const closeChange = record(
  'Decide that the change is given up: nothing of it is paid from here on',
  (activities) => activities.closeChange,
);
export const giveUpChange = record(
  'Release what the change holds, and end it',
  (activities) => activities.giveUpChange,
);
export const releaseStock = record('Give the stock back', (activities) => activities.releaseStock);
export const readProgress = record('Read where the order stands', (activities) => activities.readProgress);
export const raiseAttention = record('Ask for a person', (activities) => activities.raiseAttention);

/** Stripe: half a minute per attempt, then a retry. */
const stripeCall: ActivityOptions = {
  taskQueue: ORDERS_QUEUE,
  startToCloseTimeout: '30 seconds',
  // A cancellation waits for the call in progress: voiding must not run concurrently with a confirm.
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
 * Authorizes as a local activity, which saves a task and an activity: for the payment that came with the order, and
 * only while Stripe is quick. Resolves with null when `authorizePayment` must continue it.
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

export const { prepareHostAttempts } = proxyActivities<PaymentActivities>({
  ...stripeCall,
  summary: 'Find the saved card of the host',
  scheduleToCloseTimeout: '1 minute',
});
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
 * Captures as a local activity, since the order accepts no command from here on: that saves a task and an activity. If
 * that fails, it continues as a regular activity that is retried for a day, and that operators see.
 */
export async function captureAndConfirm(
  request: CaptureRequest,
): ReturnType<CaptureActivities['captureAndConfirm']> {
  try {
    return await inTurn(() => captureNow.captureAndConfirm(request));
  } catch {
    return captureAgain.captureAndConfirm(request);
  }
}

export const { captureChange } = proxyActivities<CaptureActivities>({
  ...stripeCall,
  summary: 'Capture what the change costs more',
  scheduleToCloseTimeout: '1 day',
});

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

/** Mail: retried for up to three days while the server is down. */
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
 * As a local activity, which saves a task and an activity: only while the mail server is quick. Resolves with whether
 * no due mail remains.
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
 * Comparing with Stripe: long, with heartbeats, so that it resumes after a worker dies or Stripe limits our rate. After
 * an hour it is given up: the next run starts on schedule.
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

/** A person waits for the result: it is retried for minutes, not for days, and she may request it again. */
export const { mendDifference, endMend } = proxyActivities<ReconciliationActivities>({
  taskQueue: RECONCILIATION_QUEUE,
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '5 minutes',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '20 seconds', nonRetryableErrorTypes },
});
