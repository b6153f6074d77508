/** Builders that write tabs directly, for tests of the databases alone. */

import { randomUUID } from 'node:crypto';
import type { WeightedPayer } from '../../domain/allocations.ts';
import type { Database } from '../../db/database.ts';
import { addLines } from '../../db/orders/tabs/basket.ts';
import type { BasketLine } from '../../db/orders/tabs/basket-lines.ts';
import { joinTab } from '../../db/orders/tabs/join-tab.ts';
import { openTab, tabHostOf, type NewTab, type TabPerson } from '../../db/orders/tabs/open-tab.ts';

/** Somebody who joins, with a new id. */
export function person(name: string, of: Partial<TabPerson> = {}): TabPerson & { readonly id: string } {
  return { id: randomUUID(), name, email: null, isProven: false, language: 'en', userId: null, ...of };
}

/** A tab with its host and its other people, in the order of their names. */
export interface RecordedTab {
  readonly id: string;
  readonly hostId: string;
  readonly code: string;
  readonly secret: string;
  /** The host first. */
  readonly people: readonly string[];
}

/** Opens a tab; the first of `names` is its host. */
export async function recordTab(
  orders: Database,
  names: readonly string[] = ['Ada'],
  of: Partial<NewTab> = {},
): Promise<RecordedTab> {
  const id = randomUUID();
  const [host = 'Ada', ...others] = names;
  const { tab } = await openTab(orders, {
    ...{
      id,
      requestHash: 'hash',
      host: person(host),
      title: null,
      settlement: 'before',
      onDeadline: 'cancel',
    },
    ...{ sendsWhenReady: false, currency: 'eur', place: null, deadline: null, spendingLimit: null },
    ...of,
  });
  const code = tab.joinCode!;
  const people = [tabHostOf(id)];
  for (const name of others) {
    const known = { participantIds: [], userId: null };
    people.push((await joinTab(orders, { key: { code }, known, person: person(name) }))!.participantId);
  }
  return { id, hostId: people[0]!, code, secret: tab.joinSecret!, people };
}

/** A line for the basket: one unit at 500, hers alone, unless stated otherwise. */
export function basketLine(
  participantId: string,
  of: Partial<Omit<BasketLine, 'sharers'>> & {
    readonly shared?: readonly string[];
    readonly sharers?: readonly WeightedPayer[];
  } = {},
): BasketLine {
  const { shared = [participantId], sharers, ...line } = of;
  const { quantity = 1, unitAmount = 500 } = line;
  return {
    ...{ id: randomUUID(), productId: randomUUID(), category: 'Coffee', variantId: randomUUID() },
    ...{ name: 'Flat white', options: [], quantity, unitAmount, taxRate: 1900, note: null },
    ...line,
    participantId,
    amount: quantity * unitAmount,
    sharers: sharers ?? shared.map((id) => ({ participantId: id, weight: 1 })),
  };
}

/** Puts lines into the basket. */
export async function fillBasket(orders: Database, tabId: string, ...lines: readonly BasketLine[]) {
  for (const line of lines)
    await addLines(orders, tabId, { actor: 'participant', actorId: line.participantId }, [line]);
  return lines;
}
