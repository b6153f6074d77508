import { resetPassword, verifyEmail } from './describe-account-mail.ts';
import { agentNewOrder, agentOrderCanceled } from './describe-agent-mail.ts';
import {
  orderCanceled,
  orderExpired,
  orderReady,
  orderReceived,
  receipt,
  refundIssued,
} from './describe-customer-mail.ts';
import type { MailContent } from './mail-content.ts';
import type { MailView } from './mail-view.ts';

/** The words of a mail. What people wrote stands in it on one line and unescaped: writing it as HTML escapes. */
export function describeMail(mail: MailContent): MailView {
  switch (mail.type) {
    case 'order_received':
      return orderReceived(mail);
    case 'receipt':
      return receipt(mail);
    case 'order_ready':
      return orderReady(mail);
    case 'order_canceled':
      return orderCanceled(mail);
    case 'order_expired':
      return orderExpired(mail);
    case 'refund_issued':
      return refundIssued(mail);
    case 'agent_new_order':
      return agentNewOrder(mail);
    case 'agent_order_canceled':
      return agentOrderCanceled(mail);
    case 'verify_email':
      return verifyEmail(mail);
    case 'reset_password':
      return resetPassword(mail);
  }
}
