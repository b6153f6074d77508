/**
 * `POST /api/tabs/:id/rounds`: moves the basket to an order, has its workflow hold the stock, and responds with that
 * decision, as a solo order does.
 */

import type { Databases } from '../../db/databases.ts';
import { readOnSale } from '../../db/catalog/products/pricing.ts';
import { readPlacedOrder, type PlacedOrder } from '../../db/orders/orders/read-acceptance.ts';
import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import type { Holder } from '../../db/orders/stock/unpaid-holds.ts';
import type { TabCommand } from '../../db/orders/tabs/change-tab.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import { readTab } from '../../db/orders/tabs/read-tab.ts';
import { sendRound, type NewRound } from '../../db/orders/tabs/send-round.ts';
import type { SendRound } from '../../domain/contract/rounds.ts';
import { roundHoldMs } from '../../domain/round.ts';
import { cardRulesOf, holdMsOf, owedBoundsOf, unpaidBoundsOf } from '../../domain/settings.ts';
import { ofRound, type OrderInput } from '../../temporal/orders/messages.ts';
import { invalidRequest, notFound, tryAgain } from '../http/api-error.ts';
import { runCommand } from '../http/command.ts';
import { hashBody } from '../http/idempotency.ts';
import { ACCEPT_MS, holdStock } from '../orders/hold-stock.ts';
import { payBeforeRound } from '../orders/pay-first.ts';
import type { PlaceOrderDependencies } from '../orders/place-order.ts';
import type { TabFeed } from '../realtime/tab-feed.ts';
import { chosenLines, repriced } from './price-basket.ts';

/** How often a basket is priced again that others are changing at this moment. */
const MOST_TRIES = 5;

/** A validated request to send a round. */
export interface SentRequest {
  /** The round's order, derived from the sender's key. */
  readonly orderId: string;
  readonly tabId: string;
  readonly body: SendRound;
  readonly command: TabCommand;
  /** Who sends only her own, as anybody may whose tab is paid after; null: the host or staff. */
  readonly ownOf: string | null;
  readonly holder: Holder;
  /** Whether whoever sends it is signed in. */
  readonly hasAccount: boolean;
  readonly requestId: string;
}

/**
 * Sends the round, or finds the one that this key has sent, and returns its order as it is now. Throws not_found,
 * invalid_request, tab_ended, split_mismatch, over_spending_limit, version_conflict, idempotency_conflict, out_of_stock,
 * pay_first, card_required or try_again. If it throws, nobody is ever charged for it.
 */
export async function sendBasket(
  dependencies: PlaceOrderDependencies & { readonly tabs: TabFeed },
  request: SentRequest,
): Promise<OrderRecord> {
  const { databases, deciders, tabs } = dependencies;
  const { orderId, tabId } = request;
  const requestHash = hashBody(request.body);
  const placed = await readPlacedOrder(databases.orders, orderId);
  return runCommand<SentOrder, OrderRecord>({
    before: placed && { ...placed, isNew: false },
    isSame: (order) => order.requestHash === requestHash,
    check: () => undefined,
    assertReady: deciders.assertReady,
    write: async () => {
      try {
        return await write(dependencies, request, requestHash);
      } catch (error) {
        // A request with the same key may have sent it in between: what is left of the basket is none of this one's.
        const sent = await readPlacedOrder(databases.orders, orderId);
        if (!sent) throw error;
        return { ...sent, isNew: false };
      } finally {
        // Prices may have changed, too, if it was refused.
        tabs.nudge(tabId);
      }
    },
    carryOut: (order) =>
      holdStock(
        dependencies,
        { ...order, orderId },
        { requestId: request.requestId, readInput: () => readInput(dependencies, request, order) },
      ),
  });
}

/** A round's order. `isNew`: this request has sent it. */
interface SentOrder extends Omit<PlacedOrder, 'userId'> {
  /** The tab's deadline when it was sent; absent: somebody else's request has sent it. */
  readonly deadline?: Date | null;
  readonly isNew: boolean;
}

async function write(
  { databases, settings }: PlaceOrderDependencies,
  { orderId, tabId, body, command, ownOf, holder, hasAccount }: SentRequest,
  requestHash: string,
): Promise<SentOrder> {
  const shop = await settings.read();
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const record = await readTab(databases.orders, tabId);
    if (!record) throw notFound('This tab');
    if (record.tab.status !== 'open') throw new TabRefused('tab_ended');
    const chosen = chosenLines(record.tab.lines, body.lineIds, ownOf);
    if (chosen.length === 0)
      throw invalidRequest('There is nothing to send.', [{ path: ['lineIds'], code: 'too_few', minimum: 1 }]);
    const lines = await repriced(databases.catalog, chosen);
    const onSale = await readOnSale(
      databases.catalog,
      lines.map(({ variantId }) => variantId),
    );
    const sent = await sendRound(databases.orders, {
      ...{ id: orderId, tabId, requestHash, command, lines, acceptForMs: ACCEPT_MS },
      all: wholeOf(body, ownOf),
      split: body.split ?? null,
      expectedAmount: body.expectedAmount,
      ...{ holder, onSale, hasAccount, cardRules: cardRulesOf(shop) },
      ...{ bounds: unpaidBoundsOf(shop), owedBounds: owedBoundsOf(shop) },
    });
    if ('refused' in sent) throw payBeforeRound(sent.refused.unpaid);
    if ('order' in sent) {
      const { order, isNew, deadline } = sent;
      const { requestHash: writtenHash, onDeadline = null } = order;
      return { ...order, requestHash: writtenHash, tabId, onDeadline, isNew, deadline };
    }
  }
  throw tryAgain('The basket is being changed at this moment. Please try again.');
}

/** What of the basket is to be complete in the round, as nobody has said which lines. */
function wholeOf({ lineIds }: SendRound, ownOf: string | null): NewRound['all'] {
  if (lineIds !== undefined) return null;
  return ownOf === null ? 'basket' : { of: ownOf };
}

async function readInput(
  { settings, databases }: PlaceOrderDependencies,
  { orderId, tabId }: SentRequest,
  sent: SentOrder,
): Promise<OrderInput> {
  const { totalAmount, currency } = sent;
  const shop = await settings.read();
  const deadline = sent.deadline === undefined ? await readDeadline(databases, tabId) : sent.deadline;
  const holdMs = roundHoldMs({ deadline }, holdMsOf(shop), Date.now());
  return {
    ...{ orderId, totalAmount, currency, holdMs },
    // As the order's row has it: the tab may have been changed since.
    ...ofRound(sent),
  };
}

async function readDeadline({ orders }: Databases, tabId: string): Promise<Date | null> {
  const record = await readTab(orders, tabId);
  return record?.tab.deadline ? new Date(record.tab.deadline) : null;
}
