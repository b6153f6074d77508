/** Parts of the sentences about differences. */

import type { Difference } from '#domain/contract/reconciliation.ts';
import { formatAmount } from '#domain/money.ts';
import type { LedgerPart } from '#domain/reconciliation.ts';
import { codeWords } from '../orders/words.ts';

/** The order, as it is named within a sentence. */
export function orderWords({ orderId, orderNumber, details }: Difference): string {
  if (orderNumber !== null) return `order ${orderNumber}`;
  if (orderId !== null) return 'an order without a number';
  return details.workflowId === undefined ? 'an order we do not know' : details.workflowId;
}

/** The money it is about, where that is known. */
export function moneyOf({ amount, currency }: Difference): string | undefined {
  return amount === null || currency === null ? undefined : formatAmount(amount, currency);
}

/** How Stripe has a payment that should have been taken. */
export function intentWords(status: string | undefined): string {
  switch (status) {
    case 'missing':
      return 'it knows no such payment';
    case 'requires_capture':
      return 'the card has authorized it, it only has to be taken';
    case undefined:
      return 'it does not say why';
    default:
      return `there it is “${codeWords(status)}”`;
  }
}

/** What a call to Stripe was to do. */
export function operationWords(operation: string | undefined): string {
  switch (operation) {
    case 'create':
      return 'begin a payment';
    case 'confirm':
      return 'authorize a payment';
    case 'capture':
      return 'take the money';
    case 'cancel':
      return 'cancel a payment';
    case 'refund':
      return 'give money back';
    default:
      return operation === undefined ? 'do something' : codeWords(operation);
  }
}

/** Which part of the ledger is wrong, as a sentence. */
export function ledgerWords(part: LedgerPart | undefined, order: string): string {
  switch (part) {
    case 'memo':
      return `The ledger says otherwise than our record what is reserved on a card for ${order}.`;
    case 'fee':
      return `The ledger has another fee for ${order} than Stripe took.`;
    case 'dispute':
      return `The ledger says otherwise than Stripe what a dispute of ${order} moved.`;
    case 'booking':
      return `The ledger has a booking for ${order} of something that never was.`;
    case 'money':
    case undefined:
      return `The ledger says otherwise than our record what was taken and kept for ${order}.`;
  }
}

/** Why nothing works on an order. */
export function workflowWords(status: string | undefined): string {
  if (status === undefined || status === 'missing') return 'Temporal knows no workflow for it';
  return `its workflow is ${codeWords(status.toLowerCase())}`;
}

/** How often it was tried, after a blank; nothing where that is not known. */
export function triesWords(attempt: number | undefined): string {
  if (attempt === undefined) return '';
  return attempt === 1 ? ' once' : ` ${attempt} times`;
}

/** With a capital letter, for the beginning of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
