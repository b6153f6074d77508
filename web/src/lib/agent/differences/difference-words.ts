/** What staff read of a difference: what it is called, what is wrong, and what a person should do about it. */

import type { Difference } from '#domain/contract/reconciliation.ts';
import type { DifferenceKind } from '#domain/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { codeWords } from '../orders/words.ts';
import {
  capital,
  intentWords,
  ledgerWords,
  moneyOf,
  operationWords,
  orderWords,
  triesWords,
  workflowWords,
} from './phrases.ts';

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
    case 'workflow_behind':
      return 'Workflow behind';
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
    case 'workflow_behind':
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
    case 'workflow_behind':
      return details.orderStatus === details.workflowStatus || details.orderStatus === undefined
        ? `The workflow of ${order} has not heard of all that is recorded of it.`
        : `${capital(order)} is ${codeWords(details.orderStatus)}, but its workflow takes it to be ${codeWords(details.workflowStatus ?? 'unknown')}.`;
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
