/**
 * Claims a part of what a tab owes, has its workflow charge the card that came with the request, and responds with the
 * outcome. From the claim on, it is a payment like any other.
 */

import type { PayTab } from '../../domain/contract/tab-payments.ts';
import { declineBoundsOf, holdMsOf } from '../../domain/settings.ts';
import { CLAIM_MS } from '../../domain/settlement.ts';
import { readPlacedOrder } from '../../db/orders/orders/read-acceptance.ts';
import type { OrderRow } from '../../db/orders/entities/order.ts';
import { claimPart, type NewClaim } from '../../db/orders/tabs/claim-part.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { TabCommand } from '../../db/orders/tabs/change-tab.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import { assertTip } from '../http/amounts.ts';
import { tryAgain } from '../http/api-error.ts';
import { runCommand } from '../http/command.ts';
import { hashBody } from '../http/idempotency.ts';
import { noCard } from '../payments/no-card.ts';
import { judgePayer } from '../payments/payer.ts';
import type { PayShareDependencies } from '../payments/pay-share.ts';
import { chargePart, type PaidPart } from './charge-part.ts';
import { endClaim } from './end-claim.ts';

/** How often somebody's own earlier claim is ended before a new one is written. */
const MOST_TRIES = 3;

/** A validated request to pay a part of a tab. */
export interface SentPayment {
  /** The settlement, derived from the sender's key. */
  readonly orderId: string;
  readonly tabId: string;
  readonly body: PayTab;
  readonly payerId: string;
  readonly command: Pick<TabCommand, 'actor' | 'actorId'>;
  /** The payer's signed-in account; null for a guest, and if staff ask. */
  readonly userId: string | null;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
  readonly requestId: string;
  /** Called once the part is set aside. */
  readonly onClaimed: () => void;
}

/**
 * Claims the part, or finds the claim of this key, and pays it if a card came with it. Throws already_claimed,
 * nothing_owed, version_conflict, illegal_transition, tab_ended, tip_too_large, card_declined, counter_only, forbidden,
 * idempotency_conflict, too_many_requests or try_again. After card_declined nothing is set aside any more.
 */
export async function payPart(dependencies: PayShareDependencies, sent: SentPayment): Promise<PaidPart> {
  const { databases, deciders } = dependencies;
  const requestHash = hashBody(sent.body);
  let written: OrderRow | undefined;
  return runCommand<{ readonly requestHash: string }, PaidPart, NewClaim>({
    before: await readPlacedOrder(databases.orders, sent.orderId),
    isSame: (order) => order.requestHash === requestHash,
    check: () => newClaim(dependencies, sent, requestHash),
    assertReady: deciders.assertReady,
    write: async (claim) => {
      const { order, isNew } = await write(dependencies, claim, sent);
      if (isNew) written = order;
      return order;
    },
    carryOut: () =>
      chargePart(dependencies, { ...sent, hasCard: sent.body.paymentMethodId !== undefined }, written),
  });
}

async function newClaim(
  { settings, databases }: PayShareDependencies,
  { orderId, tabId, payerId, command, body, userId, network }: SentPayment,
  requestHash: string,
): Promise<NewClaim> {
  const { what, tipAmount = 0, expectedAmount, paymentMethodId, savePaymentMethod = false } = body;
  const shop = await settings.read();
  const payer =
    paymentMethodId === undefined ? undefined : await readPayer(databases.users, { paymentMethodId, userId });
  return {
    ...{ id: orderId, tabId, payerId, command, requestHash, wish: what, expectedAmount, tipAmount },
    claimMs: Math.min(CLAIM_MS, holdMsOf(shop)),
    assertPayable: (amount, currency) =>
      assertTip({ amount, currency }, tipAmount, shop.tipLimitAmount, ['tipAmount']),
    payment: payer && {
      paymentMethodId: paymentMethodId!,
      account: judgePayer(payer, userId, savePaymentMethod),
      card: { network, bounds: declineBoundsOf(shop) },
    },
  };
}

async function write(
  dependencies: PayShareDependencies,
  claim: NewClaim,
  { payerId, onClaimed }: SentPayment,
) {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const claimed = await claimPart(dependencies.databases.orders, claim);
    if ('order' in claimed) {
      onClaimed();
      return claimed;
    }
    if ('card' in claimed.refused) throw noCard(claimed.refused.card);
    // A payer has one claim at a time: another request of hers ends the first.
    if (!(await endClaim(dependencies, claimed.refused.own)))
      throw new TabRefused('already_claimed', { by: payerId, orderId: claimed.refused.own });
  }
  throw tryAgain('This is being paid at this moment. Please try again.');
}
