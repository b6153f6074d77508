/** Sends a basket without anybody asking: its host wanted that as soon as everybody has chosen. */

import { priceLines, readOnSale } from '../../db/catalog/products/pricing.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { deriveId } from '../../db/ids.ts';
import { sendRound } from '../../db/orders/tabs/send-round.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import { readTab } from '../../db/orders/tabs/read-tab.ts';
import { cardRulesOf, owedBoundsOf, unpaidBoundsOf } from '../../domain/settings.ts';

/** How long the hold may still be decided. */
const ACCEPT_MS = 15_000;

/**
 * Moves the whole basket to a new round, at the present prices, for everybody's own. Safe to repeat: a basket is sent
 * once. Sends nothing if something is not on the menu any more, or the tab does not allow it: then its people see why
 * when they send it themselves.
 */
export async function sendWhenReady(
  { databases, settings }: { databases: Pick<Databases, 'orders' | 'catalog'>; settings: Settings },
  tabId: string,
): Promise<void> {
  const record = await readTab(databases.orders, tabId);
  const basket = record?.tab.lines ?? [];
  if (basket.length === 0) return;
  const pricing = await priceLines(
    databases.catalog,
    basket.map(({ variantId, quantity, options, note }) => ({
      ...{ variantId, quantity, options: options.map(({ id }) => id) },
      ...(note !== null && { note }),
    })),
  );
  if ('problems' in pricing) return;
  const lines = basket.map(({ id, version }, index) => ({ ...pricing.lines[index]!, id, version }));
  const shop = await settings.read();
  const versions = lines.map(({ id, version }) => `${id} ${version}`).toSorted();
  try {
    await sendRound(databases.orders, {
      ...{ id: deriveId('order', tabId, 'ready', ...versions), tabId, requestHash: 'sent when ready', lines },
      command: { actor: 'workflow', actorId: null },
      ...{ all: 'basket' as const, split: null, acceptForMs: ACCEPT_MS },
      bounds: unpaidBoundsOf(shop),
      owedBounds: owedBoundsOf(shop),
      cardRules: cardRulesOf(shop),
      onSale: await readOnSale(
        databases.catalog,
        lines.map(({ variantId }) => variantId),
      ),
    });
  } catch (error) {
    if (!(error instanceof TabRefused)) throw error;
  }
}
