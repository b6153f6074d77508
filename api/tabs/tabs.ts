/** `POST /api/tabs`, `GET /api/tabs`, `GET /api/tabs/:id`, `…/events`, `PATCH /api/tabs/:id`, `…/code`, `…/close`. */

import { z } from 'zod';
import { freeDesertedSpot, readSeatAtSpot } from '../../db/orders/tabs/at-spots.ts';
import { openTab, tabHostOf } from '../../db/orders/tabs/open-tab.ts';
import type { TabRecord } from '../../db/orders/tabs/present-tab.ts';
import {
  listTabIds,
  readTab,
  readTabEvents,
  readTabs,
  readOwedAmounts,
  type SoughtTab,
} from '../../db/orders/tabs/read-tab.ts';
import type { TabChanged } from '../../db/orders/tabs/change-tab.ts';
import { writeOffTab } from '../../db/orders/tabs/write-off.ts';
import { changeSettings, closeTab, renewCodes, reopenTab } from '../../db/orders/tabs/settings.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { OpenTab, TabSummary, UpdateTab } from '../../domain/contract/tabs.ts';
import type { Place } from '../../domain/contract/places.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { wordsOf } from '../../domain/fold.ts';
import { readJoinCode } from '../../domain/join-code.ts';
import { hasEnded } from '../../domain/order.ts';
import { mayRole } from '../../domain/permissions.ts';
import type { OnDeadline } from '../../domain/tab.ts';
import { readAmount } from '../../domain/typed-amount.ts';
import { hasSavedCard } from '../../db/users/payments/saved-cards.ts';
import { assertChargeable } from '../http/amounts.ts';
import { forbidden, idempotencyConflict, invalidRequest, notFound } from '../http/api-error.ts';
import { cutPage, pageOfWhole, readCursor } from '../http/cursor.ts';
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
import { accessToTab, readTabFor, tabFor, type TabAccess } from './access.ts';
import { answerChanged, type TabDependencies } from './command-tabs.ts';
import { moveTo } from './move.ts';
import { showTab } from './present-tab.ts';
import { welcomeTo } from './welcome.ts';

const PAGE_SIZE = 25;
const cursorSchema = z.strictObject({ at: z.iso.datetime(), id: z.uuid() });

export function tabRoutes(dependencies: TabDependencies & { readonly holders: Holders }) {
  const { config, settings, databases, reads, tabs, presences, guests, rateLimits, holders, tabWorkflows } =
    dependencies;
  const { orders, catalog } = databases;
  const presentation = { publicUrl: config.publicUrl, isHere: presences.isHere };

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

  /** Gives up what is owed. Throws forbidden for anybody but staff, and as `writeOffTab` does. */
  async function writeOff(
    access: TabAccess,
    tabId: string,
    { reason }: { readonly reason: string },
    idempotencyKey: string | undefined,
  ): Promise<TabChanged> {
    const { user } = access.person;
    if (!user || !access.may('tab.write_off')) throw forbidden();
    const id = requestIdFor(`write-off ${tabId}`, user.id, idempotencyKey);
    return writeOffTab(
      orders,
      tabId,
      { actor: 'agent', actorId: user.id, key: `written-off:${id}`, requestHash: hashBody({ reason }) },
      { id, reason },
    );
  }

  /** Whoever is to pay for the others at the deadline has saved a card. */
  async function assertCanCover(onDeadline: OnDeadline | undefined, host: string | null | undefined) {
    if (onDeadline !== 'host_covers') return;
    const path = ['onDeadline'];
    if (!host)
      throw invalidRequest('Only a host who is signed in can pay for others.', [
        { path, code: 'account_required' },
      ]);
    if (!(await hasSavedCard(databases.users, host)))
      throw invalidRequest('Only a host who has saved a card can pay for others.', [
        { path, code: 'card_required' },
      ]);
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
        await assertCanCover(body.onDeadline, user?.id);
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
    'GET /api/tabs': async ({ query, person }) => {
      const who = await person();
      const seesAll = mayRole(who.user?.role ?? null, 'tab.list_all');
      const limit = query.limit ?? PAGE_SIZE;
      const after = readCursor(cursorSchema, query.cursor);
      const filter = {
        status: query.status,
        isOwed: query.owed === 'true',
        sought: query.q === undefined ? undefined : soughtBy(query.q, (await settings.read()).currency),
        of: seesAll ? undefined : { userId: who.user?.id, participantIds: who.participantIds },
      };
      const found = await listTabIds(reads.orders, {
        ...filter,
        before: after && { createdAt: after.at, id: after.id },
        limit: limit + 1,
      });
      const owedAmounts = seesAll && !after ? await readOwedAmounts(reads.orders, filter) : null;
      const page = cutPage(found, limit, ({ id, createdAt }) => ({ at: createdAt, id }));
      const records = await readTabs(
        reads.orders,
        page.items.map(({ id }) => id),
      );
      const items = records.flatMap((record) => (accessToTab(record, who) ? [summaryOf(record)] : []));
      return { status: 200, body: { items, nextCursor: page.nextCursor, owedAmounts } };
    },
    'GET /api/tabs/:id': async ({ access: { record, viewer } }) => ({
      status: 200,
      body: { tab: tabFor(showTab(presentation, record), viewer), viewer },
    }),
    'GET /api/tabs/:id/events': async ({ params, query }) => {
      const events = await readTabEvents(reads.orders, params.id, { after: query.after ?? 0 });
      return { status: 200, body: pageOfWhole(events, query, ({ version }) => String(version)) };
    },
    'PATCH /api/tabs/:id': async ({ params, body, access }) => {
      const shop = await settings.read();
      assertSettings(shop, body);
      const { tab, people } = access.record;
      await assertCanCover(body.onDeadline, people.find(({ id }) => id === tab.host)?.userId);
      const { deadline, place, ...rest } = body;
      const moved = place ? await moveTo(dependencies, access, { given: place }) : undefined;
      const isOnlyMoved = moved && Object.keys(body).length === 1;
      const changed = isOnlyMoved
        ? moved
        : await changeSettings(orders, params.id, access.commandTo('tab.lead'), {
            ...rest,
            ...(place === null && { place }),
            deadline: deadline ? new Date(deadline) : (deadline as null | undefined),
          });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/session': async ({ ctx, params }) => {
      const [named] = guests.participantsOf({ authorization: ctx.get('Authorization') });
      if (named === undefined) throw notFound('This tab');
      await readTabFor(reads.orders, params.id, { user: null, participantIds: [named] });
      await guests.remember(ctx, named);
      return { status: 204 };
    },
    'POST /api/tabs/:id/code': async ({ params, access, idempotencyKey }) => {
      const key = requestIdFor(
        `code ${params.id}`,
        access.commandTo('tab.lead').actorId ?? '',
        idempotencyKey,
      );
      const changed = await renewCodes(orders, params.id, access.commandTo('tab.lead', key));
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/close': async ({ params, body, access, idempotencyKey }) => {
      const changed = body.writeOff
        ? await writeOff(access, params.id, body.writeOff, idempotencyKey)
        : await closeTab(orders, params.id, access.commandTo('tab.lead'));
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/reopen': async ({ params, access }) => {
      const changed = await reopenTab(orders, params.id, access.commandTo('tab.lead'));
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
  } satisfies Partial<Handlers>;
}

function assertSettings(
  { currency }: ShopSettings,
  body: Pick<UpdateTab, 'deadline' | 'spendingLimit'>,
): void {
  if (body.deadline && Date.parse(body.deadline) <= Date.now()) {
    throw invalidRequest('The deadline has passed already.', [{ path: ['deadline'], code: 'in_the_past' }]);
  }
  assertChargeable(currency, [{ path: ['spendingLimit'], amount: body.spendingLimit ?? undefined }]);
}

/** A search by words; all of it may also be a code, or an amount in the currency of the shop. */
function soughtBy(typed: string, currency: string): SoughtTab {
  return { words: wordsOf(typed), joinCode: readJoinCode(typed), amount: readAmount(typed, currency) };
}

function summaryOf({ tab, lastActivityAt }: TabRecord): TabSummary {
  const { id, title, status, settlement, version, currency, spot, place } = tab;
  const { totalAmount, paidAmount, owedAmount, createdAt, updatedAt } = tab;
  return {
    ...{ id, title, status, settlement, version, currency, spot, place },
    ...{ totalAmount, paidAmount, owedAmount, createdAt, updatedAt },
    participants: tab.participants.flatMap((one) => (one.hasLeft ? [] : [{ id: one.id, name: one.name }])),
    roundCount: tab.rounds.length,
    runningRounds: tab.rounds.filter((round) => !hasEnded(round.status)).length,
    lastOrderAt: tab.rounds.at(-1)?.createdAt ?? null,
    lastActivityAt: new Date(lastActivityAt).toISOString(),
    knockCount: tab.knocks.length,
  };
}
