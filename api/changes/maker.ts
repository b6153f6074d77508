/** Who makes a change, and what she may decide of it. */

import type { ChangeWish } from '../../domain/contract/changes.ts';
import type { ChangeSettlement } from '../../domain/order-change.ts';
import { isStaff, type KindOfPerson } from '../../domain/permissions.ts';
import { forbidden, invalidRequest } from '../http/api-error.ts';
import type { OrderAccess } from '../people/access.ts';

export interface Maker {
  readonly by: 'guest' | 'staff';
  /** The guest; null for staff. */
  readonly participantId: string | null;
  /** The account or participant in the order's history. */
  readonly actorId: string;
  /** In which relation to the order she makes it. */
  readonly as: KindOfPerson;
  readonly reasonText?: string;
  readonly settle?: ChangeSettlement;
}

/**
 * Returns who makes a change: a participant her own, else staff, who must give a reason for it if `isPreview` is false.
 * Throws forbidden for what is not hers to decide: somebody who has joined the tab later has no lines in this round.
 */
export function makerOf(access: OrderAccess, body: ChangeWish, { isPreview = false } = {}): Maker {
  const { participantId } = access.viewer;
  const { user } = access.person;
  const isIn = access.record.order.participants.some(({ id }) => id === participantId);
  // Staff who eat here change their own order as guests do, unless they say why.
  if (user && isStaff(user.role) && (!isIn || body.reason !== undefined)) {
    if (!isPreview && body.reason === undefined)
      throw invalidRequest('Say why the order is changed.', [{ path: ['reason'], code: 'required' }]);
    assertMaySettle(access, body, isPreview);
    return {
      ...{ by: 'staff', participantId: null, actorId: user.id, as: user.role },
      ...(body.reason !== undefined && { reasonText: body.reason }),
      ...(body.settle !== undefined && { settle: body.settle }),
    };
  }
  if (participantId === null || !isIn) throw forbidden();
  const isForAnother = (body.add ?? []).some(
    (line) => (line.participantId ?? participantId) !== participantId,
  );
  const ofStaff = [body.reason, body.settle, body.discountName];
  if (isForAnother || ofStaff.some((field) => field !== undefined))
    throw forbidden('Only staff can change an order like this.');
  // Where everybody's goods go is decided by who leads the tab, as for the tab itself.
  if (body.place !== undefined && access.record.order.tab !== null && access.viewer.role === 'participant')
    throw forbidden('Only the host can send the round somewhere else.');
  return { by: 'guest', participantId, actorId: user?.id ?? participantId, as: 'participant' };
}

function assertMaySettle(
  access: OrderAccess,
  { settle, discountName }: ChangeWish,
  isPreview: boolean,
): void {
  if (settle === 'cash' && !access.may('share.take_cash'))
    throw forbidden('Only staff at the till take cash.');
  if (settle !== 'waive') return;
  if (!access.may('change.waive')) throw forbidden('Only managers waive what a change costs.');
  if (!isPreview && discountName === undefined)
    throw invalidRequest('Say what the discount is called.', [{ path: ['discountName'], code: 'required' }]);
}
