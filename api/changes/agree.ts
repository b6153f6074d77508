/** `POST /api/orders/:id/changes/:changeId/agree` and `…/withdraw`: what its payers say to a change. */

import { agreeToChange, withdrawChange } from '../../db/orders/changes/agree.ts';
import { ChangeRefused } from '../../db/orders/changes/change-refused.ts';
import { readChange, readChangePayers } from '../../db/orders/changes/request-change.ts';
import type { ChangeRow } from '../../db/orders/entities/change.ts';
import { readAttempt } from '../../db/orders/payments/attempts.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import type { Agree } from '../../domain/contract/changes.ts';
import type { ChangeEndReason } from '../../domain/order-change.ts';
import { isStaff } from '../../domain/permissions.ts';
import { ApiError, forbidden, idempotencyConflict, notFound } from '../http/api-error.ts';
import { hashBody } from '../http/idempotency.ts';
import { orderFor, type OrderAccess } from '../people/access.ts';
import { judgePayer } from '../payments/payer.ts';
import { refusalOfEnd, refusalOfRequest } from './change-refusal.ts';
import { followChange, tellOfChange, type ChangeDependencies, type MadeChange } from './follow-change.ts';
import { writeCardAttempt } from './pay-part.ts';

/** A yes to a change, and its caller. */
interface SentAgreement {
  readonly id: string;
  readonly changeId: string;
  readonly body: Agree;
  readonly access: OrderAccess;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
}

/** Agrees to a change, and pays her part of it, or tells what became of that. */
export async function agree(dependencies: ChangeDependencies, sent: SentAgreement): Promise<MadeChange> {
  const { databases, settings, deciders } = dependencies;
  const { orders } = databases;
  const { id, body, access, network } = sent;
  const userId = access.person.user?.id ?? null;
  const requestHash = hashBody({ ...body, changeId: sent.changeId });
  const { row, participantId } = await openTo(dependencies, sent);
  const before = await readAttempt(orders, id);
  if (before && before.requestHash !== requestHash) throw idempotencyConflict();
  const show = (order: Parameters<typeof orderFor>[0]) => orderFor(order, access.viewer);
  if (!before && (row.status === 'given_up' || row.status === 'closing')) {
    const { order } = (await readOrder(orders, row.orderId))!;
    throw refusalOfEnd({ ...row, reason: row.reason ?? 'withdrawn' }, show(order), null);
  }
  let isPaid = before !== undefined;
  if (!before && row.status !== 'applied') {
    const { payment } = body;
    const payer = await readPayer(databases.users, {
      ...{ paymentMethodId: payment?.paymentMethodId ?? null, userId },
    });
    const account = judgePayer(payer, userId, payment?.savePaymentMethod ?? false, ['payment']);
    await deciders.assertReady();
    const { shareId } = await write(dependencies, sent, { row, participantId });
    if (shareId) {
      const part = { id, orderId: row.orderId, shareId, participantId, requestHash };
      const refused = await writeCardAttempt(databases, part, {
        ...{ body, shop: await settings.read(), account, network },
      });
      if (refused) throw refused;
      isPaid = true;
    }
  }
  if (row.status === 'held')
    await tellOfChange(dependencies, row, {
      ...{ updateId: id, as: 'participant' },
      isDone: ({ status }) => status !== 'held',
    });
  return followChange(
    dependencies,
    row,
    { participantId, attemptId: isPaid ? id : undefined, show },
    { isAgain: before !== undefined },
  );
}

/** Returns the change, if the caller has a part in it. Throws not_found or forbidden. */
async function openTo(
  { databases: { orders } }: ChangeDependencies,
  { changeId, access }: Pick<SentAgreement, 'changeId' | 'access'>,
): Promise<{ row: ChangeRow; participantId: string }> {
  const { participantId } = access.viewer;
  const row = await readChange(orders, changeId);
  if (row?.orderId !== access.record.order.id) throw notFound('This change');
  const payers = await readChangePayers(orders, changeId);
  const isHers = payers.some((payer) => payer.participantId === participantId);
  if (participantId === null || !isHers) throw forbidden();
  return { row, participantId };
}

async function write(
  { databases: { orders } }: ChangeDependencies,
  { id, body, access }: SentAgreement,
  { row: { id: changeId, orderId }, participantId }: { row: ChangeRow; participantId: string },
) {
  try {
    return await agreeToChange(orders, {
      ...{ id, orderId, changeId, participantId, actorId: access.person.user?.id ?? participantId },
      expectedDifference: body.expectedDifference,
    });
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    throw refusalOfRequest(error, orderFor((await readOrder(orders, orderId))!.order, access.viewer));
  }
}

/** Takes a change back, or says no to it; safe to repeat. */
export async function withdraw(
  dependencies: ChangeDependencies,
  { changeId, access }: { changeId: string; access: OrderAccess },
): Promise<MadeChange> {
  const { orders } = dependencies.databases;
  const { viewer, person, record } = access;
  const { participantId } = viewer;
  const row = await readChange(orders, changeId);
  if (row?.orderId !== record.order.id) throw notFound('This change');
  const isOfStaff = person.user !== null && isStaff(person.user.role);
  const isMaker = participantId !== null && participantId === row.participantId;
  const payers = await readChangePayers(orders, changeId);
  if (!isOfStaff && !isMaker && !payers.some((payer) => payer.participantId === participantId))
    throw forbidden();
  const show = (order: Parameters<typeof orderFor>[0]) => orderFor(order, viewer);
  const reason: ChangeEndReason = isOfStaff || isMaker ? 'withdrawn' : 'not_agreed';
  try {
    await withdrawChange(orders, { orderId: row.orderId, changeId, reason });
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    throw refusalOfRequest(error, show((await readOrder(orders, row.orderId))!.order));
  }
  if (row.status !== 'given_up') await nudge(dependencies, row, isOfStaff ? person.user.role : 'participant');
  return followChange(dependencies, row, { participantId, show }, { isEnded: true });
}

/** Has the workflow look: it may be gone with the change already, or find it by itself. */
async function nudge(
  dependencies: ChangeDependencies,
  row: ChangeRow,
  as: Parameters<typeof tellOfChange>[2]['as'],
): Promise<void> {
  try {
    await tellOfChange(
      dependencies,
      { ...row, status: 'closing' },
      {
        ...{ updateId: `withdraw-${row.id}`, as },
        isDone: ({ status }) => status === 'given_up',
      },
    );
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'illegal_transition')) throw error;
  }
}
