/** Words for the changes of an order in its history: who, what, and why one was not made. */

import { orderHistory } from '#messages';
import type { AppliedChange } from '#domain/contract/order-changes.ts';
import type { Order, PublicEvent } from '#domain/contract/orders.ts';
import type { ChangeEndReason } from '#domain/order-change.ts';
import { placeName } from '../ui/place-words.ts';

const NOT_MADE: Readonly<Record<ChangeEndReason, string>> = {
  too_late: orderHistory.changeTooLate(),
  out_of_stock: orderHistory.changeOutOfStock(),
  payment_deadline: orderHistory.changeUnpaid(),
  payment_declined: orderHistory.changeDeclined(),
  order_moved_on: orderHistory.changeMovedOn(),
  bill_changed: orderHistory.changeOtherBill(),
  already_claimed: orderHistory.changeClaimed(),
  being_paid: orderHistory.changeClaimed(),
  tab_ended: orderHistory.changeTabEnded(),
  refused: orderHistory.changeTooLate(),
  withdrawn: orderHistory.changeWithdrawn(),
  not_agreed: orderHistory.changeNotAgreed(),
};

/** Returns why a change was not made; undefined if its event does not say. */
export function whyNotMade({ reason }: Pick<PublicEvent, 'reason'>): string | undefined {
  return reason !== undefined && reason in NOT_MADE ? NOT_MADE[reason as ChangeEndReason] : undefined;
}

/** Returns who changed the order, in a sentence for its guests. */
export function changedBy(
  { madeBy, participantId }: Pick<PublicEvent, 'madeBy' | 'participantId'>,
  participants: Order['participants'],
): string {
  if (madeBy === 'staff') return orderHistory.changedByStaff();
  if (madeBy === 'shop') return orderHistory.changedByShop();
  if (madeBy === 'guest' && participants.length === 1) return orderHistory.changedByYou();
  const name = participants.find(({ id }) => id === participantId)?.name;
  return name === undefined ? orderHistory.changed() : orderHistory.changedByName({ name });
}

/** Returns what a change brought, took, noted and moved, and staff's reason, each as a phrase. */
export function changeDetails({
  came,
  went,
  noted,
  place,
  reasonText,
}: Pick<AppliedChange, 'came' | 'went' | 'noted' | 'place' | 'reasonText'>): string[] {
  const told = (lines: AppliedChange['came'], words: (about: { line: string }) => string) =>
    lines.map((line) => words({ line: lineWords(line) }));
  return [
    ...told(came, orderHistory.changeCame),
    ...told(went, orderHistory.changeWent),
    ...told(noted, orderHistory.changeNoted),
    ...(place ? [orderHistory.changePlace({ place: place.to ? placeName(place.to) : 'none' })] : []),
    ...(reasonText === null ? [] : [orderHistory.changeReason({ reason: reasonText })]),
  ];
}

function lineWords({ quantity, name, options, note }: AppliedChange['came'][number]): string {
  const about = [...options, ...(note === null ? [] : [`“${note}”`])];
  return `${quantity}× ${name}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}
