import { END_REASONS, type EndReason } from '../../domain/order.ts';
import type { Messages } from '../../messages/compiled/messages.ts';
import { onOneLine } from './names.ts';
import type { Reader } from './reader.ts';

const SENTENCES = {
  out_of_stock: (words) => words.outOfStock(),
  too_late: (words) => words.tooLate(),
  payment_deadline: (words) => words.paymentDeadline(),
  canceled_by_host: (words) => words.canceledByHost(),
  canceled_by_agent: (words) => words.canceledByAgent(),
  capture_failed: (words) => words.captureFailed(),
} as const satisfies Record<EndReason, (words: Messages['mails']) => string>;

/** Why an order ended: a sentence of ours for the reasons we know, else the words somebody gave for it. */
export function describeReason(
  reason: string | null,
  { messages: { mails } }: Reader,
): { sentence?: string; words?: string } {
  if (reason === null) return {};
  if (isEndReason(reason)) return { sentence: SENTENCES[reason](mails) };
  const words = onOneLine(reason);
  return words === '' ? {} : { words };
}

function isEndReason(reason: string): reason is EndReason {
  return (END_REASONS as readonly string[]).includes(reason);
}
