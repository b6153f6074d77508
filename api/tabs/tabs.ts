/** `GET` and `PATCH /api/tabs/:id`, `…/events`, `…/session`, `…/code`, `…/close`, `…/reopen`. */

import { readTabEvents } from '../../db/orders/tabs/read-tab.ts';
import type { TabChanged } from '../../db/orders/tabs/change-tab.ts';
import { writeOffTab } from '../../db/orders/tabs/write-off.ts';
import { changeSettings, closeTab, renewCodes, reopenTab } from '../../db/orders/tabs/settings.ts';
import { forbidden, notFound } from '../http/api-error.ts';
import { pageOfWhole } from '../http/cursor.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { readTabFor, tabFor, type TabAccess } from './access.ts';
import { answerChanged, type TabDependencies } from './command-tabs.ts';
import { moveTo } from './move.ts';
import { showTab } from './present-tab.ts';
import { assertCanCover, assertSettings } from './assert-settings.ts';

export function tabRoutes(dependencies: TabDependencies) {
  const { config, settings, databases, reads, presences, guests } = dependencies;
  const { orders, users } = databases;
  const presentation = { publicUrl: config.publicUrl, isHere: presences.isHere };

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

  return {
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
      await assertCanCover(users, body.onDeadline, people.find(({ id }) => id === tab.host)?.userId);
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
        : await closeTab(orders, params.id, access.commandTo('tab.lead'), body.expectedAmount);
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/reopen': async ({ params, access }) => {
      const changed = await reopenTab(orders, params.id, access.commandTo('tab.lead'));
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
  } satisfies Partial<Handlers>;
}
