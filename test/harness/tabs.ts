/** Builders that write tabs directly, for tests of the databases alone. */

import { randomUUID } from 'node:crypto';
import type { WeightedPayer } from '../../domain/allocations.ts';
import type { Database } from '../../db/database.ts';
import { addLines } from '../../db/orders/tabs/basket.ts';
import type { BasketLine } from '../../db/orders/tabs/basket-lines.ts';
import { joinTab } from '../../db/orders/tabs/join-tab.ts';
import { readTab } from '../../db/orders/tabs/read-tab.ts';
import { sendRound, type NewRound, type SentRound } from '../../db/orders/tabs/send-round.ts';
import { readHoldRequest, recordHeld } from '../../db/orders/orders/place-order.ts';
import { NO_BOUNDS } from './records.ts';
import { openTab, tabHostOf, type NewTab, type TabPerson } from '../../db/orders/tabs/open-tab.ts';

/** Whom no limit counts. */
const NOBODY = { guest: null, network: null } as const;

const NOTHING_OWED_IS_TOO_MUCH = {
  ...{ roundsPerGuest: 1e6, amountPerGuest: 1e9, roundsPerTab: 1e6, amountPerTab: 1e9 },
};

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
    ...{
      sendsWhenReady: false,
      currency: 'eur',
      place: null,
      spotId: null,
      deadline: null,
      spendingLimit: null,
    },
    holder: NOBODY,
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
    ...{ name: 'Flat white', options: [], quantity, unitAmount, taxRate: 1900, taxClass: null, note: null },
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

/** Sends the basket, or the given lines of it, at the prices that it has. */
export async function sendBasket(
  orders: Database,
  tab: RecordedTab,
  of: Partial<NewRound> & { readonly only?: readonly string[] } = {},
): Promise<SentRound & { readonly id: string }> {
  const { only, ...rest } = of;
  const { lines } = (await readTab(orders, tab.id))!.tab;
  const id = of.id ?? randomUUID();
  const sent = await sendRound(orders, {
    ...{ id, tabId: tab.id, requestHash: 'hash', command: { actor: 'host', actorId: tab.hostId } },
    lines: lines
      .filter((line) => only === undefined || only.includes(line.id))
      .map((line) => ({
        ...line,
        productId: line.productId!,
        category: line.category!,
        taxClass: 'reduced',
      })),
    ...{ all: only === undefined ? ('basket' as const) : null, split: null, acceptForMs: 15_000 },
    ...{
      holder: NOBODY,
      bounds: NO_BOUNDS,
      cardRules: { cardOnFile: 'never', cardOnFileAboveAmount: 0 },
      owedBounds: NOTHING_OWED_IS_TOO_MUCH,
      onSale: new Map<string, number>(),
    },
    ...rest,
  });
  return { ...sent, id };
}

/** Sends the basket, and books that its stock is held. Returns the order's id. */
export async function recordRound(
  orders: Database,
  tab: RecordedTab,
  of: Parameters<typeof sendBasket>[2] = {},
): Promise<string> {
  const { id } = await sendBasket(orders, tab, of);
  const wanted = (await readHoldRequest(orders, id))!;
  await recordHeld(orders, id, { ...wanted, deadline: new Date(Date.now() + 60_000), payLater: true });
  return id;
}
