/** Parts of the sentences about differences. */

import { staffDifferences } from '#messages';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { LedgerPart } from '#domain/reconciliation.ts';
import { codeWords } from '../orders/words.ts';

/** The order, as it is named within a sentence. */
export function orderWords({ orderId, orderNumber, details }: Difference): string {
  if (orderNumber !== null) return staffDifferences.order({ number: String(orderNumber) });
  if (orderId !== null) return staffDifferences.orderWithoutNumber();
  return details.workflowId ?? staffDifferences.unknownOrder();
}

/** The money it is about, where that is known. */
export function moneyOf({ amount, currency }: Difference): string | undefined {
  return amount === null || currency === null ? undefined : formatAmount(amount, currency);
}

/** How Stripe has a payment that should have been taken. */
export function intentWords(status: string | undefined): string {
  switch (status) {
    case 'missing':
      return staffDifferences.intentMissing();
    case 'requires_capture':
      return staffDifferences.intentAuthorized();
    case undefined:
      return staffDifferences.intentSilent();
    default:
      return staffDifferences.intentIs({ status: codeWords(status) });
  }
}

/** What a call to Stripe was to do. */
export function operationWords(operation: string | undefined): string {
  switch (operation) {
    case 'create':
      return staffDifferences.toCreate();
    case 'confirm':
      return staffDifferences.toConfirm();
    case 'capture':
      return staffDifferences.toCapture();
    case 'cancel':
      return staffDifferences.toCancel();
    case 'refund':
      return staffDifferences.toRefund();
    default:
      return operation === undefined ? staffDifferences.toDoSomething() : codeWords(operation);
  }
}

/** Which part of the ledger is wrong, as a sentence. */
export function ledgerWords(part: LedgerPart | undefined, order: string): string {
  switch (part) {
    case 'memo':
      return staffDifferences.ledgerMemo({ order });
    case 'fee':
      return staffDifferences.ledgerFee({ order });
    case 'dispute':
      return staffDifferences.ledgerDispute({ order });
    case 'booking':
      return staffDifferences.ledgerBooking({ order });
    case 'money':
    case undefined:
      return staffDifferences.ledgerMoney({ order });
  }
}

/** Why nothing works on an order. */
export function workflowWords(status: string | undefined): string {
  if (status === undefined || status === 'missing') return staffDifferences.noWorkflow();
  return staffDifferences.workflowIs({ status: codeWords(status.toLowerCase()) });
}

/** With a capital letter, for the beginning of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
