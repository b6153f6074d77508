/** All workflows that a worker can run. */
export { accountMail } from './account-mail.ts';
export { aftercare } from './aftercare.ts';
export { mend } from './mend.ts';
export { order } from './order.ts';
export { reconciliation } from './reconciliation.ts';
export { refund } from './refund.ts';
export { tab } from './tab.ts';
