import { sql } from 'kysely';
import type { CapturedPayment } from '../../../domain/payment.ts';
import type { Sql } from '../../sql.ts';
import { bookEarned } from '../ledger/ledger.ts';
import { movePayments } from './change-shares.ts';

/**
 * Books captured money and cash on payments, shares, calls and ledger: parts of a statement on the order `before`. Cash
 * has been in the ledger since it was recorded.
 */
export function bookCaptured(action: 'capture' | 'keep', captured: readonly CapturedPayment[]): Sql[] {
  return [
    ...movePayments(
      { action, by: 'workflow' },
      captured.map(({ paymentId, amount }) => ({ paymentId, payment: { capturedAmount: amount } })),
    ),
    sql`stripe_call as (
        update stripe_calls set status = 'succeeded', updated_at = now() from payment
        where payment_id = payment.id and operation = 'capture' and stripe_calls.status = 'started')`,
    bookEarned(
      'capture',
      captured.map(({ paymentId }) => paymentId),
      { isKept: action === 'capture' },
    ),
  ];
}
