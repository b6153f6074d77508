/** `POST /api/tabs/:id/payments`: somebody pays a part of what the tab owes. */

import type { PayTab } from '../../domain/contract/tab-payments.ts';
import { mayRole } from '../../domain/permissions.ts';
import { assertChargeable } from '../http/amounts.ts';
import { forbidden, invalidRequest, notFound } from '../http/api-error.ts';
import { requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import type { TabPeople } from '../../db/orders/tabs/present-tab.ts';
import type { PayShareDependencies } from '../payments/pay-share.ts';
import { accessTo, orderFor } from '../people/access.ts';
import type { Holders } from '../people/holders.ts';
import type { TabAccess } from './access.ts';
import type { TabDependencies } from './command-tabs.ts';
import { payPart } from './pay-part.ts';

export function tabPaymentRoutes(
  dependencies: TabDependencies & PayShareDependencies & { readonly holders: Holders },
) {
  const { rateLimits, holders, guests, tabs, tabWorkflows } = dependencies;
  return {
    'POST /api/tabs/:id/payments': async ({ ctx, params, body, access, idempotencyKey, requestId }) => {
      const { record, person } = access;
      const payerId = payerOf(access, body);
      const isOwn = payerId === access.viewer.participantId;
      assertAmounts(record.tab.currency, body);
      const command = isOwn
        ? access.commandTo('tab.order')
        : { actor: 'agent' as const, actorId: person.user!.id };
      const sender = command.actorId ?? '';
      await rateLimits.consume('pay', { client: ctx.state.client, person: sender });
      const paid = await payPart(dependencies, {
        orderId: requestIdFor(`tab payment ${params.id}`, sender, idempotencyKey),
        tabId: params.id,
        ...{ body, payerId, command, requestId },
        userId: isOwn ? (person.user?.id ?? null) : null,
        network: holders.networkKey(ctx.state.client),
        onClaimed: () => tabs.nudge(params.id),
      });
      // It ends with the last payment.
      if (record.tab.status === 'closing') tabWorkflows.noteEvent(params.id, 'payment_made');
      // Her token proves a guest for her settlement, too; the request itself may have come from staff.
      const seen = accessTo(
        paid.record,
        isOwn ? { ...person, participantIds: [...person.participantIds, payerId] } : person,
      );
      if (!seen) throw notFound('This order');
      const hasAccount =
        person.user !== null &&
        record.people.some(({ id, userId }) => id === payerId && userId === person.user?.id);
      if (isOwn && !hasAccount) await guests.remember(ctx, payerId);
      return {
        status: 201,
        body: {
          order: orderFor(paid.record.order, seen.viewer),
          viewer: seen.viewer,
          share: paid.share,
          payment: paid.payment,
          ...(isOwn && !hasAccount && { guestToken: guests.tokenFor(payerId) }),
        },
      };
    },
  } satisfies Partial<Handlers>;
}

/** Returns who pays: whoever asks; staff say for whom. */
function payerOf({ viewer, person, record }: TabAccess<TabPeople>, { participantId }: PayTab): string {
  const own = viewer.participantId;
  if (participantId === undefined && own === null)
    throw invalidRequest('Say who pays.', [{ path: ['participantId'], code: 'required' }]);
  const payerId = participantId ?? own!;
  if (payerId === own) return payerId;
  if (!mayRole(person.user?.role ?? null, 'tab.pay')) throw forbidden();
  if (!record.people.some(({ id }) => id === payerId)) throw notFound('This person');
  return payerId;
}

function assertAmounts(currency: string, { what, tipAmount, expectedAmount }: PayTab): void {
  assertChargeable(currency, [
    { path: ['what', 'amount'], amount: what.kind === 'amount' ? what.amount : undefined },
    { path: ['tipAmount'], amount: tipAmount },
    { path: ['expectedAmount'], amount: expectedAmount },
  ]);
}
