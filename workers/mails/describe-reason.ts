import { END_REASONS, type EndReason } from '../../domain/order.ts';
import { onOneLine } from './names.ts';

const SENTENCES: Readonly<Record<EndReason, string>> = {
  out_of_stock: 'Something you chose had just sold out.',
  too_late: 'We could not set your order aside in time.',
  payment_deadline: 'It was not paid in time.',
  canceled_by_host: 'It was canceled, as you asked.',
  canceled_by_agent: 'We are sorry: we had to cancel your order.',
  capture_failed: 'We are sorry: the payment could not be completed.',
};

/** Why an order ended: a sentence of ours for the reasons we know, else the words somebody gave for it. */
export function describeReason(reason: string | null): { sentence?: string; words?: string } {
  if (reason === null) return {};
  if (isEndReason(reason)) return { sentence: SENTENCES[reason] };
  const words = onOneLine(reason);
  return words === '' ? {} : { words };
}

function isEndReason(reason: string): reason is EndReason {
  return (END_REASONS as readonly string[]).includes(reason);
}
