/** `POST /api/tabs`: opens a tab, at a spot or elsewhere. */

import { freeDesertedSpot, readSeatAtSpot } from '../../db/orders/tabs/at-spots.ts';
import { openTab, tabHostOf } from '../../db/orders/tabs/open-tab.ts';
import { readTab } from '../../db/orders/tabs/read-tab.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { OpenTab } from '../../domain/contract/tabs.ts';
import type { Place } from '../../domain/contract/places.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { idempotencyConflict } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import { readLanguage } from '../http/language.ts';
import type { Handlers } from '../http/route.ts';
import { findSpot } from '../spots/find-spot.ts';
import { knownAs } from '../spots/knocks.ts';
import { chosenPlace } from '../spots/chosen-place.ts';
import { settlementFor } from '../spots/offers.ts';
import { settlePlace } from '../spots/settle-place.ts';
import type { Client } from '../http/client-address.ts';
import { addressOf } from '../people/contact.ts';
import type { Holders } from '../people/holders.ts';
import type { Person } from '../people/people.ts';
import type { TabDependencies } from './command-tabs.ts';
import { welcomeTo } from './welcome.ts';
import { assertCanCover, assertSettings } from './assert-settings.ts';

export function openTabRoutes(dependencies: TabDependencies & { readonly holders: Holders }) {
  const { settings, databases, tabs, guests, rateLimits, holders, tabWorkflows } = dependencies;
  const { orders, catalog, users } = databases;

  /** The place of a new tab, and the spot by whose code it is opened. */
  async function seatOf(
    { place, spotCode }: Pick<OpenTab, 'place' | 'spotCode'>,
    shop: ShopSettings,
    client: Client,
  ): Promise<{ place: Place | null; spotId: string | null }> {
    if (spotCode === undefined)
      return { place: place ? await chosenPlace(catalog, shop, place) : null, spotId: null };
    const spot = await findSpot({ catalog, rateLimits }, spotCode, client);
    return { place: settlePlace({ ...place, spotId: spot.id }, spot), spotId: spot.id };
  }

  /** Makes room at a spot where nobody seems to sit. Throws spot_taken; to who is in that tab, with its id. */
  async function freeSpot(spotId: string, person: Person): Promise<void> {
    await freeDesertedSpot(orders, spotId);
    const seat = await readSeatAtSpot(orders, spotId, knownAs(person));
    if (seat) throw new TabRefused('spot_taken', seat.isIn ? { tabId: seat.tabId } : {});
  }

  return {
    'POST /api/tabs': async ({ ctx, body, person, idempotencyKey, requestId }) => {
      const { user, participantIds } = await person();
      const principal = user?.id ?? `guest ${body.name} ${body.email ?? ''}`;
      await rateLimits.consume('tab', { client: ctx.state.client, person: user?.id });
      const id = requestIdFor('tab', principal, idempotencyKey);
      const requestHash = hashBody(body);
      const shop = await settings.read();
      // A repeat is answered as the first request was, whatever has become of deadline and place.
      const before = await readTab(orders, id);
      if (before && before.requestHash !== requestHash) throw idempotencyConflict();
      if (!before) {
        assertSettings(shop, body);
        await assertCanCover(users, body.onDeadline, user?.id);
        const { place, spotId } = await seatOf(body, shop, ctx.state.client);
        const settlement = settlementFor(shop, { place, byCode: spotId !== null, asked: body.settlement });
        if (spotId !== null) await freeSpot(spotId, { user, participantIds });
        const { tab } = await openTab(orders, {
          ...{ id, requestHash, settlement, currency: shop.currency, place, spotId },
          host: {
            name: body.name,
            ...addressOf(user, body.email),
            language: readLanguage(ctx),
            userId: user?.id ?? null,
          },
          title: body.title ?? null,
          onDeadline: body.onDeadline ?? 'cancel',
          sendsWhenReady: body.sendsWhenReady ?? false,
          deadline: body.deadline ? new Date(body.deadline) : null,
          spendingLimit: body.spendingLimit ?? null,
          holder: holders.holderOf(user, body.email ?? id, ctx.state.client),
        });
        if (tab.requestHash !== requestHash) throw idempotencyConflict();
        tabWorkflows.start(id, { requestId });
      }
      const host = tabHostOf(id);
      const live = await tabs.changed(id);
      return {
        status: 201,
        body: await welcomeTo(guests, ctx, live, { user, participantIds: [...participantIds, host] }, host),
      };
    },
  } satisfies Partial<Handlers>;
}
