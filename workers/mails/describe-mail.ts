import { accountExists, passwordChanged, resetPassword, verifyEmail } from './describe-account-mail.ts';
import { orderChanged } from './describe-change-mail.ts';
import { agentNewOrder, agentOrderCanceled } from './describe-agent-mail.ts';
import { cardChargeSoon, cardRefused } from './describe-card-mail.ts';
import {
  orderCanceled,
  orderExpired,
  orderReady,
  orderReceived,
  refundIssued,
} from './describe-customer-mail.ts';
import { paymentReminder, restToPay, shareCovered, shareDropped } from './describe-round-mail.ts';
import { receipt } from './describe-receipt-mail.ts';
import { soldOut } from './describe-sold-out-mail.ts';
import type { MailContent } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import type { Reader } from './reader.ts';

/** Describes a mail in the reader's language. User text is on one line and unescaped: the HTML writer escapes it. */
export function describeMail(mail: MailContent, reader: Reader): MailView {
  switch (mail.type) {
    case 'order_received':
      return orderReceived(mail, reader);
    case 'payment_reminder':
      return paymentReminder(mail, reader);
    case 'share_covered':
      return shareCovered(mail, reader);
    case 'share_dropped':
      return shareDropped(mail, reader);
    case 'rest_to_pay':
      return restToPay(mail, reader);
    case 'receipt':
      return receipt(mail, reader);
    case 'order_ready':
      return orderReady(mail, reader);
    case 'sold_out':
      return soldOut(mail, reader);
    case 'order_canceled':
      return orderCanceled(mail, reader);
    case 'order_expired':
      return orderExpired(mail, reader);
    case 'refund_issued':
      return refundIssued(mail, reader);
    case 'order_changed':
      return orderChanged(mail, reader);
    case 'card_refused':
      return cardRefused(mail, reader);
    case 'card_charge_soon':
      return cardChargeSoon(mail, reader);
    case 'agent_new_order':
      return agentNewOrder(mail, reader);
    case 'agent_order_canceled':
      return agentOrderCanceled(mail, reader);
    case 'verify_email':
      return verifyEmail(mail, reader);
    case 'reset_password':
      return resetPassword(mail, reader);
    case 'account_exists':
      return accountExists(mail, reader);
    case 'password_changed':
      return passwordChanged(mail, reader);
  }
}
