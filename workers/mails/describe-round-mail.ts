/** Mails of a group's round while it is paid: who pays what, and what changes of it. */

import type { Order } from '../../domain/contract/orders.ts';
import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet, nameOf, onOneLine } from './names.ts';
import { closingOf, labelOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** Its goods are set aside, and each of its people pays her part. */
export function roundSent(mail: ContentOf<'order_received'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order, customerName, orderUrl, dueAmount = 0 } = mail;
  const name = mail.senderName === undefined ? 'reader' : nameOf(mail.senderName);
  const amount = reader.money(dueAmount, order.currency);
  const isDue = dueAmount > 0;
  return {
    subject: isDue ? mails.roundSubject({ amount }) : mails.roundSubjectNothing(),
    preview: mails.roundPreview(),
    badge: { label: mails.badgeReceived(), tone: 'calm' },
    headline: mails.roundHeadline({ name }),
    paragraphs: [
      greet(customerName, reader),
      mails.roundText({ deadline: deadlineOf(order, reader) }),
      isDue ? mails.roundPay({ amount, code: order.code }) : mails.roundNothing(),
    ],
    ...labelOf(order, reader),
    lines: [],
    sums: isDue ? [{ label: mails.yourShare(), amount, strong: true }] : [],
    button: { label: isDue ? mails.payShare() : mails.followOrder(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** The reader has not paid her share yet, and the deadline is near. */
export function paymentReminder(
  { order, customerName, orderUrl, dueAmount }: ContentOf<'payment_reminder'>,
  reader: Reader,
): MailView {
  const { mails } = reader.messages;
  const amount = reader.money(dueAmount, order.currency);
  return {
    subject: mails.reminderSubject({ amount }),
    preview: mails.reminderPreview(),
    badge: { label: mails.badgeUnpaid(), tone: 'warn' },
    headline: mails.reminderHeadline({ amount }),
    paragraphs: [greet(customerName, reader), mails.reminderText({ deadline: deadlineOf(order, reader) })],
    ...labelOf(order, reader),
    lines: [],
    sums: [{ label: mails.yourShare(), amount, strong: true }],
    button: { label: mails.payShare(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** Somebody else pays it, or the host pays what is left of it. */
export function shareCovered(mail: ContentOf<'share_covered'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order, customerName, orderUrl, wasTakenOver } = mail;
  const amount = reader.money(mail.shareAmount, order.currency);
  const name = nameOf(mail.payerName);
  return {
    subject: mails.coveredSubject({ amount }),
    preview: mails.notChargedPreview(),
    badge: { label: mails.badgeCovered(), tone: 'good' },
    headline: wasTakenOver ? mails.coveredOtherHeadline({ amount }) : mails.coveredHeadline({ name }),
    paragraphs: [
      greet(customerName, reader),
      wasTakenOver ? mails.coveredOther({ name }) : mails.coveredText({ name, amount }),
      mails.notCharged(),
    ],
    ...labelOf(order, reader),
    lines: [],
    sums: [],
    button: { label: mails.seeOrder(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** The others go on without what the reader ordered and did not pay. */
export function shareDropped(mail: ContentOf<'share_dropped'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order, customerName, orderUrl } = mail;
  const money = (amount: number) => reader.money(amount, order.currency);
  return {
    subject: mails.droppedSubject(),
    preview: mails.notChargedPreview(),
    badge: { label: mails.badgeDropped(), tone: 'warn' },
    headline: mails.droppedHeadline(),
    paragraphs: [
      greet(customerName, reader),
      mails.droppedText(),
      ...(mail.isLeft ? [mails.droppedRest()] : []),
      mails.notCharged(),
    ],
    ...labelOf(order, reader),
    lines: mail.lines.map(({ name, quantity, amount }) => ({
      ...{ quantity, name: onOneLine(name), details: [], note: null },
      amount: money(amount),
    })),
    sums: [{ label: mails.takenOff(), amount: money(mail.shareAmount), strong: true }],
    button: { label: mails.seeOrder(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** The host pays what is left of the shares of those who have not paid. */
export function restToPay(mail: ContentOf<'rest_to_pay'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order, customerName, orderUrl } = mail;
  const amount = reader.money(mail.dueAmount, order.currency);
  return {
    subject: mails.restSubject({ amount }),
    preview: mails.reminderPreview(),
    badge: { label: mails.badgeUnpaid(), tone: 'warn' },
    headline: mails.restHeadline({ amount }),
    paragraphs: [
      greet(customerName, reader),
      mails.restText({ name: nameOf(mail.ownerName) }),
      mails.restPay({ deadline: deadlineOf(order, reader) }),
    ],
    ...labelOf(order, reader),
    lines: [],
    sums: [{ label: mails.toPay(), amount, strong: true }],
    button: { label: mails.payShare(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** Returns until when it can be paid; `none` selects the wording without a time. */
function deadlineOf({ deadline }: Order, reader: Reader): string {
  return deadline === null ? 'none' : reader.time(deadline);
}
