/** Writes how somebody pays her part of a change. */

import type { Databases } from '../../db/databases.ts';
import { insertCardAttempt, type PayingAccount } from '../../db/orders/payments/attempts.ts';
import type { PaymentOfChange } from '../../domain/contract/changes.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { declineBoundsOf } from '../../domain/settings.ts';
import type { ApiError } from '../http/api-error.ts';
import { noCard } from '../payments/no-card.ts';

interface PartToPay {
  readonly id: string;
  readonly orderId: string;
  readonly shareId: string;
  readonly participantId: string;
  readonly requestHash: string;
}

interface HowPaid {
  readonly body: { readonly payment?: PaymentOfChange | undefined };
  readonly shop: ShopSettings;
  readonly account: PayingAccount;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
}

/** Writes an attempt to pay by card; returns the error if she may use none. */
export async function writeCardAttempt(
  { orders }: Databases,
  part: PartToPay,
  { body, shop, account, network }: HowPaid,
): Promise<ApiError | undefined> {
  const written = await insertCardAttempt(orders, {
    ...part,
    ...{ paymentMethodId: body.payment?.paymentMethodId ?? null, tipAmount: 0, account },
    card: { network, bounds: declineBoundsOf(shop) },
  });
  return 'refused' in written ? noCard(written.refused) : undefined;
}
