/** Does, without an answer, what was chosen at ordering about units that have run out. */

import { sql } from 'kysely';
import { storyOf } from '../../../domain/change-story.ts';
import { costsNobodyMore, planChange, type ChangePlan, type PlannedChange } from '../../../domain/change.ts';
import type { ChangeDraft } from '../../../domain/order-change.ts';
import { partsByPerson, type DividedLine } from '../../../domain/round-parts.ts';
import type { Standing } from '../../../domain/standing.ts';
import {
  answerByChoice,
  draftAnswer,
  unitsLeft,
  type SoldOutAnswer,
} from '../../../domain/sold-out-answer.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { run, selectRow } from '../../sql.ts';
import { linesOfPlan, mayTabOwe, planOwed } from '../changes/owed-bill.ts';
import { writeChange } from '../changes/request-change.ts';
import { addedOf, type OrderBill } from '../changes/read-bill.ts';
import type { AddedLine } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { QuestionEntity, type QuestionRow } from '../entities/question.ts';
import { askForPerson, changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { mayAsk } from './ask.ts';
import { readAskedBill } from './open-questions.ts';
import { wantEnd } from './want-end.ts';

/** A change that keeps being given up is left to a person. */
const MOST_ATTEMPTS = 3;
/** How long the hold of the change may still be decided. */
const ACCEPT_SECONDS = 60;
/** Somebody who pays a part of it is done by then. */
const CLAIM_SECONDS = 60;
/** The clocks of the database and the workflow may differ by that. */
const EARLY_SECONDS = 2;

/**
 * Decides an open question whose time is over: writes the change, or the request to end the order, that does what was
 * chosen at ordering. Does nothing while another change is open, or if it was answered meanwhile. Safe to repeat.
 */
export async function decideQuestion(
  orders: Database,
  { orderId, questionId }: { orderId: string; questionId: string },
): Promise<Standing> {
  const before = await selectRow(orders.em.fork(), QuestionEntity, sql`id = ${questionId}`);
  const key = `question:${questionId}:decided:${before?.attempts ?? 0}`;
  const { order } = await changeOrder(orders, orderId, key, async (order, em) => {
    const question = await selectRow(
      em,
      QuestionEntity,
      sql`id = ${questionId} and status = 'open' and deadline < clock_timestamp() + make_interval(secs => ${EARLY_SECONDS})
            for no key update`,
    );
    if (!question || order.changeId || question.attempts !== before?.attempts) return undefined;
    const tell = () => tellTab(em, order, { type: 'question_over', follows: key });
    const bill = await readAskedBill(em, order);
    if (!mayAsk(order) || unitsLeft(question, bill.lines) === 0) {
      await tell();
      await note(em, question, { status: 'withdrawn', answer: null, isMoot: true });
      order.openQuestions -= 1;
      return { type: 'sold_out_decided' };
    }
    const decided = await decide(question, bill.lines, {
      planOf: (draft) => planOf(em, order, bill, draft),
      isFree: (draft, plan) =>
        costsNobodyMore(plan) && !owesMore(order, bill, draft, plan, question.participantId),
    });
    if (decided === 'later') {
      await run(
        em,
        sql`update questions set deadline = clock_timestamp() + make_interval(secs => ${CLAIM_SECONDS}) where id = ${questionId}`,
      );
      return undefined;
    }
    await tell();
    if (!decided) {
      await note(em, question, { status: 'decided', answer: null });
      order.openQuestions -= 1;
      askForPerson(order, 'sold_out');
      return { type: 'sold_out_decided' };
    }
    if (decided.endsOrder) {
      await note(em, question, { status: 'decided', answer: decided.answer });
      await wantEnd(em, order, question, { by: 'workflow', actorId: 'workflow' });
      return { type: 'sold_out_decided' };
    }
    const { draft, plan, answer } = decided;
    const changeId = changeOfDecision(question);
    const story = storyOf(draft, { lines: bill.lines, place: order.place ?? null });
    await writeChange(
      em,
      order,
      {
        ...{ id: changeId, requestHash: '', by: 'shop', participantId: null, actorId: 'workflow' },
        ...{ draft: { ...draft, story }, acceptForMs: ACCEPT_SECONDS * 1000, answers: { questionId } },
      },
      plan,
    );
    await note(em, question, { status: 'decided', answer, changeId });
    order.openQuestions -= 1;
    return { type: 'sold_out_decided', data: { amount: plan.differenceAmount } };
  });
  return order;
}

type Decision =
  | { readonly endsOrder: true; readonly answer: SoldOutAnswer }
  | {
      readonly endsOrder?: false;
      readonly answer: SoldOutAnswer;
      readonly draft: ChangeDraft<AddedLine>;
      readonly plan: Exclude<PlannedChange, { refused: unknown }>;
    };

/** Returns what is done; undefined: a person must see to it; `later`: somebody is paying a part of it right now. */
async function decide(
  question: QuestionRow,
  lines: OrderBill['lines'],
  {
    planOf,
    isFree,
  }: {
    readonly planOf: (draft: ChangeDraft<AddedLine>) => Promise<PlannedChange>;
    readonly isFree: (draft: ChangeDraft<AddedLine>, plan: ChangePlan) => boolean;
  },
): Promise<Decision | 'later' | undefined> {
  const { suggestion, attempts, participantId } = question;
  if (attempts >= MOST_ATTEMPTS) return undefined;
  const tryAnswer = async (answer: SoldOutAnswer) => {
    const instead = suggestion ? [addedLine(suggestion, changeOfDecision(question), participantId)] : [];
    const draft = draftAnswer(question, answer, lines, instead);
    return { answer, draft, plan: await planOf(draft) };
  };
  const swapped = suggestion && attempts === 0 ? await tryAnswer('take') : undefined;
  const isSuggestionFree =
    swapped !== undefined && !('refused' in swapped.plan) && isFree(swapped.draft, swapped.plan);
  const answer = answerByChoice(question.ifSoldOut, { isSuggestionFree });
  const { draft, plan } = await tryAnswer(answer);
  if (!('refused' in plan)) return { answer, draft, plan };
  if (plan.refused === 'already_claimed') return 'later';
  return plan.refused === 'nothing_left' ? { endsOrder: true, answer } : undefined;
}

/** What has run out is missing, whoever shares it. */
async function planOf(
  em: OrdersManager,
  order: OrderRow,
  bill: OrderBill,
  draft: ChangeDraft<AddedLine>,
): Promise<PlannedChange> {
  if (!order.paidAfter) return planChange(bill, null, { set: draft.set, add: addedOf(bill, draft.add) });
  const { tab, plan } = await planOwed(em, order, 'staff', draft);
  if ('refused' in plan || mayTabOwe(tab, plan.differenceAmount)) return plan;
  // Its tab has ended: nothing is owed of it any more.
  return { refused: 'already_paid' };
}

/** Whether somebody owes more of a round that is paid after: what others shared is hers alone if it is replaced. */
function owesMore(
  { paidAfter, currency }: OrderRow,
  bill: OrderBill,
  draft: ChangeDraft<AddedLine>,
  plan: ChangePlan,
  participantId: string,
): boolean {
  if (!paidAfter) return false;
  const partOf = (of: readonly DividedLine[]) => partsByPerson(currency, of).get(participantId) ?? 0;
  return partOf(linesOfPlan(bill, plan, draft.add)) > partOf(bill.lines);
}

function changeOfDecision({ id, attempts }: QuestionRow): string {
  return deriveId('change', 'question', id, attempts);
}

/** Returns the line that replaces what has run out: hers alone. */
export function addedLine(line: PricedLine, changeId: string, participantId: string): AddedLine {
  return { ...line, id: lineOfSuggestion(changeId), participantId, likeLineId: null };
}

/** Returns the id of the line that replaces what has run out. */
function lineOfSuggestion(changeId: string): string {
  return deriveId('line', 'change', changeId, 0);
}

async function note(
  em: OrdersManager,
  { id }: QuestionRow,
  made: { status: 'decided' | 'withdrawn'; answer: SoldOutAnswer | null; changeId?: string; isMoot?: true },
): Promise<void> {
  await run(
    em,
    sql`update questions set status = ${made.status}, is_moot = ${made.isMoot ?? false}, answer = ${made.answer}, change_id = ${made.changeId ?? null},
          attempts = attempts + 1 where id = ${id}`,
  );
}
