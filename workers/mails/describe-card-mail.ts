/** Mails to whoever has given her card for what her tab owes in the end. */

import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet } from './names.ts';
import { closingOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** Nobody does anything in her tab: what it owes is going to be charged. */
export function cardChargeSoon(mail: ContentOf<'card_charge_soon'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const amount = reader.money(mail.amount, mail.currency);
  return {
    subject: mails.cardSoonSubject({ amount }),
    preview: mails.cardSoonPreview(),
    badge: { label: mails.badgeCard(), tone: 'warn' },
    headline: mails.cardSoonHeadline({ amount }),
    paragraphs: [
      greet(mail.customerName, reader),
      mails.cardSoonText({ amount, time: reader.time(mail.chargesAt) }),
    ],
    lines: [],
    sums: [{ label: mails.toPay(), amount, strong: true }],
    button: { label: mails.payTab(), url: mail.orderUrl },
    closing: closingOf(reader),
  };
}

/** Her bank has refused the charge, or wants to hear from her, or the card has expired. */
export function cardRefused(mail: ContentOf<'card_refused'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const amount = reader.money(mail.amount, mail.currency);
  return {
    subject: mails.cardRefusedSubject(),
    preview: mails.cardRefusedPreview(),
    badge: { label: mails.badgeUnpaid(), tone: 'warn' },
    headline: mails.cardRefusedHeadline({ amount }),
    paragraphs: [greet(mail.customerName, reader), mails.cardRefusedText({ amount })],
    lines: [],
    sums: [{ label: mails.toPay(), amount, strong: true }],
    button: { label: mails.payTab(), url: mail.orderUrl },
    closing: closingOf(reader),
  };
}
