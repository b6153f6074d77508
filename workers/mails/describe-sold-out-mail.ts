import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet, onOneLine } from './names.ts';
import { closingOf, labelOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** Something that the reader ordered has run out, and she is asked what is to be done. */
export function soldOut(
  { order, customerName, orderUrl, question }: ContentOf<'sold_out'>,
  reader: Reader,
): MailView {
  const { mails } = reader.messages;
  const name = onOneLine(question.name);
  const time = reader.time(question.deadline);
  return {
    subject: mails.askSubject({ name }),
    preview: mails.askPreview({ time }),
    badge: { label: mails.badgeAsk(), tone: 'warn' },
    headline: mails.askHeadline({ name }),
    paragraphs: [
      greet(customerName, reader),
      mails.askText({ count: question.quantity }),
      ...(question.suggestion === null
        ? []
        : [mails.askSuggestion({ name: onOneLine(question.suggestion) })]),
      mails.askUntil({ time }),
    ],
    ...labelOf(order, reader),
    lines: [{ quantity: question.quantity, name, details: [], note: null }],
    sums: [],
    button: { label: mails.askButton(), url: orderUrl },
    closing: closingOf(reader),
  };
}
