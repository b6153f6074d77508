/** The double-entry ledger. */

import { defineEntity, p } from '@mikro-orm/core';

/** Accounts: money at Stripe and in the till, and, as a memo, what is authorized and not yet captured. */
export const LEDGER_KINDS_OF = {
  payment: ['authorization', 'void', 'capture', 'fee', 'cash'],
  refund: ['refund', 'refund_reversal', 'cash_refund'],
  dispute: ['dispute', 'dispute_won'],
} as const;
export const LEDGER_KINDS = [
  ...LEDGER_KINDS_OF.payment,
  ...LEDGER_KINDS_OF.refund,
  ...LEDGER_KINDS_OF.dispute,
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
    /** The payment, refund, dispute or share that is booked; for a correction, the mend that requested it. */
    referenceId: p.uuid(),
    /** The subject of a correction: a payment, a dispute, or a stray booking's reference; null for all others. */
    corrects: p.uuid().nullable(),
    currency: p.text(),
    at: p.datetime(),
  },
});

/**
 * `stripe` and `cash` hold money; `sales` and `tips` are revenue; `fees` and `disputes` are costs. `authorized` and
 * `authorized_offset` are a memo of the amounts that payers' banks have set aside.
 */
export const LEDGER_ACCOUNTS = [
  'stripe',
  'sales',
  'tips',
  'fees',
  'disputes',
  'cash',
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
