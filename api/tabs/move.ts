/** `POST /api/tabs/:id/move`, `…/merge`: a tab moves with all that is on its way, or becomes part of another. */

import { freeDesertedSpot } from '../../db/orders/tabs/at-spots.ts';
import { mayMerge } from '../../domain/merge-tabs.ts';
import { mergeTabs } from '../../db/orders/tabs/merge-tabs.ts';
import { moveTab, type TabMoved } from '../../db/orders/tabs/move-tab.ts';
import { readTab } from '../../db/orders/tabs/read-tab.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { Place } from '../../domain/contract/places.ts';
import type { OpenTab } from '../../domain/contract/tabs.ts';
import { invalidRequest } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { chosenPlace } from '../spots/chosen-place.ts';
import { findSpot } from '../spots/find-spot.ts';
import { assertMayMove } from '../spots/offers.ts';
import type { TabAccess } from './access.ts';
import { answerChanged, type TabDependencies } from './command-tabs.ts';

type MoveDependencies = Pick<TabDependencies, 'databases' | 'settings'>;

/**
 * Moves a tab for its host, who chooses among the places where people order together, or for staff, who seat it at the
 * spot, as the spot's printed code does. Throws what `chosenPlace` and `moveTab` throw, and alone_only.
 */
export async function moveTo(
  { databases: { orders, catalog }, settings }: MoveDependencies,
  access: TabAccess,
  { given, key, byCode = false }: { given: NonNullable<OpenTab['place']>; key?: string; byCode?: boolean },
): Promise<TabMoved> {
  const shop = await settings.read();
  const { tab } = access.record;
  const command = { ...access.commandTo('tab.lead', key), requestHash: hashBody(given) };
  const isByStaff = command.actor === 'agent';
  const place: Place = await chosenPlace(catalog, shop, given);
  if (!isByStaff && place.spotId !== tab.place?.spotId) assertMayMove(shop, place, tab.settlement);
  const isThere = place.spotId !== undefined && place.spotId === tab.place?.spotId;
  // Only staff see who sits where: a place that its people have chosen from afar keeps nobody else from it.
  const isSeated = isByStaff || byCode;
  const spotId = isSeated ? (place.spotId ?? null) : isThere ? access.record.spotId : null;
  if (isSeated && spotId !== null && spotId !== access.record.spotId) await freeDesertedSpot(orders, spotId);
  try {
    return await moveTab(orders, tab.id, command, { place, spotId });
  } catch (error) {
    if (!(error instanceof TabRefused) || error.code !== 'spot_taken') throw error;
    // A code shows nothing of the tab that runs there.
    if (!isByStaff) throw new TabRefused('spot_taken');
    const there = error.details['tabId'] as string | undefined;
    const other = there === undefined ? undefined : await readTab(orders, there);
    throw new TabRefused('spot_taken', {
      ...error.details,
      mayMerge: other !== undefined && mayMerge(tab, other.tab),
    });
  }
}

export function moveRoutes(dependencies: TabDependencies) {
  const { orders, catalog } = dependencies.databases;
  return {
    'POST /api/tabs/:id/move': async ({ ctx, params, body, access, idempotencyKey }) => {
      const sender = access.commandTo('tab.lead').actorId ?? '';
      const key = requestIdFor(`move ${params.id}`, sender, idempotencyKey);
      const { spotCode, place } = body;
      const spot =
        spotCode === undefined
          ? undefined
          : await findSpot({ catalog, rateLimits: dependencies.rateLimits }, spotCode, ctx.state.client);
      const given = spot ? { ...place, spotId: spot.id } : place!;
      const moved = await moveTo(dependencies, access, { given, key, byCode: spot !== undefined });
      return { status: 200, body: await answerChanged(dependencies, access.person, moved) };
    },
    'POST /api/tabs/:id/merge': async ({ params, body: { intoTabId }, access, user }) => {
      if (intoTabId === params.id)
        throw invalidRequest('A tab is not merged into itself.', [
          { path: ['intoTabId'], code: 'not_offered' },
        ]);
      const command = { actor: 'agent', actorId: user.id } as const;
      const { merged, into, orderIds } = await mergeTabs(
        orders,
        { tabId: params.id, intoId: intoTabId },
        command,
      );
      dependencies.tabWorkflows.noteEvent(params.id, merged.event?.type);
      dependencies.tabWorkflows.tellOrders(intoTabId, orderIds);
      dependencies.tabs.nudge(params.id);
      return { status: 200, body: await answerChanged(dependencies, access.person, into) };
    },
  } satisfies Partial<Handlers>;
}
