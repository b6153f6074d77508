/** The people of a tab: who is added, changes, is ready, leaves or is removed, and who leads it. */

import { addPerson } from '../../db/orders/tabs/join-tab.ts';
import { changePerson, makeHost, noteSeen, setReady, takeOut } from '../../db/orders/tabs/people.ts';
import { forbidden } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import { readLanguage } from '../http/language.ts';
import type { Handlers } from '../http/route.ts';
import { actsFor, answerChanged, commandFor, type TabDependencies } from './command-tabs.ts';

export function tabPeopleRoutes(dependencies: TabDependencies) {
  const { orders } = dependencies.databases;

  return {
    'POST /api/tabs/:id/participants': async ({ ctx, params, body, access, idempotencyKey }) => {
      const command = access.commandTo('tab.lead');
      const id = requestIdFor(`participant ${params.id}`, command.actorId ?? '', idempotencyKey);
      const changed = await addPerson(
        orders,
        params.id,
        { ...command, key: id, requestHash: hashBody(body) },
        { id, name: body.name, email: null, isProven: false, language: readLanguage(ctx), userId: null },
      );
      return { status: 201, body: await answerChanged(dependencies, access.person, changed) };
    },
    'PATCH /api/tabs/:id/participants/:participantId': async ({ params, body, access }) => {
      const participantId = actsFor(access, params.participantId);
      // Where her receipts go, nobody else decides.
      if (body.email !== undefined && participantId !== access.viewer.participantId) throw forbidden();
      const command = commandFor(access, participantId);
      const allergies = body.allergies === '' ? null : body.allergies;
      const changed = await changePerson(orders, params.id, command, participantId, { ...body, allergies });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'DELETE /api/tabs/:id/participants/:participantId': async ({ params, access }) => {
      const participantId = actsFor(access, params.participantId);
      const isRemoved = participantId !== access.viewer.participantId;
      const command = commandFor(access, participantId);
      const changed = await takeOut(orders, params.id, command, { participantId, isRemoved });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/ready': async ({ params, body: { isReady, participantId: named }, access }) => {
      const participantId = actsFor(access, named);
      const command = commandFor(access, participantId);
      const changed = await setReady(orders, params.id, command, { participantId, isReady });
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
    'POST /api/tabs/:id/host': async ({ params, body: { participantId }, access }) => {
      const isLeader = access.may('tab.lead');
      const own = access.viewer.participantId;
      // Anybody may take over for herself, if the host is away.
      if (!isLeader && participantId !== own) throw forbidden();
      if (own !== null) await noteSeen(orders, [own]);
      const command = access.commandTo(isLeader ? 'tab.lead' : 'tab.order');
      const changed = await makeHost(orders, params.id, command, participantId);
      return { status: 200, body: await answerChanged(dependencies, access.person, changed) };
    },
  } satisfies Partial<Handlers>;
}
