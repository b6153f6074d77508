/** The double-entry ledger. */

import { defineEntity, p } from '@mikro-orm/core';

/** What each kind of booking refers to. */
export const LEDGER_KINDS_OF = {
  payment: ['authorization', 'void', 'capture', 'fee', 'cash'],
  refund: ['refund', 'refund_reversal', 'cash_refund'],
  dispute: ['dispute', 'dispute_won'],
  /** A round that is confirmed unpaid; its reference is the order. */
  order: ['sale'],
  /** A change of such a round; its reference is the change. */
  change: ['change'],
  /** What of such a round is owed no more; their reference is the reduction. */
  reduction: ['reduction', 'write_off'],
} as const;
export const LEDGER_KINDS = [
  ...LEDGER_KINDS_OF.payment,
  ...LEDGER_KINDS_OF.refund,
  ...LEDGER_KINDS_OF.dispute,
  ...LEDGER_KINDS_OF.order,
  ...LEDGER_KINDS_OF.change,
  ...LEDGER_KINDS_OF.reduction,
  'correction',
] as const;

/** One booking: its entries sum to 0 in its currency. Append-only. */
export const LedgerTransactionEntity = defineEntity({
  name: 'LedgerTransaction',
  tableName: 'ledger_transactions',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    kind: p.enum(LEDGER_KINDS),
    /** The payment, refund, dispute share, order, change or reduction that is booked; for a correction, the mend that requested it. */
    referenceId: p.uuid(),
    /** The subject of a correction: a payment, a dispute, or a stray booking's reference; null for all others. */
    corrects: p.uuid().nullable(),
    currency: p.text(),
    at: p.datetime(),
  },
});

/**
 * `stripe` and `cash` hold money; `sales` and `tips` are revenue; `fees` and `disputes` are costs.
 * `receivable` is what tabs owe for confirmed rounds, `written_off` what was lost of it. `authorized` and
 * `authorized_offset` are a memo of the amounts that payers' banks have set aside.
 */
export const LEDGER_ACCOUNTS = [
  'stripe',
  'sales',
  'tips',
  'fees',
  'disputes',
  'cash',
  'receivable',
  'written_off',
  'authorized',
  'authorized_offset',
] as const;

export const LedgerEntryEntity = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entries',
  properties: {
    transactionId: p.uuid().primary(),
    account: p.enum(LEDGER_ACCOUNTS).primary(),
    /** Positive for debit, negative for credit. */
    amount: p.integer(),
  },
});
