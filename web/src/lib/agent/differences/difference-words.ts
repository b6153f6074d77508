/** Texts about differences for staff: name, problem, and what a person should do. */

import { staffDifferences } from '#messages';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { ORDER_STATUSES, type OrderStatus } from '#domain/order.ts';
import type { DifferenceKind } from '#domain/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { STATUS_WORDS } from '../../ui/status-words.ts';
import { codeWords } from '../orders/words.ts';
import {
  capital,
  intentWords,
  ledgerWords,
  moneyOf,
  operationWords,
  orderWords,
  workflowWords,
} from './phrases.ts';

/** Returns the name of a kind of difference, as a headline. */
export function kindTitle(kind: DifferenceKind): string {
  switch (kind) {
    case 'money_without_order':
      return staffDifferences.moneyWithoutOrder();
    case 'order_without_money':
      return staffDifferences.orderWithoutMoney();
    case 'unknown_outcome':
      return staffDifferences.unknownOutcome();
    case 'open_authorization':
      return staffDifferences.openAuthorization();
    case 'amount_differs':
      return staffDifferences.amountDiffers();
    case 'orphaned_intent':
      return staffDifferences.orphanedIntent();
    case 'missing_workflow':
      return staffDifferences.missingWorkflow();
    case 'overdue_hold':
      return staffDifferences.overdueHold();
    case 'failing_workflow':
      return staffDifferences.failingWorkflow();
    case 'workflow_behind':
      return staffDifferences.workflowBehind();
    case 'stuck_activity':
      return staffDifferences.stuckActivity();
    case 'ledger_differs':
      return staffDifferences.ledgerDiffers();
    case 'endless_claim':
      return staffDifferences.endlessClaim();
    case 'endless_change':
      return staffDifferences.endlessChange();
    case 'change_not_returned':
      return staffDifferences.changeNotReturned();
    case 'receivable_differs':
      return staffDifferences.receivableDiffers();
    case 'ended_tab_owes':
      return staffDifferences.endedTabOwes();
  }
}

/** Wrong money is most prominent; a mere delay is a warning. */
export function kindTone(kind: DifferenceKind): Tone {
  switch (kind) {
    case 'money_without_order':
    case 'order_without_money':
    case 'amount_differs':
    case 'open_authorization':
    case 'ledger_differs':
    case 'receivable_differs':
    case 'change_not_returned':
      return 'bad';
    case 'unknown_outcome':
    case 'missing_workflow':
    case 'overdue_hold':
    case 'failing_workflow':
    case 'workflow_behind':
    case 'stuck_activity':
    case 'endless_claim':
    case 'endless_change':
    case 'ended_tab_owes':
      return 'warn';
    case 'orphaned_intent':
      return 'neutral';
  }
}

/** Describes the difference in a sentence or two. */
export function differenceWords(difference: Difference): string {
  const { kind, details } = difference;
  const money = moneyOf(difference) ?? staffDifferences.someMoney();
  const order = orderWords(difference);
  const about = { order, money };
  switch (kind) {
    case 'money_without_order':
      return details.orderStatus === undefined
        ? staffDifferences.strayMoney(about)
        : staffDifferences.endedMoney({ ...about, status: statusWords(details.orderStatus) });
    case 'order_without_money':
      if (details.paidAmount !== undefined) return capital(staffDifferences.paidTooLittle(about));
      return capital(
        staffDifferences.notTaken({
          order,
          money: moneyOf(difference) ?? staffDifferences.itsMoney(),
          why: intentWords(details.intentStatus),
        }),
      );
    case 'unknown_outcome':
      return staffDifferences.neverHeard({ order, operation: operationWords(details.operation) });
    case 'open_authorization':
      return capital(
        details.orderStatus === undefined
          ? staffDifferences.reservedStray(about)
          : staffDifferences.reservedEnded(about),
      );
    case 'amount_differs':
      return details.paidAmount === undefined
        ? staffDifferences.bookedOtherwise(about)
        : capital(staffDifferences.paidTooMuch(about));
    case 'orphaned_intent':
      return staffDifferences.neverUsed(about);
    case 'missing_workflow':
      return capital(staffDifferences.nothingWorks({ order, why: workflowWords(details.workflowStatus) }));
    case 'overdue_hold':
      return details.changeId === undefined
        ? staffDifferences.heldTooLong(about)
        : staffDifferences.heldByChange(about);
    case 'failing_workflow':
      return staffDifferences.cannotGoOn({ order, count: details.attempt ?? 0 });
    case 'workflow_behind':
      return details.orderStatus === details.workflowStatus || details.orderStatus === undefined
        ? staffDifferences.behindUnheard(about)
        : capital(
            staffDifferences.behindStatus({
              order,
              status: statusWords(details.orderStatus),
              known: statusWords(details.workflowStatus ?? staffDifferences.unknown()),
            }),
          );
    case 'stuck_activity':
      return staffDifferences.stuckStep({
        order,
        step: details.activity ?? staffDifferences.unknown(),
        count: details.attempt ?? 0,
      });
    case 'ledger_differs':
      return ledgerWords(details.ledgerPart, order);
    case 'endless_claim':
      return capital(staffDifferences.claimPastEnd(about));
    case 'endless_change':
      return capital(changeWords(details, about));
    case 'change_not_returned':
      return staffDifferences.changeOwes(about);
    case 'receivable_differs':
      return staffDifferences.tabOwesOtherwise({ money });
    case 'ended_tab_owes':
      return staffDifferences.tabOwesForEver({ money });
  }
}

/** Returns what has become of a change that does not end. */
function changeWords(
  { changeStatus, changeAwaits }: Difference['details'],
  about: { order: string },
): string {
  if (changeStatus !== 'applied') return staffDifferences.changePastEnd(about);
  return changeAwaits === 'stock'
    ? staffDifferences.changeStockBehind(about)
    : staffDifferences.changeNotCharged(about);
}

/** Returns an order's status for use within a sentence. */
function statusWords(status: string): string {
  const known = (ORDER_STATUSES as readonly string[]).includes(status);
  return known ? STATUS_WORDS[status as OrderStatus].label.toLowerCase() : codeWords(status);
}

/** Returns what a person should do if no action exists. */
export function adviceWords({ kind, details }: Difference): string {
  if (details.paidAmount !== undefined)
    return kind === 'order_without_money' ? staffDifferences.adviceLess() : staffDifferences.adviceMore();
  if (kind === 'order_without_money')
    return details.intentStatus === 'missing'
      ? staffDifferences.adviceMissing()
      : staffDifferences.adviceLost();
  return staffDifferences.adviceElse();
}
