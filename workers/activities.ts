import { createAftercareActivities } from './payments/aftercare.ts';
import { createCaptureActivities, type CaptureDependencies } from './payments/capture.ts';
import { createMailActivities, type MailDependencies } from './mails/mails.ts';
import { createOrderActivities, type OrderDependencies } from './orders/orders.ts';
import { createPaymentActivities, type PaymentDependencies } from './payments/payments.ts';
import { createRefundActivities, type RefundDependencies } from './refunds/refunds.ts';
import { createTabActivities, type TabDependencies } from './tabs/tabs.ts';

/** The dependencies of all activities. */
export type ActivityDependencies = OrderDependencies &
  CaptureDependencies &
  PaymentDependencies &
  RefundDependencies &
  TabDependencies &
  MailDependencies;

/** Creates the activities of the `orders` queue, which orders wait for. */
export function createOrderQueueActivities(dependencies: ActivityDependencies) {
  const payments = createPaymentActivities(dependencies);
  const { sendOrderMailsAtOnce } = createMailActivities(dependencies);
  return {
    ...createOrderActivities(dependencies),
    ...payments,
    ...createCaptureActivities(dependencies),
    ...createRefundActivities(dependencies),
    ...createTabActivities(dependencies),
    ...createAftercareActivities(dependencies, payments),
    sendOrderMailsAtOnce,
  };
}

/** Creates the activities of the `mails` queue, which nothing waits for. */
export function createMailQueueActivities(dependencies: ActivityDependencies) {
  return createMailActivities(dependencies);
}
