/** An order with several payers, written directly to the database, as a round of a tab will be. */

import { randomUUID } from 'node:crypto';
import { priceLines } from '../../db/catalog/products/pricing.ts';
import { guestTokenOf } from '../../db/guest-token.ts';
import { hostOf, insertOrder } from '../../db/orders/orders/place-order.ts';
import type { Place } from '../../domain/contract/places.ts';
import type { SoldOutChoice } from '../../domain/sold-out.ts';
import type { OrderInput } from '../../temporal/orders/messages.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import { Visitor } from '../setup/visitor.ts';
import { PlacedOrder } from './buyer.ts';
import { NO_BOUNDS } from './records.ts';
import type { System } from './system.ts';

/** One payer: her browser and her share. */
export interface Payer {
  readonly guest: Visitor;
  readonly participantId: string;
  readonly shareId: string;
  readonly amount: number;
}

export interface GroupOrder {
  readonly order: PlacedOrder;
  /** The host first. */
  readonly payers: readonly Payer[];
}

/**
 * Places an order for `count` people: one item for each, or `quantity` of it, and one that they share. Resolves when the stock is held and
 * nobody has paid.
 */
export async function placeGroupOrder(
  system: System,
  of: {
    readonly variantId: string;
    readonly count: number;
    readonly quantity?: number;
    readonly ifSoldOut?: SoldOutChoice;
    readonly holdMs?: number;
    readonly place?: Place;
    /** What happens to what is unpaid at the deadline. */
    readonly onDeadline?: NonNullable<OrderInput['onDeadline']>;
    /** The host's account. */
    readonly userId?: string;
  },
): Promise<GroupOrder> {
  const { databases, config, temporal } = system;
  const { userId = null } = of;
  const id = randomUUID();
  const ids = [hostOf(id), ...Array.from({ length: of.count - 1 }, () => randomUUID())];
  const pricing = await priceLines(
    databases.catalog,
    Array.from({ length: of.count + 1 }, (_, index) => ({
      ...{ variantId: of.variantId, quantity: index < of.count ? (of.quantity ?? 1) : 1 },
    })),
  );
  if ('problems' in pricing) throw new Error(JSON.stringify(pricing.problems));
  const person = (participantId: string) => ({
    ...{
      id: participantId,
      name: `Wilhelmina ${participantId.slice(0, 8)}`,
      email: `${participantId}@guest.test`,
    },
    ...{ isProven: false, language: 'en' as const, userId: participantId === ids[0] ? userId : null },
  });
  const [host, ...others] = ids.map(person);
  const inserted = await insertOrder(databases.orders, {
    ...{ id, requestHash: 'hash', userId, contact: host!, others, place: of.place ?? null },
    ifSoldOut: of.ifSoldOut,
    holder: { guest: null, network: null, bounds: NO_BOUNDS, wanted: [] },
    currency: pricing.currency,
    lines: pricing.lines.map((line, index) => ({
      ...line,
      participantId: ids[index] ?? ids[0]!,
      sharedBetween: index < ids.length ? [ids[index]!] : ids,
    })),
    acceptForMs: 30_000,
  });
  if ('refused' in inserted) throw new Error('nobody is counted, so nothing is refused');
  const order = new PlacedOrder(system, guestOf(ids[0]!), id);
  const { totalAmount, currency } = inserted.order;
  const { holdMs = 10 * 60_000, onDeadline } = of;
  await startOrder(temporal, {
    ...{ orderId: id, totalAmount, currency, holdMs },
    ...(onDeadline && { onDeadline }),
  });
  // A short hold may be over before anybody looks.
  const { shares } = await order.until('placed', ({ status }) => status !== 'placing');
  return {
    order,
    payers: ids.map((participantId) => {
      const share = shares.find((each) => each.participantId === participantId)!;
      return { guest: guestOf(participantId), participantId, shareId: share.id, amount: share.amount };
    }),
  };

  function guestOf(participantId: string): Visitor {
    const guest = new Visitor(system.url);
    guest.guestToken = guestTokenOf(config.appSecrets, participantId);
    return guest;
  }
}
