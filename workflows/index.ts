/** Everything a worker can run. */
export { accountMail } from './account-mail.ts';
export { aftercare } from './aftercare.ts';
export { order } from './order.ts';
export { refund } from './refund.ts';
