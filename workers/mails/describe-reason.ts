import type { EndReason } from '../../domain/order.ts';
import type { Messages } from '../../messages/compiled/messages.ts';
import type { Reader } from './reader.ts';

const SENTENCES = {
  out_of_stock: (words) => words.outOfStock(),
  too_late: (words) => words.tooLate(),
  payment_deadline: (words) => words.paymentDeadline(),
  canceled_by_host: (words) => words.canceledByHost(),
  canceled_by_agent: (words) => words.canceledByAgent(),
  taken_back: (words) => words.takenBack(),
  capture_failed: (words) => words.captureFailed(),
  sold_out: (words) => words.soldOut(),
} as const satisfies Record<EndReason, (words: Messages['mails']) => string>;

/** Returns why an order ended, for its customer. */
export function describeReason(reason: EndReason, { messages }: Reader): string {
  return SENTENCES[reason](messages.mails);
}
