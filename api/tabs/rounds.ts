/** `POST /api/tabs/:id/rounds`, `…/preview`: what a tab sends, and how it would be split. */

import type { SendRound } from '../../domain/contract/rounds.ts';
import { forbidden, invalidRequest, notFound } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import type { PlaceOrderDependencies } from '../orders/place-order.ts';
import { accessTo, orderFor } from '../people/access.ts';
import type { Holders } from '../people/holders.ts';
import type { TabAccess } from './access.ts';
import { showTo, type TabDependencies } from './command-tabs.ts';
import { previewRound } from './preview-round.ts';
import { sendBasket } from './send-round.ts';

/**
 * Returns who sends only her own lines: anybody in a tab that is paid after, but the host and staff, who send everybody's.
 * Throws forbidden if others have to send it, and invalid_request for a split of a bill that is not split.
 */
function ownLinesOnly(access: TabAccess, { split }: SendRound): string | null {
  const isPaidAfter = access.record.tab.settlement === 'after';
  if (split && isPaidAfter)
    throw invalidRequest('A tab that is paid after is split as it is paid.', [
      { path: ['split'], code: 'not_offered' },
    ]);
  if (access.may('tab.lead')) return null;
  if (!isPaidAfter || access.viewer.participantId === null) throw forbidden();
  return access.viewer.participantId;
}

export function roundRoutes(
  dependencies: TabDependencies & PlaceOrderDependencies & { readonly holders: Holders },
) {
  const { databases, rateLimits, holders, tabs, tabWorkflows } = dependencies;
  return {
    'POST /api/tabs/:id/rounds/preview': async ({ body, access }) => ({
      status: 200,
      body: await previewRound(databases.catalog, access.record, body),
    }),
    'POST /api/tabs/:id/rounds': async ({ ctx, params, body, access, idempotencyKey, requestId }) => {
      const { record, person } = access;
      const ownOf = ownLinesOnly(access, body);
      const command = access.commandTo(ownOf === null ? 'tab.lead' : 'tab.order');
      const sender = command.actorId ?? '';
      const { client } = ctx.state;
      await rateLimits.consume('order', { client, person: sender });
      const order = await sendBasket(dependencies, {
        orderId: requestIdFor(`round ${params.id}`, sender, idempotencyKey),
        tabId: params.id,
        ...{ body, command, ownOf, requestId },
        // It counts for its host, whether she has given an address or not.
        hasAccount: person.user !== null,
        holder: holders.holderOf(person.user, access.viewer.email ?? record.tab.host, client),
      });
      tabWorkflows.noteEvent(params.id, 'round_sent');
      const seen = accessTo(order, person);
      if (!seen) throw notFound('This order');
      const live = await tabs.changed(params.id);
      return {
        status: 201,
        body: {
          order: orderFor(order.order, seen.viewer),
          viewer: seen.viewer,
          tab: showTo(person, live).tab,
        },
      };
    },
  } satisfies Partial<Handlers>;
}
