/** E1, E2 and R3: mails. */

import { readMailAddress } from '../../domain/mail-address.ts';
import { MOST_UNPAID_MAILS } from '../../db/orders/mails/mails.ts';
import { isAccountMail, type EventType, type OrderMailType } from '../../domain/events.ts';
import type { Facts } from './facts.ts';
import { of } from './grouping.ts';
import type { Violation } from './violation.ts';

/** The events that a mail of each type may report. */
const TELLS_OF: Readonly<Record<OrderMailType, readonly EventType[]>> = {
  // What is paid after is confirmed at once.
  order_received: ['held', 'confirmed'],
  payment_reminder: ['reminded'],
  receipt: ['confirmed', 'settled'],
  share_covered: ['share_covered', 'share_dropped'],
  share_dropped: ['share_dropped'],
  rest_to_pay: ['share_dropped', 'deadline_extended'],
  order_ready: ['ready'],
  order_canceled: ['canceled'],
  order_expired: ['expired'],
  sold_out: ['sold_out_asked'],
  refund_issued: ['refunded'],
  order_changed: ['changed'],
  card_refused: ['expired', 'canceled'],
  agent_new_order: ['confirmed'],
  agent_order_canceled: ['canceled'],
};

/** The mail that an event always sends to every participant with an address. */
const ASKS_FOR: Readonly<Partial<Record<EventType, OrderMailType>>> = {
  confirmed: 'receipt',
  settled: 'receipt',
  ready: 'order_ready',
  canceled: 'order_canceled',
  expired: 'order_expired',
};

/** Returns the violations of mails. */
export function checkMails(facts: Facts): Violation[] {
  return [...e1(facts), ...e2(facts), ...r3(facts)];
}

function e1(facts: Facts): Violation[] {
  const { participants, events, mails, received } = facts;
  const isStrange = strangersOf(facts);
  const violations: Violation[] = [];
  const complain = (orderId: string | null, sentence: string) =>
    violations.push({ id: 'E1', orderId, sentence });
  const written = new Set(
    mails.map((mail) => `${mail.orderId} ${mail.eventVersion} ${mail.type} ${mail.recipient}`),
  );
  const peopleOf = of(participants, ({ orderId }) => orderId);
  const paidAfter = new Set(facts.orders.flatMap((order) => (order.paidAfter ? [order.id] : [])));
  const settlements = new Set(facts.orders.flatMap(({ id, kind }) => (kind === 'settlement' ? [id] : [])));
  const isPaidAfter = (orderId: string) => paidAfter.has(orderId);
  for (const event of events) {
    const asked = ASKS_FOR[event.type];
    // Nobody is told of a payment of a tab that did not come about: it has its page, and so has the tab.
    if (!asked || (asked !== 'receipt' && settlements.has(event.orderId))) continue;
    const type = asked === 'receipt' && isPaidAfter(event.orderId) ? 'order_received' : asked;
    for (const person of peopleOf.get(event.orderId) ?? []) {
      if (!person.email || !isConcerned(facts, person, type)) continue;
      const isWritten = written.has(`${event.orderId} ${event.version} ${type} ${person.email}`);
      const strange = isStrange(event, person);
      if (strange && type === 'order_canceled') {
        if (isWritten) complain(event.orderId, `event ${event.version} (canceled) is told to a stranger`);
      } else if (!isWritten && strange !== 'told enough')
        complain(event.orderId, `event ${event.version} (${event.type}) has no mail ${type} to ${person.id}`);
    }
  }
  for (const sentence of untoldChanges(facts)) complain(sentence.orderId, sentence.text);
  if (!received) return violations;
  const byId = of(received, (mail) => idIn(mail.messageId));
  for (const mail of mails) {
    const copies = byId.get(mail.id) ?? [];
    if (mail.status === 'sent' && copies.length === 0)
      complain(mail.orderId ?? null, `mail ${mail.id} (${mail.type}) is booked as sent and never came in`);
    for (const copy of copies) {
      // Some mail servers decode Punycode.
      if (!copy.to.some((to) => (readMailAddress(to) ?? to) === mail.recipient))
        complain(mail.orderId ?? null, `Message-ID ${copy.messageId} came in for somebody else`);
    }
    if (new Set(copies.map(({ subject }) => subject)).size > 1)
      complain(mail.orderId ?? null, `Message-ID ${copies[0]!.messageId} was used for several mails`);
  }
  return violations;
}

/** Whom an applied change costs or brings something is told of it, once, if she has an address. */
function untoldChanges({ changes, changePayers, participants, mails }: Facts) {
  const payersOf = of(changePayers, ({ changeId }) => changeId);
  return changes.flatMap(({ id, orderId, status }) =>
    (status === 'applied' ? (payersOf.get(id) ?? []) : []).flatMap(({ participantId, differenceAmount }) => {
      const person = participants.find((one) => one.id === participantId && one.orderId === orderId);
      if (!person?.email || differenceAmount === 0) return [];
      const told = mails.filter(
        ({ type, data, ...mail }) =>
          type === 'order_changed' && data.changeId === id && mail.recipient === person.email,
      );
      // A stranger who has not paid is told only so much.
      const isEnough = told.length === 1 || (told.length === 0 && !person.emailProven);
      return isEnough ? [] : [{ orderId, text: `change ${id} has ${told.length} mails to ${participantId}` }];
    }),
  );
}

/**
 * Of a round, a receipt goes to whoever pays, and the rest to whoever has a share or pays for one; of one that is paid
 * after, all goes to whoever has or shares a line.
 */
function isConcerned(
  { orders, shares, lines }: Facts,
  { id, orderId }: Facts['participants'][number],
  type: OrderMailType,
): boolean {
  const order = orders.find((one) => one.id === orderId);
  if (!order?.tabId) return true;
  if (order.paidAfter)
    return lines.some(
      (line) => line.orderId === orderId && [line.participantId, ...line.sharedBetween].includes(id),
    );
  const own = shares.filter((share) => share.orderId === orderId);
  if (type === 'receipt') return own.some((share) => share.participantId === id && share.amount > 0);
  return own.some((share) => share.participantId === id || share.ownerParticipantId === id);
}

/**
 * Whether a person is unproven: she has neither verified her address nor paid. She gets no
 * mail about a cancellation, and none beyond the hourly limit. Money that was discovered only after an
 * event, say in a comparison with Stripe, was no proof at the time of the event.
 */
function strangersOf({ orders, participants, payments, shares, attempts, bookings, mails }: Facts) {
  const inTab = new Set(orders.flatMap(({ id, tabId }) => (tabId ? [id] : [])));
  const bookingsOf = of(
    bookings.filter(({ kind }) => ['authorization', 'capture', 'cash'].includes(kind)),
    ({ referenceId }) => referenceId ?? '',
  );
  const [paymentsOf, sharesOf] = [of(payments, (one) => one.orderId), of(shares, (one) => one.orderId)];
  const attemptsOf = of(
    attempts.filter(({ status }) => status === 'authorized'),
    ({ orderId }) => orderId,
  );
  /** The bookings of what a person paid: in a tab with her own card, else for her share. */
  const paidBy = ({ id, orderId }: Facts['participants'][number]) => {
    const isHers = ({ participantId }: { participantId?: string | null | undefined }) => participantId === id;
    const tried = (attemptsOf.get(orderId) ?? []).filter(isHers).map(({ paymentId }) => paymentId);
    const own = inTab.has(orderId) ? [] : (sharesOf.get(orderId) ?? []).filter(isHers);
    return (paymentsOf.get(orderId) ?? [])
      .filter((payment) => tried.includes(payment.id) || own.some((share) => share.id === payment.shareId))
      .flatMap((payment) => bookingsOf.get(payment.id) ?? []);
  };
  const payersOf = of(
    participants.filter((person) => person.email && paidBy(person).length > 0),
    ({ orderId }) => orderId,
  );
  return (
    { at }: Facts['events'][number],
    person: Facts['participants'][number],
  ): false | 'stranger' | 'told enough' => {
    const hadPaid = paidBy(person).some((booking) => booking.at <= at);
    if (hadPaid || person.emailProven) return false;
    const told = mails.filter(
      ({ recipient, orderId: of }) =>
        recipient === person.email && of && !payersOf.get(of)?.some(({ email }) => email === recipient),
    );
    return told.length >= MOST_UNPAID_MAILS ? 'told enough' : 'stranger';
  };
}

function e2({ events, mails, received }: Facts): Violation[] {
  const violations: Violation[] = [];
  const complain = (orderId: string | null, sentence: string) =>
    violations.push({ id: 'E2', orderId, sentence });
  const eventOf = new Map(events.map((event) => [`${event.orderId} ${event.version}`, event]));
  for (const mail of mails) {
    if (!mail.orderId) continue;
    const event = eventOf.get(`${mail.orderId} ${mail.eventVersion}`);
    if (!event)
      complain(
        mail.orderId,
        `mail ${mail.id} (${mail.type}) tells of version ${mail.eventVersion}, which is not there`,
      );
    else if (
      isAccountMail(mail.type) ||
      mail.type === 'card_charge_soon' ||
      !TELLS_OF[mail.type].includes(event.type)
    )
      complain(
        mail.orderId,
        `mail ${mail.id} says ${mail.type} of event ${event.version}, which is ${event.type}`,
      );
  }
  const known = new Set(mails.map(({ id }) => id));
  for (const mail of received ?? []) {
    if (!known.has(idIn(mail.messageId)))
      complain(null, `a mail ${mail.messageId} came in, of which our database knows nothing`);
  }
  return violations;
}

function r3({ mails }: Facts): Violation[] {
  return mails.flatMap((mail) => {
    if (mail.status !== 'due') return [];
    const sentence = `mail ${mail.id} (${mail.type}) is still due after ${mail.attempts} tries (${mail.lastError ?? 'no error'})`;
    return [{ id: 'R3' as const, orderId: mail.orderId ?? null, sentence }];
  });
}

function idIn(messageId: string): string {
  return /^<?([^@>]*)/.exec(messageId)![1]!;
}
