/** Checks of a tab's settings, given at its opening or changed. */

import type { UpdateTab } from '../../domain/contract/tabs.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { OnDeadline } from '../../domain/tab.ts';
import { hasSavedCard } from '../../db/users/payments/saved-cards.ts';
import { assertChargeable } from '../http/amounts.ts';
import { invalidRequest } from '../http/api-error.ts';
import type { Database } from '../../db/database.ts';

/** Throws invalid_request for a deadline that has passed, and for an amount that cannot be charged. */
export function assertSettings(
  { currency }: ShopSettings,
  body: Pick<UpdateTab, 'deadline' | 'spendingLimit'>,
): void {
  if (body.deadline && Date.parse(body.deadline) <= Date.now()) {
    throw invalidRequest('The deadline has passed already.', [{ path: ['deadline'], code: 'in_the_past' }]);
  }
  assertChargeable(currency, [{ path: ['spendingLimit'], amount: body.spendingLimit ?? undefined }]);
}

/** Throws invalid_request unless the host who is to pay for the others at the deadline has saved a card. */
export async function assertCanCover(
  users: Database,
  onDeadline: OnDeadline | undefined,
  host: string | null | undefined,
): Promise<void> {
  if (onDeadline !== 'host_covers') return;
  const path = ['onDeadline'];
  if (!host)
    throw invalidRequest('Only a host who is signed in can pay for others.', [
      { path, code: 'account_required' },
    ]);
  if (!(await hasSavedCard(users, host)))
    throw invalidRequest('Only a host who has saved a card can pay for others.', [
      { path, code: 'card_required' },
    ]);
}
