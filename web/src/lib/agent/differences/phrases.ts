/** Phrases of the sentences about differences. */

import { staffDifferences } from '#messages';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { LedgerPart } from '#domain/reconciliation.ts';
import { codeWords } from '../orders/words.ts';

/** Returns the name of the order, or of the tab, within a sentence. */
export function orderWords({ orderId, orderNumber, details }: Difference): string {
  if (orderNumber !== null) return staffDifferences.order({ number: String(orderNumber) });
  if (orderId !== null) return staffDifferences.orderWithoutNumber();
  if (details.tabId !== undefined) return staffDifferences.tabOfGroup();
  return details.workflowId ?? staffDifferences.unknownOrder();
}

/** Returns the amount concerned, if known. */
export function moneyOf({ amount, currency }: Difference): string | undefined {
  return amount === null || currency === null ? undefined : formatAmount(amount, currency);
}

/** Returns Stripe's state of a payment that should have been captured. */
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

/** Returns the purpose of a call to Stripe. */
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

/** Returns which part of the ledger is wrong, as a sentence. */
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

/** Returns why nothing is working on an order. */
export function workflowWords(status: string | undefined): string {
  if (status === undefined || status === 'missing') return staffDifferences.noWorkflow();
  return staffDifferences.workflowIs({ status: codeWords(status.toLowerCase()) });
}

/** Capitalizes the start of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
