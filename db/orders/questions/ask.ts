/** Asks whoever ordered a line what is to be done about units that have run out, and takes the question back. */

import { sql } from 'kysely';
import { BOARD_STATUSES } from '../../../domain/order.ts';
import { unitsLeft } from '../../../domain/sold-out-answer.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';
import type { Database } from '../../database.ts';
import { queryFirst, run, selectRow } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import { QuestionEntity, type QuestionRow } from '../entities/question.ts';
import { addMails } from '../mails/mails.ts';
import { changeOrder } from '../orders/change-order.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { readAskedBill } from './open-questions.ts';

/** Why nobody is asked, or an answer is not taken; nothing was written. */
export class QuestionRefused extends Error {
  readonly reason:
    | 'not_now'
    | 'unknown_line'
    /** Another question about the line is open, or its answer is being carried out. */
    | 'one_is_open'
    /** Fewer units than that are left of the line: `most`. */
    | 'more_than_left'
    /** It was answered, decided or withdrawn. */
    | 'over'
    /** A change of the order is under way. */
    | 'change_open'
    | 'stale';
  readonly most: number | undefined;

  constructor(reason: QuestionRefused['reason'], most?: number) {
    super(`the question is refused: ${reason}`);
    this.reason = reason;
    this.most = most;
  }
}

/** Units that have run out, and what staff suggest instead. */
export interface SoldOutUnits {
  readonly id: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly requestHash: string;
  /** Absent: all that are left of the line. */
  readonly quantity?: number | undefined;
  readonly suggestion: PricedLine | null;
  /** The staff member. */
  readonly actorId: string;
  /** How long she may think about it. */
  readonly forMs: number;
}

/**
 * Asks about units of a line, under the order's lock: tells its tab, and writes a mail. Repeated with the same id, it
 * returns the first question. Throws QuestionRefused.
 */
export async function askAboutLine(orders: Database, asked: SoldOutUnits): Promise<QuestionRow> {
  const { id, orderId, lineId, requestHash, suggestion, actorId, forMs } = asked;
  const key = `question:${id}`;
  await changeOrder(orders, orderId, key, async (order, em) => {
    if (!mayAsk(order)) throw new QuestionRefused('not_now');
    const { lines } = await readAskedBill(em, order);
    const line = lines.find((one) => one.id === lineId);
    if (!line) throw new QuestionRefused('unknown_line');
    const open = await queryFirst(
      em,
      sql`select from questions q where q.line_id = ${lineId} and (q.status = 'open' or q.change_id = ${order.changeId ?? null}
            or (q.answer is not null and q.change_id is null))`,
    );
    if (open) throw new QuestionRefused('one_is_open');
    const left = unitsLeft({ ...line, lineId }, lines);
    const quantity = asked.quantity ?? left;
    if (left === 0 || quantity > left) throw new QuestionRefused('more_than_left', left);
    const { participantId } = line;
    await run(
      em,
      sql`insert into questions (id, order_id, line_id, participant_id, request_hash, name, quantity, suggestion, if_sold_out,
            actor_id, deadline)
          values (${id}, ${orderId}, ${lineId}, ${participantId}, ${requestHash}, ${line.name}, ${quantity},
            ${suggestion && JSON.stringify(suggestion)}::jsonb, ${line.ifSoldOut ?? 'leave_out'}, ${actorId},
            clock_timestamp() + make_interval(secs => ${forMs / 1000}))`,
    );
    order.openQuestions += 1;
    await addMails(em, orderId, { type: 'sold_out', only: participantId, data: { questionId: id } });
    const news = { type: 'line_sold_out', follows: key, actor: 'agent', actorId } as const;
    await tellTab(em, order, { ...news, data: { lineId, participantId } });
    return { type: 'sold_out_asked', actor: 'agent', actorId };
  });
  return (await readQuestion(orders, id))!;
}

/** Returns whether something of an order may run out, and its people be asked: it is paid for, and not handed over. */
export function mayAsk({ kind, status }: Pick<OrderRow, 'kind' | 'status'>): boolean {
  return kind === 'goods' && BOARD_STATUSES.some((one) => one === status);
}

/** Takes a question back, since the units were found after all. Safe to repeat. Throws QuestionRefused. */
export async function withdrawQuestion(
  orders: Database,
  { orderId, questionId, actorId }: { orderId: string; questionId: string; actorId: string },
): Promise<void> {
  const key = `question:${questionId}:withdrawn`;
  await changeOrder(orders, orderId, key, async (order, em) => {
    const question = await selectRow(
      em,
      QuestionEntity,
      sql`id = ${questionId} and order_id = ${orderId} for no key update`,
    );
    if (question?.status === 'withdrawn') return undefined;
    if (question?.status !== 'open') throw new QuestionRefused('over');
    await run(em, sql`update questions set status = 'withdrawn', is_moot = true where id = ${questionId}`);
    order.openQuestions -= 1;
    await tellTab(em, order, { type: 'question_over', follows: key, actor: 'agent', actorId });
    return { type: 'sold_out_withdrawn', actor: 'agent', actorId };
  });
}

/** Returns a question, or undefined. */
export async function readQuestion(orders: Database, id: string): Promise<QuestionRow | undefined> {
  return selectRow(orders.em.fork(), QuestionEntity, sql`id = ${id}`);
}
