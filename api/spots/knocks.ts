/** Who scans the code of a table at which people order together asks them to let her in. */

import { randomUUID } from 'node:crypto';
import { readSeatAtSpot } from '../../db/orders/tabs/at-spots.ts';
import { answerKnock, knockAtTab, readKnock } from '../../db/orders/tabs/knocks.ts';
import { presentKnock } from '../../db/orders/tabs/present-knock.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import { notFound } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import { readLanguage } from '../http/language.ts';
import { addressOf } from '../people/contact.ts';
import type { Handlers } from '../http/route.ts';
import type { Person } from '../people/people.ts';
import { answerChanged, type TabDependencies } from '../tabs/command-tabs.ts';
import { findSpot } from './find-spot.ts';

/** Whom somebody has proved to be, as the database looks for her. */
export const knownAs = ({ user, participantIds }: Person) => ({ participantIds, userId: user?.id ?? null });

export function knockRoutes(dependencies: TabDependencies) {
  const { databases, reads, guests, rateLimits, tabs } = dependencies;
  const { catalog, orders } = databases;

  return {
    'POST /api/spots/:code/knock': async ({ ctx, params, body, person, idempotencyKey }) => {
      const { client } = ctx.state;
      const who = await person();
      const { user } = who;
      const spot = await findSpot({ catalog, rateLimits }, params.code, client);
      await rateLimits.consume('knock', { client, person: user?.id });
      const seat = await readSeatAtSpot(orders, spot.id, knownAs(who));
      if (!seat) throw new TabRefused('tab_ended');
      // Many phones together do not keep a table busy either.
      await rateLimits.consume('knockAtTab', { client, person: seat.tabId });
      const id =
        idempotencyKey === undefined
          ? randomUUID()
          : requestIdFor(`knock ${seat.tabId}`, user?.id ?? 'guest', idempotencyKey);
      const { knock } = await knockAtTab(orders, seat.tabId, {
        // A repeat with the same key is by the person whom the first request was for.
        known: { ...knownAs(who), participantIds: [...who.participantIds, id] },
        person: {
          ...{ id, name: body.name, userId: user?.id ?? null },
          ...{ language: readLanguage(ctx), ...addressOf(user, undefined) },
        },
      });
      tabs.nudge(seat.tabId);
      const answer = { knock: presentKnock(knock) };
      if (user && user.id === knock.userId) return { status: 201, body: answer };
      await guests.remember(ctx, knock.id);
      return { status: 201, body: { ...answer, guestToken: guests.tokenFor(knock.id) } };
    },
    'GET /api/knocks/:knockId': async ({ params, person }) => {
      const knock = await readKnock(reads.orders, params.knockId, knownAs(await person()));
      if (!knock) throw notFound('This request');
      return { status: 200, body: { knock: presentKnock(knock) } };
    },
    'POST /api/tabs/:id/knocks/:knockId': async ({ params, body: { letIn }, access }) => {
      const { knockId } = params;
      const command = access.commandTo('tab.order');
      const changed = await answerKnock(orders, params.id, command, { knockId, letIn });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
  } satisfies Partial<Handlers>;
}
