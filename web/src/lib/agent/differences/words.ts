/** What staff read of differences: what is wrong, what a button does, and how it went. */

import type { Difference, Reconciliation } from '#domain/contract/reconciliation.ts';
import { formatAmount } from '#domain/money.ts';
import type { DifferenceKind, LedgerPart, MendAction } from '#domain/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { codeWords } from '../orders/words.ts';

type Mend = Difference['mends'][number];
type Run = Reconciliation['runs'][number];

/** The name of a kind of difference, as a headline. */
export function kindTitle(kind: DifferenceKind): string {
  switch (kind) {
    case 'money_without_order':
      return 'Money without an order';
    case 'order_without_money':
      return 'Order without money';
    case 'unknown_outcome':
      return 'Outcome unknown';
    case 'open_authorization':
      return 'Card still reserved';
    case 'amount_differs':
      return 'Amounts differ';
    case 'orphaned_intent':
      return 'Payment that nobody needs';
    case 'missing_workflow':
      return 'Workflow missing';
    case 'overdue_hold':
      return 'Stock set aside too long';
    case 'failing_workflow':
      return 'Workflow failing';
    case 'stuck_activity':
      return 'Step stuck';
    case 'ledger_differs':
      return 'Ledger differs';
  }
}

/** Money that is wrong comes first to the eye; what only waits is a warning. */
export function kindTone(kind: DifferenceKind): Tone {
  switch (kind) {
    case 'money_without_order':
    case 'order_without_money':
    case 'amount_differs':
    case 'open_authorization':
    case 'ledger_differs':
      return 'bad';
    case 'unknown_outcome':
    case 'missing_workflow':
    case 'overdue_hold':
    case 'failing_workflow':
    case 'stuck_activity':
      return 'warn';
    case 'orphaned_intent':
      return 'neutral';
  }
}

/** What differs, in a sentence or two. */
export function differenceWords(difference: Difference): string {
  const { kind, details } = difference;
  const money = moneyOf(difference) ?? 'Money';
  const order = orderWords(difference);
  switch (kind) {
    case 'money_without_order':
      return details.orderStatus === undefined
        ? `Stripe holds ${money} that no payment of ours knows of.`
        : `Stripe holds ${money} for ${order}, which has ended: it was ${codeWords(details.orderStatus)}.`;
    case 'order_without_money':
      if (details.paidAmount !== undefined)
        return `${capital(order)} was paid for with less than it comes to.`;
      return `${capital(order)} counts as paid, but Stripe has not taken ${moneyOf(difference) ?? 'its money'}: ${intentWords(details.intentStatus)}.`;
    case 'unknown_outcome':
      return `We asked Stripe to ${operationWords(details.operation)} for ${order} and never heard what became of it.`;
    case 'open_authorization':
      return `${money} is still reserved on the customer’s card, though ${details.orderStatus === undefined ? 'no payment of ours asks for it' : `${order} has ended`}.`;
    case 'amount_differs':
      if (details.paidAmount !== undefined)
        return `${capital(order)} was paid for with more than it comes to.`;
      return `What we have booked for ${order} is not what Stripe says.`;
    case 'orphaned_intent':
      return `A payment of ${money} was begun at Stripe and never used. No money has moved.`;
    case 'missing_workflow':
      return `${capital(order)} is not finished, but nothing works on it: ${workflowWords(details.workflowStatus)}.`;
    case 'overdue_hold':
      return `Stock is set aside for ${order} past its deadline, and cannot be sold.`;
    case 'failing_workflow':
      return `The workflow of ${order} cannot go on: its task has failed${triesWords(details.attempt)}.`;
    case 'stuck_activity':
      return `The step “${details.activity ?? 'unknown'}” of ${order} has been tried${triesWords(details.attempt) || ' over and over'} without success.`;
    case 'ledger_differs':
      return ledgerWords(details.ledgerPart, order);
  }
}

/** What a person should do where no button can. */
export function adviceWords({ kind, details }: Difference): string {
  if (details.paidAmount !== undefined)
    return kind === 'order_without_money'
      ? 'Look at who has paid what, then ask for what is missing.'
      : 'Look at who has paid what, then give back what is too much.';
  if (kind === 'order_without_money')
    return details.intentStatus === 'missing'
      ? 'Look the payment up in Stripe’s dashboard, then ask the customer to pay, or cancel the order.'
      : 'The money can no longer be taken. Ask the customer to pay another way, or cancel the order.';
  return 'No button can set this right. Open its workflow and find out what happened.';
}

/** The button of a difference, and what the dialog says will happen when it is pressed. */
export interface MendWords {
  readonly label: string;
  readonly question: string;
  readonly consequence: string;
  /** Moves money in a way that cannot be taken back. */
  readonly isFinal: boolean;
}

/** The words on the one button that a difference has, and in its dialog. */
export function mendWords(action: MendAction, difference: Difference): MendWords {
  const money = moneyOf(difference);
  const amount = money ?? 'the money';
  const order = orderWords(difference);
  const isRefund = difference.details.workflowId?.startsWith('refund-') ?? false;
  switch (action) {
    case 'refund':
      return {
        label: money ? `Refund ${money}` : 'Refund',
        question: `Refund ${amount}?`,
        consequence: `${capital(amount)} goes back to the card it came from. This cannot be undone.`,
        isFinal: true,
      };
    case 'void':
      return difference.kind === 'orphaned_intent'
        ? {
            label: 'Cancel this payment',
            question: 'Cancel this payment?',
            consequence: 'It is canceled at Stripe. No money moves, and nobody can pay with it any more.',
            isFinal: false,
          }
        : {
            label: money ? `Release ${money}` : 'Release the card',
            question: `Release ${amount}?`,
            consequence: `The authorization is canceled at Stripe: ${amount} is free again on the customer’s card. If the money was taken meanwhile, nothing is changed.`,
            isFinal: true,
          };
    case 'capture':
      return {
        label: money ? `Take ${money}` : 'Take the money',
        question: `Take ${amount}?`,
        consequence: `${capital(amount)}, which the customer’s card has authorized for ${order}, is taken now.`,
        isFinal: true,
      };
    case 'read_back':
      return {
        label: 'Ask Stripe and book it',
        question: 'Ask Stripe and book what it says?',
        consequence: `Stripe is asked what became of this payment, and our record of ${order} is made to say the same. Money that came for nothing goes back.`,
        isFinal: false,
      };
    case 'correct':
      return {
        label: 'Correct the ledger',
        question: 'Correct the ledger?',
        consequence: `Stripe is asked first, and what it tells of ${order} is booked. What the ledger still lacks or has too much is booked as a correction; nothing in it is rewritten.`,
        isFinal: false,
      };
    case 'release':
      return {
        label: 'Put back on sale',
        question: 'Put the stock back on sale?',
        consequence: `What is set aside for ${order} can be sold again at once.`,
        isFinal: false,
      };
    case 'resume':
      return {
        label: isRefund ? 'Resume the refund' : 'Resume the order',
        question: isRefund ? 'Resume this refund?' : `Resume ${order}?`,
        consequence: `A workflow goes on from what is recorded. What was done already is not done again: nobody is charged twice.`,
        isFinal: false,
      };
    case 'retry':
      return {
        label: 'Try it now',
        question: 'Try this step now?',
        consequence:
          'It is tried at once instead of at its next turn. What made it fail should be gone first.',
        isFinal: false,
      };
  }
}

/** What was asked for, as the record tells it: `asked for a refund`. */
export function askedWords(action: MendAction): string {
  switch (action) {
    case 'refund':
      return 'asked for a refund';
    case 'void':
      return 'asked to release it at Stripe';
    case 'capture':
      return 'asked to take the money';
    case 'read_back':
      return 'asked Stripe, to book what it says';
    case 'correct':
      return 'had the ledger corrected';
    case 'release':
      return 'put the stock back on sale';
    case 'resume':
      return 'resumed it from its record';
    case 'retry':
      return 'had it tried at once';
  }
}

/** How a mend went; null while it is under way. */
export function outcomeWords(outcome: Mend['outcome']): { label: string; tone: Tone } {
  switch (outcome) {
    case null:
      return { label: 'Under way', tone: 'info' };
    case 'mended':
      return { label: 'Done', tone: 'good' };
    case 'refused':
      return { label: 'Not set right', tone: 'warn' };
    case 'failed':
      return { label: 'Failed', tone: 'bad' };
  }
}

/** The note of a mend as a sentence. */
export function noteWords(note: string): string {
  const text = capital(note.trim());
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Amounts of two sides to be held against each other. */
export interface Amounts {
  /** Who says so, as the heads of two columns. */
  readonly sides: readonly [string, string];
  readonly pairs: readonly AmountPair[];
}

/** One amount as each side has it; null where that side says nothing. */
export interface AmountPair {
  readonly label: string;
  readonly amounts: readonly [string | null, string | null];
  readonly differs: boolean;
}

/** What our payment and Stripe, the ledger and what it books, or an order and its payments say, in the order it is read. */
export function amountsOf({ details, currency }: Difference): Amounts | undefined {
  if (currency === null) return undefined;
  const pair = (label: string, one?: number, other?: number): AmountPair[] => {
    if (one === undefined && other === undefined) return [];
    const text = (amount?: number) => (amount === undefined ? null : formatAmount(amount, currency));
    return [{ label, amounts: [text(one), text(other)], differs: one !== other }];
  };
  if (details.ledgerPart !== undefined) {
    const { ledgerPart, ledgerAmount, ourAmount, stripeAmount } = details;
    return {
      sides: ['In the ledger', stripeAmount === undefined ? 'By our record' : 'At Stripe'],
      pairs: pair(LEDGER_LABELS[ledgerPart], ledgerAmount, ourAmount ?? stripeAmount),
    };
  }
  if (details.paidAmount !== undefined)
    return {
      sides: ['The order', 'Its payments'],
      pairs: pair('Total', details.orderAmount, details.paidAmount),
    };
  const nothingBack = !details.ourRefundedAmount && !details.stripeRefundedAmount;
  const pairs = [
    ...pair('Taken', details.ourAmount, details.stripeAmount),
    ...(nothingBack ? [] : pair('Given back', details.ourRefundedAmount, details.stripeRefundedAmount)),
  ];
  return pairs.length > 0 ? { sides: ['In our books', 'At Stripe'], pairs } : undefined;
}

const LEDGER_LABELS: Readonly<Record<LedgerPart, string>> = {
  money: 'Taken and kept',
  memo: 'Reserved on the card',
  fee: 'Fee',
  dispute: 'Moved by the dispute',
  booking: 'Booked',
};

/** Who began a comparison. */
export function starterWords(startedBy: string): string {
  return startedBy === 'schedule' ? 'On schedule' : startedBy;
}

/** How a comparison went, and what it found. */
export function runWords({ status, found }: Run): { label: string; tone: Tone } {
  switch (status) {
    case 'running':
      return { label: 'Comparing…', tone: 'info' };
    case 'failed':
      return { label: 'Failed', tone: 'bad' };
    case 'completed':
      if (found === 0) return { label: 'Everything agrees', tone: 'good' };
      return { label: found === 1 ? '1 difference' : `${found} differences`, tone: 'warn' };
  }
}

/** What a comparison looked at: `9 paid orders, 12 payments, 14 at Stripe, 40 bookings, 3 workflows`. */
export function comparedWords(run: Run): string {
  const count = (number: number, one: string, many: string): string =>
    `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  return [
    count(run.comparedOrders, 'paid order', 'paid orders'),
    count(run.comparedPayments, 'payment', 'payments'),
    count(run.comparedIntents, 'at Stripe', 'at Stripe'),
    count(run.comparedBookings, 'booking', 'bookings'),
    count(run.comparedWorkflows, 'workflow', 'workflows'),
  ].join(', ');
}

function orderWords({ orderId, orderNumber, details }: Difference): string {
  if (orderNumber !== null) return `order ${orderNumber}`;
  if (orderId !== null) return 'an order without a number';
  return details.workflowId === undefined ? 'an order we do not know' : details.workflowId;
}

function moneyOf({ amount, currency }: Difference): string | undefined {
  return amount === null || currency === null ? undefined : formatAmount(amount, currency);
}

function intentWords(status: string | undefined): string {
  switch (status) {
    case 'missing':
      return 'it knows no such payment';
    case 'requires_capture':
      return 'the card has authorized it, it only has to be taken';
    case undefined:
      return 'it does not say why';
    default:
      return `there it is “${codeWords(status)}”`;
  }
}

function operationWords(operation: string | undefined): string {
  switch (operation) {
    case 'create':
      return 'begin a payment';
    case 'confirm':
      return 'authorize a payment';
    case 'capture':
      return 'take the money';
    case 'cancel':
      return 'cancel a payment';
    case 'refund':
      return 'give money back';
    default:
      return operation === undefined ? 'do something' : codeWords(operation);
  }
}

function ledgerWords(part: LedgerPart | undefined, order: string): string {
  switch (part) {
    case 'memo':
      return `The ledger says otherwise than our record what is reserved on a card for ${order}.`;
    case 'fee':
      return `The ledger has another fee for ${order} than Stripe took.`;
    case 'dispute':
      return `The ledger says otherwise than Stripe what a dispute of ${order} moved.`;
    case 'booking':
      return `The ledger has a booking for ${order} of something that never was.`;
    case 'money':
    case undefined:
      return `The ledger says otherwise than our record what was taken and kept for ${order}.`;
  }
}

function workflowWords(status: string | undefined): string {
  if (status === undefined || status === 'missing') return 'Temporal knows no workflow for it';
  return `its workflow is ${codeWords(status.toLowerCase())}`;
}

function triesWords(attempt: number | undefined): string {
  if (attempt === undefined) return '';
  return attempt === 1 ? ' once' : ` ${attempt} times`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
