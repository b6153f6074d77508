/** Runs every two writers of an order concurrently: they must never deadlock (ADR 8). */

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { playPairs, writeSlowly, type Writer } from '../../test/harness/lock-pairs.ts';
import { recordAuthorizedOrder, recordConfirmedOrder } from '../../test/harness/records.ts';
import {
  basketLine,
  fillBasket,
  person,
  recordRound,
  recordTab,
  sendBasket,
  type RecordedTab,
} from '../../test/harness/tabs.ts';
import { createTestDatabases } from '../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../databases.ts';
import {
  recordDispute,
  recordLatePayment,
  recordMismatch,
  recordMissedCapture,
  recordVoidedOutside,
} from './payments/aftercare.ts';
import { hostOf } from './orders/place-order.ts';
import { clearAttention, recordAttention } from './orders/attention.ts';
import { beginPayment } from './payments/begin-payment.ts';
import { recordCash } from './payments/cash.ts';
import { correctDispute, correctPayment, correctReceivable, correctStray } from './ledger/correct-ledger.ts';
import type { PaymentRow } from './entities/payment.ts';
import { bookFees } from './ledger/fees.ts';
import { recordChangeApplied } from './changes/apply-change.ts';
import { agreeToChange, withdrawChange } from './changes/agree.ts';
import { ChangeRefused } from './changes/change-refused.ts';
import { finishUnpaidChange, recordUnpaidChanged } from './changes/change-unpaid.ts';
import { finishChange } from './changes/pay-change.ts';
import { closeChange, recordChangeGivenUp } from './changes/end-change.ts';
import { recordChangeHeld } from './changes/hold-change.ts';
import { requestChange, type WantedChange } from './changes/request-change.ts';
import { seeChanges } from './changes/see-changes.ts';
import { recordAdvanced, recordConfirmed, recordEnded } from './orders/finish-order.ts';
import { claimDueMails, recordMailAttempts } from './mails/mails.ts';
import { listPayments, readPayment, recordPaymentOutcome, recordVoided } from './payments/payments.ts';
import { closeOrder } from './orders/progress.ts';
import { answerWithEnd } from './questions/answer.ts';
import { askAboutLine, QuestionRefused, withdrawQuestion } from './questions/ask.ts';
import { decideQuestion } from './questions/decide.ts';
import { recordRefundOutcome, recordOutsideRefund } from './refunds/refund-outcome.ts';
import { reserveRefund } from './refunds/refunds.ts';
import { insertCancelRequest, refuseCancelRequest } from './orders/cancel-requests.ts';
import { insertAttempt, insertCardAttempt } from './payments/attempts.ts';
import { recordCaptureStarted } from './payments/start-capture.ts';
import { recordCovered } from './payments/cover-share.ts';
import { recordDropped } from './payments/drop-share.ts';
import { readOrder } from './orders/read-order.ts';
import { cancelLines } from './tabs/cancel-lines.ts';
import { claimPart, settlementShareOf } from './tabs/claim-part.ts';
import { recordExtended } from './tabs/extend-deadline.ts';
import { giveSavedCard } from './tabs/give-card.ts';
import { joinTab } from './tabs/join-tab.ts';
import { mergeTabs } from './tabs/merge-tabs.ts';
import { moveTab } from './tabs/move-tab.ts';
import { takeOut } from './tabs/people.ts';
import { recordReminded } from './tabs/remind.ts';
import { endTab } from './tabs/settings.ts';
import { recordSettled } from './tabs/settle-claim.ts';
import { writeOffTab } from './tabs/write-off.ts';
import type { SettlementWish } from '../../domain/settlement.ts';
import { settleStripeCall, startStripeCall } from './payments/stripe-calls.ts';
import { keepStripeEvent } from './payments/stripe-events.ts';

/** An order with two concurrent writers. */
interface Scene {
  readonly id: string;
  readonly shareId: string;
  /** Captured, or only authorized. */
  readonly payment: PaymentRow;
}

let databases: Databases;
const STAFF = { email: 'staff@example.test', language: 'en' } as const;
const orders = () => databases.orders;

beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 24 });
  await writeSlowly(orders(), [
    'orders',
    'payments',
    'shares',
    'refunds',
    'ledger_transactions',
    'stripe_calls',
    'tabs',
    'lines',
  ]);
});
afterAll(() => databases.close());

const refund = ({ id }: Scene, refundId: string = randomUUID()) =>
  reserveRefund(orders(), {
    id: refundId,
    orderId: id,
    amount: 10,
    reason: 'was cold',
    restock: false,
    requestHash: 'hash',
    actorId: 'agent',
  });

const attempt = async ({ id, shareId }: Omit<Scene, 'payment'>, actorId?: string) => {
  const attemptId = randomUUID();
  await insertAttempt(orders(), {
    ...{ id: attemptId, orderId: id, shareId, requestHash: 'hash', tipAmount: 0 },
    paymentMethodId: actorId === undefined ? 'pm_card_visa' : null,
    ...(actorId !== undefined && { actorId }),
  });
  return { orderId: id, shareId, attemptId };
};

const dispute = () => ({
  stripeDisputeId: `dp_${randomUUID()}`,
  reason: 'fraudulent',
  amount: 100,
  currency: 'eur',
  outcome: 'open' as const,
  taken: { amount: 100, fee: 15 },
  returned: null,
});

const correction = ({ id }: Scene) => ({
  mendId: randomUUID(),
  orderId: id,
  currency: 'eur',
  corrects: randomUUID(),
});

/** Asks for another place, which costs nothing; undefined if another writer was first. */
async function changePlace({ id }: Scene) {
  const { host } = (await readOrder(orders(), id))!.order;
  return holdChange(id, host, { set: [], add: [], place: { kind: 'pickup', label: '' } });
}

async function requestedChange(
  orderId: string,
  participantId: string,
  draft: WantedChange['draft'],
  expectedDifference: number,
) {
  const { order } = (await readOrder(orders(), orderId))!;
  const wanted = {
    ...{ id: randomUUID(), orderId, requestHash: 'hash', participantId, actorId: participantId, draft },
    ...{ by: 'guest' as const, ifVersion: order.version, expectedDifference, acceptForMs: 60_000 },
  };
  try {
    const { id: changeId } = await requestChange(orders(), wanted);
    return { orderId, changeId, participantId };
  } catch (error) {
    if (error instanceof ChangeRefused) return undefined;
    throw error;
  }
}

async function holdChange(
  orderId: string,
  participantId: string,
  draft: WantedChange['draft'],
  expectedDifference = 0,
) {
  const change = await requestedChange(orderId, participantId, draft, expectedDifference);
  if (change) await recordChangeHeld(orders(), { ...change, deadline: new Date(Date.now() + 60_000) });
  return change;
}

/** Asks about the first line of the order; undefined: it cannot be now. */
async function askAbout({ payment: { orderId } }: Scene, forMs = 60_000) {
  const { order } = (await readOrder(orders(), orderId))!;
  const questionId = randomUUID();
  const asked = { id: questionId, orderId, lineId: order.lines[0]!.id, requestHash: '', suggestion: null };
  try {
    await askAboutLine(orders(), { ...asked, actorId: 'kitchen', forMs });
    return { orderId, questionId };
  } catch (error) {
    return unlessRefused(error);
  }
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof QuestionRefused)) throw error;
}

/** Every writer of an order's rows, by the name of the function. */
const WRITERS: Record<string, Writer<Scene>> = {
  bookFees: ({ payment }) =>
    bookFees(orders(), [{ paymentId: payment.id, amount: 25, currency: payment.currency }]),
  recordChangeApplied: async (scene) => {
    const change = await changePlace(scene);
    if (!change) return;
    await recordChangeApplied(orders(), change);
    await finishChange(orders(), change);
    await seeChanges(orders(), { ...change, agentId: 'somebody' });
  },
  recordChangeGivenUp: async (scene) => {
    const change = await changePlace(scene);
    if (!change) return;
    const { participantId } = change;
    await agreeToChange(orders(), {
      ...{ ...change, id: randomUUID(), actorId: participantId, expectedDifference: 0 },
    });
    await withdrawChange(orders(), { ...change, reason: 'withdrawn' });
    await closeChange(orders(), change);
    await recordChangeGivenUp(orders(), { ...change, reason: 'payment_deadline' });
  },
  reserveRefund: (scene) => refund(scene),
  askAboutLine: async (scene) => void (await askAbout(scene)),
  withdrawQuestion: async (scene) => {
    const asked = await askAbout(scene);
    if (asked) await withdrawQuestion(orders(), { ...asked, actorId: 'kitchen' }).catch(unlessRefused);
  },
  decideQuestion: async (scene) => {
    const asked = await askAbout(scene, 1);
    if (asked) await decideQuestion(orders(), asked);
  },
  answerWithEnd: async (scene) => {
    const asked = await askAbout(scene);
    const order = asked && (await readOrder(orders(), asked.orderId))!.order;
    if (order)
      await answerWithEnd(orders(), {
        ...{ ...asked, requestId: randomUUID(), answer: 'cancel', actorId: order.host },
        ifVersion: order.version,
      }).catch(unlessRefused);
  },
  recordRefundOutcome: async (scene) => {
    const id = randomUUID();
    await refund(scene, id);
    await recordRefundOutcome(orders(), id, { status: 'succeeded', stripeRefundId: `re_${id}` });
    await recordRefundOutcome(orders(), id, { status: 'failed', code: 'lost' });
  },
  recordOutsideRefund: ({ payment }) =>
    recordOutsideRefund(orders(), payment.id, {
      stripeRefundId: `re_${randomUUID()}`,
      amount: 10,
      status: 'succeeded',
    }),
  recordLatePayment: ({ payment }) =>
    recordLatePayment(orders(), payment, { capturedAmount: payment.amount, card: null }),
  recordMissedCapture: ({ payment }) => recordMissedCapture(orders(), payment, payment.amount),
  recordVoidedOutside: ({ payment }) => recordVoidedOutside(orders(), payment),
  recordDispute: ({ payment }) => recordDispute(orders(), payment, dispute()),
  recordMismatch: ({ payment }) => recordMismatch(orders(), payment),
  beginPayment: async (scene) => beginPayment(orders(), await attempt(scene)),
  recordPaymentOutcome: async (scene) =>
    recordPaymentOutcome(orders(), await attempt(scene), scene.payment, {
      status: 'requires_action',
      stripePaymentIntentId: `pi_${randomUUID()}`,
      clientSecret: null,
      declineCode: null,
      card: null,
    }),
  recordCash: async (scene) => recordCash(orders(), await attempt(scene, 'agent')),
  correctPayment: ({ payment }) =>
    correctPayment(orders(), { mendId: randomUUID(), paymentId: payment.id, feeAmount: 30 }),
  correctStray: (scene) => correctStray(orders(), correction(scene)),
  correctDispute: (scene) =>
    correctDispute(orders(), correction(scene), { movedAmount: -100, feeAmount: 15 }),
  recordConfirmed: ({ id, payment }) =>
    recordConfirmed(orders(), id, [{ paymentId: payment.id, amount: payment.amount }], [STAFF]),
  recordAdvanced: ({ id }) => recordAdvanced(orders(), id, 'preparing', 'agent'),
  recordEnded: ({ id }) =>
    recordEnded(orders(), id, { status: 'canceled', reason: 'canceled_by_agent' }, [STAFF]),
  recordAttention: ({ id }) => recordAttention(orders(), id, { reason: 'disputed' }),
  clearAttention: ({ id }) =>
    clearAttention(orders(), id, { requestId: randomUUID(), agentId: 'agent', reason: 'disputed' }),
  closeOrder: ({ id }) => closeOrder(orders(), id, { from: 'awaiting_payment', unlessPaid: false }),
  refuseCancelRequest: () => refuseCancelRequest(orders(), randomUUID()),
  claimDueMails: ({ id }) => claimDueMails(orders(), { orderId: id }, { id: randomUUID(), forMs: 1_000 }),
  recordMailAttempts: async ({ id }) => {
    const claim = { id: randomUUID(), forMs: 1_000 };
    const { claimed } = await claimDueMails(orders(), { orderId: id }, claim);
    const attempts = claimed.map(({ row }) => ({ mailId: row.id, status: 'due' as const }));
    await recordMailAttempts(orders(), claim.id, attempts);
  },
  recordVoided: ({ payment }) =>
    recordVoided(orders(), payment, { stripePaymentIntentId: `pi_${randomUUID()}`, capturedAmount: 0 }),
  insertAttempt: (scene) => attempt(scene),
  insertCardAttempt: ({ id, shareId }) =>
    insertCardAttempt(orders(), {
      ...{ id: randomUUID(), orderId: id, shareId, requestHash: 'hash', tipAmount: 0 },
      participantId: hostOf(id),
      paymentMethodId: 'pm_card_visa',
      card: { network: 'network', bounds: { perPayer: 5, perNetwork: 1_000_000 } },
    }),
  insertCancelRequest: ({ id }) =>
    insertCancelRequest(orders(), {
      id: randomUUID(),
      orderId: id,
      reason: null,
      restock: false,
      actor: 'agent',
      actorId: 'agent',
    }),
  recordCaptureStarted: ({ id }) => recordCaptureStarted(orders(), id),
  settleStripeCall: async ({ payment }) => {
    const { key } = await startStripeCall(orders(), payment, 'capture', randomUUID());
    await settleStripeCall(orders(), key, 'succeeded');
  },
  keepStripeEvent: ({ payment }) =>
    keepStripeEvent(orders(), {
      id: `evt_${randomUUID()}`,
      type: 'charge.dispute.created',
      paymentIntentId: payment.stripePaymentIntentId ?? null,
      setupIntentId: null,
      createdAt: new Date(),
      refund: null,
      refundedAmount: 0,
    }),
};

/** Writers of a paid order, and of an unpaid one. */
const OF_PAID = [
  ...[
    'bookFees',
    'reserveRefund',
    'recordRefundOutcome',
    'recordOutsideRefund',
    'recordDispute',
    'recordMismatch',
  ],
  ...['recordLatePayment', 'recordVoidedOutside', 'correctPayment', 'correctStray', 'correctDispute'],
  ...[
    'recordAdvanced',
    'recordEnded',
    'recordAttention',
    'clearAttention',
    'claimDueMails',
    'recordMailAttempts',
  ],
  ...['insertCancelRequest', 'settleStripeCall', 'keepStripeEvent', 'recordVoided'],
  ...['recordChangeApplied', 'recordChangeGivenUp'],
  ...['askAboutLine', 'withdrawQuestion', 'decideQuestion', 'answerWithEnd'],
];
const OF_UNPAID = [
  ...['beginPayment', 'recordPaymentOutcome', 'recordCash', 'insertAttempt', 'insertCardAttempt'],
  ...['recordCaptureStarted'],
  ...['recordConfirmed', 'recordMissedCapture', 'recordVoided', 'recordVoidedOutside', 'recordLatePayment'],
  ...['recordEnded', 'insertCancelRequest', 'settleStripeCall', 'keepStripeEvent'],
  ...['closeOrder', 'refuseCancelRequest'],
];
const writersOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, WRITERS[name]!]));

/** A round that nobody has paid, with its tab, in which there is a basket again. */
interface RoundScene extends Omit<Scene, 'payment'> {
  readonly tab: RecordedTab;
  readonly otherShareId: string;
}

async function makeRound(): Promise<RoundScene> {
  const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = tab.people as [string, string, string];
  await fillBasket(
    orders(),
    tab.id,
    basketLine(ben, { shared: [ada, ben] }),
    basketLine(cleo),
    basketLine(ben),
  );
  const id = await recordRound(orders(), tab);
  await fillBasket(orders(), tab.id, basketLine(ada));
  const { shares } = (await readOrder(orders(), id))!.order;
  const shareOf = (who: string) => shares.find(({ participantId }) => participantId === who)!.id;
  return { id, shareId: shareOf(ben), otherShareId: shareOf(cleo), tab };
}

const by = ({ tab }: RoundScene, who: 0 | 1 | 2) => ({ actor: 'host', actorId: tab.people[who]! }) as const;

/** Writers of a round and of its tab: the order is always locked first. */
const OF_ROUND: Record<string, Writer<RoundScene>> = {
  recordCovered: ({ id, shareId, tab }) =>
    recordCovered(orders(), { orderId: id, shareId, payerId: tab.hostId, requestId: randomUUID() }),
  recordDropped: ({ id, otherShareId }) =>
    recordDropped(orders(), { orderId: id, shareId: otherShareId, requestId: randomUUID() }),
  recordUnpaidChanged: async ({ id, tab }) => {
    const cleo = tab.people[2]!;
    const { lines } = (await readOrder(orders(), id))!.order;
    const line = lines.find(({ participantId }) => participantId === cleo);
    if (!line) return;
    const set = [{ lineId: line.id, quantity: line.quantity + 1 }];
    const change = await requestedChange(id, cleo, { set, add: [] }, line.unitAmount);
    if (!change) return;
    await recordUnpaidChanged(orders(), change);
    await finishUnpaidChange(orders(), change);
  },
  recordExtended: ({ id }) => recordExtended(orders(), id, new Date(Date.now() + 120_000)),
  recordReminded: ({ id }) => recordReminded(orders(), id, 'last_call'),
  recordEndedRound: ({ id }) =>
    recordEnded(orders(), id, { status: 'expired', reason: 'payment_deadline' }, [STAFF]),
  recordCashOfRound: async (scene) => recordCash(orders(), await attempt(scene, 'agent')),
  beginPaymentOfRound: async (scene) => beginPayment(orders(), await attempt(scene)),
  joinTab: ({ tab }) =>
    joinTab(orders(), {
      key: { code: tab.code },
      known: { participantIds: [], userId: null },
      person: person('Dua'),
    }),
  takeOut: (scene) =>
    takeOut(orders(), scene.tab.id, by(scene, 1), { participantId: scene.tab.people[1]!, isRemoved: false }),
  addLines: (scene) => fillBasket(orders(), scene.tab.id, basketLine(scene.tab.hostId)),
  sendRound: (scene) => sendBasket(orders(), scene.tab),
  mergeTabs: async ({ tab }) => {
    const other = await recordTab(orders(), ['Eva']);
    await mergeTabs(orders(), { tabId: tab.id, intoId: other.id }, { actor: 'agent', actorId: 'agent' });
  },
  moveTab: ({ tab }) =>
    moveTab(
      orders(),
      tab.id,
      { actor: 'agent', actorId: 'agent' },
      {
        ...{ place: { kind: 'table', label: randomUUID().slice(0, 8) }, spotId: null },
      },
    ),
  endTab: (scene) => endTab(orders(), scene.tab.id, { idleSince: new Date() }),
};

/** Commands that take a tab's lock, and then write as those above do, or less. */
const LIKE_ADD_LINES = [
  ...['changeLine', 'removeLine', 'stepOut', 'addPerson', 'changePerson', 'setReady', 'makeHost'],
  ...['changeSettings', 'renewCodes', 'closeTab', 'knockAtTab', 'answerKnock', 'freeDesertedSpot'],
  ...['closeQuietTab', 'reopenTab', 'recoverTab'],
];

/** Commands on cards on file: they take the lock of the tab, then the card's, or the card's alone. */
const LIKE_GIVE_SAVED_CARD = [
  ...['beginCard', 'noteCustomer', 'noteSetup', 'giveSetUpCard', 'takeCardBack', 'chargeAgain', 'chargeCard'],
  ...['announceCharge', 'closeSilentTab', 'noteForgotten', 'noteToldOf'],
  // Within the others.
  ...['endCards', 'returnCard', 'startCharging', 'stopCharging', 'noteRefused'],
];

/** A confirmed round of a tab that is paid after. Ben has claimed his part of it, and paid it in cash. */
interface AfterScene {
  readonly id: string;
  readonly tab: RecordedTab;
  readonly claimId: string;
  readonly paymentId: string;
}

const claim = (tab: RecordedTab, who: string, wish: SettlementWish) =>
  claimPart(orders(), {
    ...{ id: randomUUID(), tabId: tab.id, payerId: who, requestHash: 'hash', wish, tipAmount: 0 },
    ...{ command: { actor: 'participant', actorId: who }, claimMs: 60_000, assertPayable: () => undefined },
  });

async function makeAfter(): Promise<AfterScene> {
  const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo'], { settlement: 'after' });
  const [ada, ben, cleo] = tab.people as [string, string, string];
  await fillBasket(orders(), tab.id, basketLine(ben, { shared: [ada, ben] }), basketLine(cleo));
  const id = await recordRound(orders(), tab);
  await recordCaptureStarted(orders(), id);
  await recordConfirmed(orders(), id, [], [STAFF], { isRound: true, paidAfter: true });
  await fillBasket(orders(), tab.id, basketLine(ada));
  const claimed = await claim(tab, ben, { kind: 'mine' });
  if (!('order' in claimed)) throw new Error('nothing was claimed');
  const claimId = claimed.order.id;
  const taken = await attempt({ id: claimId, shareId: settlementShareOf(claimId, ben) }, 'agent');
  await recordCash(orders(), taken);
  const [payment] = await listPayments(orders(), claimId, ['authorized']);
  return { id, tab, claimId, paymentId: payment!.id };
}

/** They lock a round, then the settlements that paid it, then its tab. */
const OF_PAID_AFTER: Record<string, Writer<AfterScene>> = {
  claimPart: ({ tab }) => claim(tab, tab.people[2]!, { kind: 'rest' }),
  recordSettled: async ({ claimId, paymentId }) => {
    await recordCaptureStarted(orders(), claimId);
    await recordSettled(orders(), claimId, [{ paymentId, amount: 250 }]);
  },
  recordEndedClaim: ({ claimId }) =>
    recordEnded(orders(), claimId, { status: 'expired', reason: 'payment_deadline' }, [STAFF]),
  cancelLines: ({ id }) =>
    cancelLines(orders(), id, {
      ...{ commandId: randomUUID(), requestHash: 'hash', lines: undefined, reason: null },
      ...{ actorId: 'agent', limit: null },
    }),
  recordEndedRound: ({ id }) =>
    recordEnded(orders(), id, { status: 'canceled', reason: 'canceled_by_agent' }, [STAFF]),
  correctReceivable: ({ id, tab }) =>
    correctReceivable(orders(), { mendId: randomUUID(), orderId: id, currency: 'eur' }, tab.id),
  recordAdvancedRound: ({ id }) => recordAdvanced(orders(), id, 'preparing', 'agent'),
  recordChangeApplied: async ({ id, tab }) => {
    const cleo = tab.people[2]!;
    const { lines } = (await readOrder(orders(), id))!.order;
    const line = lines.find(({ participantId }) => participantId === cleo);
    if (!line) return;
    const set = [{ lineId: line.id, quantity: line.quantity + 1 }];
    const change = await holdChange(id, cleo, { set, add: [] }, line.unitAmount);
    if (!change) return;
    await recordChangeApplied(orders(), change);
    await finishChange(orders(), change);
  },
  sendRound: ({ tab }) => sendBasket(orders(), tab),
  giveSavedCard: ({ tab }) =>
    giveSavedCard(
      orders(),
      {
        ...{ tabId: tab.id, participantId: tab.hostId, hasAccount: true, chargeAfterHours: 12 },
        address: { email: 'ada@example.test', isProven: true },
      },
      {
        ...{ paymentMethodId: `pm_${randomUUID()}`, stripeCustomerId: 'cus_1', brand: 'visa', last4: '4242' },
        ...{ expMonth: 1, expYear: 2099 },
      },
    ),
  writeOffTab: ({ tab }) =>
    writeOffTab(
      orders(),
      tab.id,
      { actor: 'agent', actorId: 'agent', key: randomUUID() },
      { id: randomUUID(), reason: 'they left' },
    ),
};

/** Functions that write nothing of a placed order, or run within one of the above. */
const NO_WRITERS = [
  // Tried with the end of the change, or written as a payment is.
  ...[
    'writeChange',
    'noteAnswered',
    'divideTakenOff',
    'closeQuestions',
    'reopenQuestion',
    'fitQuestions',
    'wantEnd',
  ],
  ...['requestChange', 'previewChange', 'recordChangeHeld', 'closeChange', 'recordChangeCaptured'],
  ...[
    'assertMayOweMore',
    'planWanted',
    'planAgreed',
    ...['agreeToChange', 'withdrawChange', 'takeCashOf', 'writeCashPayment', 'startCaptures'],
    ...['writeShares', 'writeParts', 'writeDiscount', 'reserveRefunds'],
    'lockTabOf',
    'planOwed',
    'planOwedAgain',
    'takeLinesOff',
    'bookChange',
  ],
  // Tried with a change that is applied, or written as a refund is.
  ...['seeChanges', 'noteSeen', 'addChangeMails', 'reserveUnreturned'],
  ...['planUnpaid', 'finishUnpaidChange', 'finishChange', 'keepBill', 'writeLines', 'noteApplied'],
  ...['insertOrder', 'recordHeld', 'recordRejected', 'changeOrder', 'changeOrderAtOnce', 'reserve'],
  ...[
    'startStripeCall',
    'addMails',
    'addAccountMail',
    'settleStripeEvent',
    'setPaymentCustomer',
    'noteWorker',
    'forgetWorker',
  ],
  ...['bookRefund', 'bookRefundReversal', 'bookDispute', 'bookDisputeWon', 'settleShare'],
  ...['recordDifferences', 'closeDifference', 'noteSeenDisputes', 'startMend', 'recordMendEnded'],
  ...['recordRunStarted', 'recordProgress', 'recordRunEnded', 'recordRunFailed', 'claimJob', 'noteJobDone'],
  ...[
    'runPart',
    'runParts',
    'runMove',
    'changeTab',
    'tellTab',
    'tellAsked',
    'openTab',
    'withFreshCodes',
    'noteSeen',
  ],
  ...['insertLines', 'rewriteLine', 'repriceLines', 'reshareLine', 'deleteLines', 'takeOutOfBasket'],
  ...['returnLines', 'takeLinesOut', 'unready', 'unreadyAll', 'admitToRound', 'judgeRound'],
  ...[
    'addTo',
    'forgetKnocks',
    'freeClaim',
    'changeOrderIn',
    'changeTabIn',
    'withTheseOrders',
    'cancelLinesIn',
  ],
];

const sources = (folder: string) =>
  readdirSync(new URL(folder, import.meta.url), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, folder, name), 'utf8') }));

test('whatever writes to the orders database is tried here', () => {
  const exported = sources('.').flatMap(({ text }) =>
    [...text.matchAll(/^export async function (\w+)/gm)].map(([, name]) => name!),
  );
  const tried = new Set([
    ...[WRITERS, OF_ROUND, OF_PAID_AFTER].flatMap((writers) => Object.keys(writers)),
    ...NO_WRITERS,
    ...LIKE_ADD_LINES,
    ...LIKE_GIVE_SAVED_CARD,
  ]);
  const writing = exported.filter((name) => !/^(read|list|has|was|count|find|is|sum)[A-Z]/.test(name));
  expect(
    writing.filter((name) => !tried.has(name)),
    'add each to WRITERS, OF_ROUND or OF_PAID_AFTER, or to NO_WRITERS',
  ).toEqual([]);
  expect(Object.keys(WRITERS).filter((name) => ![...OF_PAID, ...OF_UNPAID].includes(name))).toEqual([]);
});

test.each(['.', '../catalog', '../users'])(
  'rows of %s are locked for no key update, as ADR 8 says',
  (folder) => {
    const others = sources(folder).flatMap(({ name, text }) =>
      text
        .split('\n')
        .filter((line) => /for update|lockMode|LockMode/i.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(others).toEqual([]);
  },
);

test.each([
  ['that is paid', OF_PAID, recordConfirmedOrder],
  ['that is not paid yet', OF_UNPAID, recordAuthorizedOrder],
])('no two writers of an order %s ever wait for each other in a circle', async (_which, names, record) => {
  const make = async (): Promise<Scene> => {
    const { id, shareId, paymentId } = await record(orders());
    return { id, shareId, payment: (await readPayment(orders(), paymentId))! };
  };
  expect(await playPairs(orders(), writersOf(names), make)).toEqual([]);
});

test('nor do two writers of a round and its tab', async () => {
  expect(await playPairs(orders(), OF_ROUND, makeRound)).toEqual([]);
});

test('nor do two writers of a round that is paid after, its payments and its tab', async () => {
  expect(await playPairs(orders(), OF_PAID_AFTER, makeAfter)).toEqual([]);
});
