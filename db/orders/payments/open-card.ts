import { sql } from 'kysely';
import { selectRows } from '../../sql.ts';
import { PaymentEntity } from '../entities/payment.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/**
 * Locks a share's payments, and returns what keeps it from being paid otherwise: `card_open` while a card payment could
 * still succeed, `refused` once one has; undefined if nothing does.
 */
export async function findOpenCard(
  em: OrdersManager,
  shareId: string,
): Promise<'card_open' | 'refused' | undefined> {
  const payments = await selectRows(
    em,
    PaymentEntity,
    sql`share_id = ${shareId} and status <> 'canceled' for no key update`,
  );
  const isPaid = payments.some(({ status }) => status === 'authorized' || status === 'captured');
  if (isPaid) return 'refused';
  return payments.length > 0 ? 'card_open' : undefined;
}
