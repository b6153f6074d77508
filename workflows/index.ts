/** Everything a worker can run. */
export { accountMail } from './account-mail.ts';
export { order } from './order.ts';
export { refund } from './refund.ts';
