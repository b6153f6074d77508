import type Stripe from 'stripe';
import type { Call } from '../protocol/call.ts';
import { decimalsOf } from '../protocol/currencies.ts';
import { missing } from '../protocol/errors.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newId } from '../protocol/ids.ts';
import { createdRange, listAnswer, listParams } from '../protocol/lists.ts';
import { readParams } from '../protocol/parameters.ts';
import { notHere, text } from '../protocol/parameter-kinds.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import type { BalanceTransaction } from '../store/store.ts';

const DAY = 86_400;
const EEA = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
);

/**
 * Stripe's fee for a card payment, in the currency's minor unit. Euro: 1.5 % for cards of the EEA, 2.5 % for the UK,
 * 3.25 % for others, and 0.25; elsewhere 2.9 % and 0.30 of the major unit (nothing fixed without minor units).
 */
export function cardFee(amount: number, currency: string, country: string | null): number {
  const unit = 10 ** decimalsOf(currency);
  if (currency === 'eur') {
    const percent = country !== null && EEA.has(country) ? 0.015 : country === 'GB' ? 0.025 : 0.0325;
    return Math.min(amount, Math.round(amount * percent) + 25);
  }
  return Math.min(amount, Math.round(amount * 0.029) + (unit === 1 ? 0 : Math.round(unit * 0.3)));
}

/** Writes one movement of the account's balance. `amount` is negative for money that leaves. */
export function recordBalance(
  call: Call,
  entry: {
    type: BalanceTransaction['type'];
    category: string;
    amount: number;
    fee?: number;
    currency: string;
    source: string;
    description: string | null;
    availableAtOnce?: boolean;
  },
): BalanceTransaction {
  const fee = entry.fee ?? 0;
  const available = entry.availableAtOnce === true;
  const transaction: BalanceTransaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount: entry.amount,
    available_on: available ? call.now : call.now - (call.now % DAY) + 7 * DAY,
    balance_type: 'payments',
    created: call.now,
    currency: entry.currency,
    description: entry.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: entry.currency,
              description: 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: entry.amount - fee,
    reporting_category: entry.category,
    source: entry.source,
    status: available ? 'available' : 'pending',
    type: entry.type,
  };
  call.store.balanceTransactions.insert(transaction, {});
  return transaction;
}

/** GET /v1/balance_transactions/:id */
export function retrieveBalanceTransaction(call: Call, id: string): BalanceTransaction {
  const found = call.store.balanceTransactions.find(id);
  if (!found) throw missing('balance transaction', id);
  return found.object;
}

/** GET /v1/balance_transactions, by source, type, currency and created. */
export function listBalanceTransactions(call: Call, params: FormParams): object {
  const shape = {
    ...listParams,
    created: createdRange(),
    currency: text(),
    payout: notHere(),
    source: text(),
    type: text(),
  } satisfies ShapeOf<Stripe.BalanceTransactionListParams>;
  const read = readParams(shape, params);
  const { source, type, currency } = read;
  return listAnswer(call.store.balanceTransactions, '/v1/balance_transactions', read, {
    source,
    type,
    currency,
  });
}
