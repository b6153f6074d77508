/** The activities that send due mails and record the results. */

import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import { isAccountMail } from '../../domain/events.ts';
import { partOfPayer } from '../../domain/payer-receipt.ts';
import { shopOf } from '../../domain/settings.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { AppSecrets } from '../../db/app-keys.ts';
import type { Databases } from '../../db/databases.ts';
import { guestTokenOf, orderLink, receiptLink, tabLink } from '../../db/guest-token.ts';
import type { MailRow } from '../../db/orders/entities/mail.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import {
  claimDueMails,
  recordMailAttempts,
  type ClaimedMail,
  type MailAttempt,
} from '../../db/orders/mails/mails.ts';
import { readSender } from '../../db/orders/orders/read-sender.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { readRefund } from '../../db/orders/refunds/refunds.ts';
import { readMoneyOfChange, type MoneyOfChange } from '../../db/orders/changes/tell-change.ts';
import type { AppliedChange } from '../../domain/contract/order-changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { knownLanguage } from '../../messages/choose-language.ts';
import type { MailActivities } from '../../temporal/mails/activities.ts';
import { isRefusedForGood, type Mailer } from './mailer.ts';
import type { MailContent } from './mail-content.ts';
import { renderMail } from './render-mail.ts';

export interface MailDependencies {
  readonly databases: Databases;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  /** Read for every mail: the shop's name may change. */
  readonly settings: Settings;
  /** Signs the links by which guests follow their orders. */
  readonly appSecrets: AppSecrets;
}

export function createMailActivities(dependencies: MailDependencies) {
  const { settings } = dependencies;
  const { orders } = dependencies.databases;
  /** Longer than any attempt takes: a sender without a result by then is dead. */
  const claimMs = dependencies.mailer.longestMs + 5_000;

  async function sendMail(
    { row, isProven }: ClaimedMail,
    record: OrderRecord | undefined,
  ): Promise<MailAttempt> {
    try {
      const refund = row.refundId ? await readRefund(orders, row.refundId) : undefined;
      const sender =
        row.type === 'order_received' && record?.order.tab
          ? await readSender(orders, record.order.id)
          : undefined;
      const money = await readMoney(row);
      const content = contentOf(row, isProven, record, { refund, sender, money });
      const mail = await renderMail(content, shopOf(await settings.read()), knownLanguage(row.language));
      const messageId = `<${row.id}@${new URL(dependencies.publicUrl).hostname}>`;
      await dependencies.mailer.send({ ...mail, to: row.recipient, messageId });
      return { mailId: row.id, status: 'sent' };
    } catch (error) {
      return { mailId: row.id, status: isRefusedForGood(error) ? 'failed' : 'due', error: describe(error) };
    }
  }

  /**
   * Tries each unclaimed due mail once. Mails that others are sending do not count as done, since their sender may die.
   */
  async function trySending(which: { orderId: string } | { mailId: string }): Promise<Unsent> {
    const claim = { id: randomUUID(), forMs: claimMs };
    const { claimed, elsewhere } = await claimDueMails(orders, which, claim);
    if (claimed.length === 0) return { refused: 0, elsewhere };
    const record = 'orderId' in which ? await readOrder(orders, which.orderId) : undefined;
    const attempts = await Promise.all(claimed.map((mail) => sendMail(mail, record)));
    await recordMailAttempts(orders, claim.id, attempts);
    return { refused: attempts.filter(({ status }) => status === 'due').length, elsewhere };
  }

  /** How the recipient of a mail about a change paid her part of it, or gets it back. */
  async function readMoney({
    participantId,
    data: { changeId },
  }: MailRow): Promise<readonly MoneyOfChange[]> {
    if (!changeId || !participantId) return [];
    return readMoneyOfChange(orders, { changeId, participantId });
  }

  function contentOf(
    row: MailRow,
    isProven: boolean,
    record: OrderRecord | undefined,
    { refund, sender, money }: Besides,
  ): MailContent {
    if (isAccountMail(row.type)) {
      // Anybody may sign up under any name.
      return { type: row.type, name: '', url: row.data.url! };
    }
    if (row.type === 'card_charge_soon' || row.type === 'card_refused')
      return cardMailOf(row.type, row, isProven, record);
    if (row.type === 'order_changed') return changeMailOf(row, isProven, record!, money);
    const isForStaff = row.type === 'agent_new_order' || row.type === 'agent_order_canceled';
    const guestId = guestOf(record!, row);
    // Otherwise anybody could make us send any text to anybody, for example to a person named as a guest.
    const saysTyped = isForStaff || isProven;
    const { order: whole } = saysTyped ? record! : withoutTyped(record!);
    // Each payer gets the receipt of what she paid.
    const order = row.type === 'receipt' ? partOfPayer(whole, row.participantId ?? null) : whole;
    const nameOf = (id: string | undefined) =>
      whole.participants.find((person) => person.id === id)?.name ?? '';
    const { publicUrl, appSecrets } = dependencies;
    const question = whole.questions.find(({ id }) => id === row.data.questionId);
    const token = guestId === undefined ? undefined : guestTokenOf(appSecrets, guestId);
    return {
      type: row.type,
      order,
      customerName: saysTyped ? row.recipientName : '',
      orderUrl: isForStaff ? `${publicUrl}/agent/orders/${order.id}` : orderLink(publicUrl, order.id, token),
      receiptUrl: receiptLink(publicUrl, order.id, token),
      refundAmount: row.data.refundAmount ?? 0,
      cashAmount: row.data.cashAmount ?? 0,
      dueAmount: row.data.dueAmount ?? ownPartOf(whole, row.participantId),
      ...(sender !== row.participantId && { senderName: nameOf(sender) }),
      shareAmount: row.data.shareAmount ?? 0,
      payerName: nameOf(row.data.aboutParticipantId),
      ownerName: nameOf(row.data.aboutParticipantId),
      wasTakenOver: row.data.wasTakenOver ?? false,
      lines: row.data.lines ?? [],
      question: question ? askedOf(question) : NOTHING_ASKED,
      isLeft: row.data.isLeft ?? false,
      reasonText: (saysTyped && refund?.reason) || null,
    };
  }

  function changeMailOf(
    row: MailRow,
    isProven: boolean,
    record: OrderRecord,
    money: readonly MoneyOfChange[],
  ): MailContent {
    const { order: whole } = isProven ? record : withoutTyped(record);
    const change = whole.changes.find(({ id }) => id === row.data.changeId)!;
    const { publicUrl, appSecrets } = dependencies;
    const guestId = guestOf(record, row);
    const token = guestId === undefined ? undefined : guestTokenOf(appSecrets, guestId);
    const makerId = change.by === 'guest' ? change.participantId : row.participantId;
    return {
      type: 'order_changed',
      order: partOfPayer(whole, row.participantId ?? null),
      change,
      ...(makerId !== row.participantId && {
        makerName: whole.participants.find(({ id }) => id === makerId)?.name ?? '',
      }),
      customerName: isProven ? row.recipientName : '',
      orderUrl: orderLink(publicUrl, whole.id, token),
      receiptUrl: receiptLink(publicUrl, whole.id, token),
      differenceAmount: row.data.differenceAmount ?? 0,
      money,
    };
  }

  /** Of both, her tab's page tells the rest: it knows her by the link. */
  function cardMailOf(
    type: 'card_charge_soon' | 'card_refused',
    row: MailRow,
    isProven: boolean,
    record: OrderRecord | undefined,
  ): MailContent {
    const { dueAmount, currency, tabId, chargesAt } = row.data;
    // The link of whoever has an account needs no token.
    const guestId = record ? guestOf(record, row) : (row.participantId ?? undefined);
    const token = guestId === undefined ? undefined : guestTokenOf(dependencies.appSecrets, guestId);
    const about = {
      customerName: isProven ? row.recipientName : '',
      amount: dueAmount ?? ownPartOf(record!.order, row.participantId),
      currency: currency ?? record!.order.currency,
      orderUrl: tabLink(dependencies.publicUrl, tabId ?? record!.order.settles!.tabId, token),
    };
    if (type === 'card_refused') return { type, ...about };
    return { type, ...about, chargesAt: chargesAt! };
  }

  return {
    /** Sends every due mail of an order. One that the server will never take is marked failed; others are retried. */
    async sendOrderMails({ orderId }: { orderId: string }): Promise<void> {
      demandAll(await trySending({ orderId }));
    },

    /** Tries once to send an order's due mails, while the mail server is quick. Returns whether no due mail remains. */
    async sendOrderMailsAtOnce({ orderId }: { orderId: string }): Promise<{ isDone: boolean }> {
      if (!dependencies.mailer.isQuick()) return { isDone: false };
      const { refused, elsewhere } = await trySending({ orderId });
      return { isDone: refused + elsewhere === 0 };
    },

    /** Sends one mail about an account, if it is still due. */
    async sendAccountMail({ mailId }: { mailId: string }): Promise<void> {
      demandAll(await trySending({ mailId }));
    },
  } satisfies MailActivities;
}

/** What a reader is asked about, as her mail tells it. */
function askedOf({ name, quantity, suggestion, deadline }: Order['questions'][number]) {
  const instead = suggestion && [suggestion.name, ...suggestion.optionNames].join(', ');
  return { name, quantity, suggestion: instead, deadline };
}
/** Of all other mails. */
const NOTHING_ASKED = { name: '', quantity: 0, suggestion: null, deadline: '' };

/** Returns the participant without an account to whom a mail is written: the link in it is for her only. */
function guestOf(
  { order, guestEmails }: OrderRecord,
  { participantId, recipient }: MailRow,
): string | undefined {
  if (participantId) return guestEmails.has(participantId) ? participantId : undefined;
  // Mails from before their participant was noted.
  const address = recipient.toLowerCase();
  if (guestEmails.get(order.host) === address) return order.host;
  return [...guestEmails].find(([, email]) => email === address)?.[0];
}

/** Returns what somebody pays of a round. */
function ownPartOf({ shares }: Order, participantId: string | null | undefined): number {
  return shares
    .filter((share) => share.participantId === participantId)
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** Returns the order without any user text; only the shop's own text remains. */
function withoutTyped(record: OrderRecord): OrderRecord {
  const { order } = record;
  return {
    ...record,
    contact: null,
    order: {
      ...order,
      tab: order.tab && { ...order.tab, title: null },
      place: order.place && { kind: order.place.kind, label: '' },
      reasonText: null,
      participants: order.participants.map((participant) => ({ ...participant, name: '' })),
      lines: order.lines.map((line) => ({ ...line, note: null })),
      changes: order.changes.map(withoutTypedOfChange),
    },
  };
}

function withoutTypedOfChange({ came, went, noted, place, ...change }: AppliedChange): AppliedChange {
  const plain = (lines: AppliedChange['came']) => lines.map((line) => ({ ...line, note: null }));
  const nameless = (of: Order['place']) => of && { kind: of.kind, label: '' };
  return {
    ...change,
    reasonText: null,
    came: plain(came),
    went: plain(went),
    noted: plain(noted),
    place: place && { from: nameless(place.from), to: nameless(place.to) },
  };
}

/** What a mail tells besides its order. */
interface Besides {
  readonly refund: RefundRow | undefined;
  /** Who has sent the round. */
  readonly sender: string | undefined;
  readonly money: readonly MoneyOfChange[];
}

/** Mails that are still due: those that the server did not take, and those claimed by other senders. */
interface Unsent {
  readonly refused: number;
  readonly elsewhere: number;
}

/** Makes Temporal retry the step when mails remain; soon, if others are about to send them. */
function demandAll({ refused, elsewhere }: Unsent): void {
  if (refused + elsewhere === 0) return;
  throw ApplicationFailure.create({
    message: `${refused} not taken yet, ${elsewhere} being sent by others`,
    type: 'MailNotSent',
    ...(refused === 0 && { nextRetryDelay: '2 seconds' }),
  });
}

/** Returns the error's code or reply code only: messages of mail servers may contain addresses. */
function describe(error: unknown): string {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return [code, responseCode].filter((part) => part !== undefined).join(' ') || 'mail could not be sent';
}
