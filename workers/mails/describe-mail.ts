import type { Shop } from '../../domain/shop.ts';
import { accountExists, passwordChanged, resetPassword, verifyEmail } from './describe-account-mail.ts';
import { agentNewOrder, agentOrderCanceled } from './describe-agent-mail.ts';
import {
  orderCanceled,
  orderExpired,
  orderReady,
  orderReceived,
  refundIssued,
} from './describe-customer-mail.ts';
import { receipt } from './describe-receipt-mail.ts';
import type { MailContent } from './mail-content.ts';
import type { MailView } from './mail-view.ts';

/** The words of a mail. What people wrote stands in it on one line and unescaped: writing it as HTML escapes. */
export function describeMail(mail: MailContent, shop: Shop): MailView {
  switch (mail.type) {
    case 'order_received':
      return orderReceived(mail, shop);
    case 'receipt':
      return receipt(mail, shop);
    case 'order_ready':
      return orderReady(mail, shop);
    case 'order_canceled':
      return orderCanceled(mail, shop);
    case 'order_expired':
      return orderExpired(mail, shop);
    case 'refund_issued':
      return refundIssued(mail, shop);
    case 'agent_new_order':
      return agentNewOrder(mail, shop);
    case 'agent_order_canceled':
      return agentOrderCanceled(mail, shop);
    case 'verify_email':
      return verifyEmail(mail, shop);
    case 'reset_password':
      return resetPassword(mail, shop);
    case 'account_exists':
      return accountExists(mail, shop);
    case 'password_changed':
      return passwordChanged(mail, shop);
  }
}
