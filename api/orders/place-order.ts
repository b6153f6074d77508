/**
 * `POST /api/orders`: records the order, has its workflow hold the stock, and responds with that decision. It waits for
 * no Stripe call and no mail. Any number of concurrent repeats with the same key place one order.
 */

import type { Client } from '@temporalio/client';
import type { PlaceOrder } from '../../domain/contract/orders.ts';
import { LIMITS } from '../../domain/limits.ts';
import { formatAmount } from '../../domain/money.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { declineBoundsOf, holdMsOf, unpaidBoundsOf } from '../../domain/settings.ts';
import { mostHeld } from '../../domain/unpaid.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import { hasSpots, readSpot } from '../../db/catalog/spots/spots.ts';
import { priceLines, readOnSale } from '../../db/catalog/products/pricing.ts';
import { firstAttemptOf, insertOrder } from '../../db/orders/orders/place-order.ts';
import { readPlacedOrder, type PlacedOrder } from '../../db/orders/orders/read-acceptance.ts';
import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import { sumByVariant } from '../../db/catalog/stock/stock.ts';
import type { Holder } from '../../db/orders/stock/unpaid-holds.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import type { Language } from '../../messages/compiled/languages.ts';
import type { OrderInput } from '../../temporal/orders/messages.ts';
import { assertTip } from '../http/amounts.ts';
import {
  ApiError,
  forbidden,
  invalidRequest,
  notFound,
  unauthenticated,
  type Why,
} from '../http/api-error.ts';
import { runCommand } from '../http/command.ts';
import { hashBody } from '../http/idempotency.ts';
import { attemptOrderId, orderIdOf } from './order-id.ts';
import { noCard } from '../payments/no-card.ts';
import { refuseTyped, settlePlace } from '../spots/settle-place.ts';
import { judgePayer } from '../payments/payer.ts';
import { answerDecided, waitForDecision, type DecisionDependencies } from './decided-order.ts';
import { ACCEPT_MS, holdStock } from './hold-stock.ts';
import { payFirst } from './pay-first.ts';

export interface PlaceOrderDependencies extends DecisionDependencies {
  readonly settings: Settings;
  readonly temporal: Client;
}

/** A validated request for a solo order, and its caller. */
export interface Placement {
  readonly body: PlaceOrder;
  readonly idempotencyKey: string;
  readonly requestId: string;
  readonly userId: string | null;
  /** Undefined if a guest gave none: such a request can find an order but not place one. */
  readonly contact:
    | {
        readonly name: string;
        readonly email: string;
        readonly isProven: boolean;
        readonly language: Language;
      }
    | undefined;
  /** The network it was sent from: declined cards are counted by it. */
  readonly network: string | null;
  /** The holders whose unpaid orders this order counts with. */
  readonly holder: Holder;
}

/**
 * Places the order, or finds the one that this key has placed, and returns it as it is now. Throws invalid_request,
 * unauthenticated, forbidden, tip_too_large, spot_not_in_use, version_conflict, idempotency_conflict, out_of_stock,
 * pay_first, counter_only, or try_again. If it throws, the order is never charged.
 */
export async function placeOrder(
  dependencies: PlaceOrderDependencies,
  placement: Placement,
): Promise<OrderRecord> {
  const { settings, databases, deciders } = dependencies;
  const { body, userId, contact } = placement;
  const orderId = orderIdOf(placement);
  if (orderId === undefined) throw contactMissing();
  const requestHash = hashBody({
    ...body,
    contact: body.contact && { ...body.contact, email: body.contact.email.toLowerCase() },
  });

  // Reads the prices in parallel: only a new order needs them, and most are new.
  const spotId = body.place?.spotId;
  const [placed, pricing, payer, onSale, spot, shop] = await Promise.all([
    readPlacedOrder(databases.orders, orderId),
    priceLines(databases.catalog, body.lines),
    body.payment && readPayer(databases.users, { ...body.payment, userId }),
    body.payment ? undefined : readOnSale(databases.catalog, idsOf(body)),
    spotId === undefined ? undefined : readSpot(databases.catalog, spotId),
    settings.read(),
  ]);
  const isTyped = body.place !== undefined && spotId === undefined;
  const isRefusedPlace = isTyped && !shop.takesTypedPlaces && (await hasSpots(databases.catalog));
  const unpaid = unpaidBoundsOf(shop);
  if (placed) assertMayFind(placed, placement);
  const before: RecordedOrder | undefined = placed && { ...placed, isNew: false, isPastBound: false };
  return runCommand({
    before,
    isSame: (order) => order.requestHash === requestHash,
    check: () => {
      // A caller with an attempt was signed in when she made it, so no field is invalid.
      if (!contact) throw body.attempt === undefined ? contactMissing() : unauthenticated(SESSION_OVER);
      const bill = assertBill(shop, body, pricing);
      if (isRefusedPlace) refuseTyped();
      const account =
        payer && judgePayer(payer, userId, body.payment?.savePaymentMethod ?? false, ['payment']);
      return { ...bill, contact, account, place: settlePlace(body.place, spot) };
    },
    assertReady: deciders.assertReady,
    write: async ({ account, place, totalAmount, lines, currency, contact: host }) => {
      const wanted = sumByVariant(lines).map((item) => {
        const most = onSale && mostHeld(onSale.get(item.variantId) ?? 0, unpaid);
        return { ...item, guestMost: most?.perGuest ?? null, networkMost: most?.perNetwork ?? null };
      });
      const inserted = await insertOrder(databases.orders, {
        ...{ id: orderId, requestHash, userId, contact: host, currency, lines },
        holder: { ...placement.holder, bounds: unpaid, wanted },
        place,
        acceptForMs: ACCEPT_MS,
        ifSoldOut: body.ifSoldOut,
        ...(body.payment &&
          account && {
            payment: {
              paymentMethodId: body.payment.paymentMethodId,
              tipAmount: body.payment.tipAmount ?? 0,
              account,
              card: { network: placement.network, bounds: declineBoundsOf(shop) },
            },
          }),
      });
      if ('refused' in inserted) {
        const { refused } = inserted;
        throw 'card' in refused ? noCard(refused.card) : payFirst(refused.unpaid);
      }
      const { order, isNew, isPastBound } = inserted;
      return {
        requestHash: order.requestHash,
        status: order.status,
        totalAmount,
        currency,
        isNew,
        isPastBound,
      };
    },
    carryOut: (order) =>
      holdStock(
        dependencies,
        { ...order, orderId },
        { requestId: placement.requestId, readInput: () => readInput(settings, placement, orderId, order) },
      ),
  });
}

/** A recorded order. `isNew`: this request recorded it. `isPastBound`: it exceeds the limit of unpaid orders. */
interface RecordedOrder extends Pick<PlacedOrder, 'requestHash' | 'status' | 'totalAmount' | 'currency'> {
  readonly isNew: boolean;
  readonly isPastBound: boolean;
}

/** Throws if the order cannot be billed as the guest was shown it. */
function assertBill(
  { tipLimitAmount }: ShopSettings,
  body: PlaceOrder,
  pricing: Awaited<ReturnType<typeof priceLines>>,
) {
  if ('problems' in pricing) {
    throw invalidRequest('Something in this order is not on the menu as you sent it.', pricing.problems);
  }
  const totalAmount = pricing.lines.reduce((sum, line) => sum + line.amount, 0);
  if (body.expectedAmount !== undefined && body.expectedAmount !== totalAmount) {
    throw new ApiError(
      'version_conflict',
      `Prices have changed meanwhile: this order is ${formatAmount(totalAmount, pricing.currency)} now.`,
      { totalAmount, currency: pricing.currency },
    );
  }
  if (totalAmount > LIMITS.amount)
    throw invalidRequest('This order is too large.', [
      { path: ['lines'], code: 'total_too_high', maximum: LIMITS.amount, currency: pricing.currency },
    ]);
  assertTip({ ...pricing, amount: totalAmount }, body.payment?.tipAmount ?? 0, tipLimitAmount, TIP);
  return { lines: pricing.lines, currency: pricing.currency, totalAmount };
}

const idsOf = ({ lines }: PlaceOrder) => lines.map(({ variantId }) => variantId);

/** How long an order past the limit is held for the payment that came with it: enough time to ask a bank. */
const PAST_BOUND_HOLD_MS = 3 * 60_000;
const TIP = ['payment', 'tipAmount'];
const SESSION_OVER: Why = {
  reason: 'session_over',
  sentence: 'You are not signed in any more, and this order has not arrived. Sign in and ask again.',
};

/** Finds the order of an attempt as it is now, without placing one. Throws not_found if it has not arrived. */
export async function findAttempt(
  dependencies: PlaceOrderDependencies,
  { attempt, idempotencyKey }: { attempt: string; idempotencyKey: string },
): Promise<OrderRecord> {
  const { databases, deciders } = dependencies;
  const orderId = attemptOrderId(attempt, idempotencyKey);
  const placed = await readPlacedOrder(databases.orders, orderId);
  if (!placed) throw notFound('This order');
  if (placed.status === 'placing') await deciders.assertReady();
  return answerDecided(dependencies, await waitForDecision(dependencies, orderId, false));
}

/** An account's order is not shown to another account with the same key and body but no attempt. */
function assertMayFind(placed: { userId: string | null }, { body, userId }: Placement): void {
  if (body.attempt !== undefined || placed.userId === null || userId === null) return;
  if (placed.userId !== userId)
    throw forbidden('This order was placed by another account. Sign in with that one.', 'other_account');
}

function contactMissing(): ApiError {
  return invalidRequest('Tell us your name and mail address, or sign in.', [
    { path: ['contact'], code: 'contact_required' },
  ]);
}

async function readInput(
  settings: Settings,
  { body }: Placement,
  orderId: string,
  { totalAmount, currency, isPastBound }: RecordedOrder,
): Promise<OrderInput> {
  const holdMs = holdMsOf(await settings.read());
  return {
    ...{ orderId, totalAmount, currency },
    holdMs: isPastBound ? Math.min(PAST_BOUND_HOLD_MS, holdMs) : holdMs,
    ...(body.payment && { attempts: [firstAttemptOf(orderId)] }),
  };
}
