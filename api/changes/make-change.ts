/** `POST /api/orders/:id/changes`: writes the change, has the order's workflow carry it out, and tells what came of it. */

import type { Settings } from '../../db/catalog/shop/settings.ts';
import { changeAttemptIdOf, changeShareIdOf } from '../../db/orders/changes/change-ids.ts';
import { ChangeRefused } from '../../db/orders/changes/change-refused.ts';
import { readChange, readChangePayers, requestChange } from '../../db/orders/changes/request-change.ts';
import type { AddedLine, ChangeRow } from '../../db/orders/entities/change.ts';
import { insertAttempt } from '../../db/orders/payments/attempts.ts';
import { QuestionRefused } from '../../db/orders/questions/ask.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { readPayer } from '../../db/users/payments/saved-cards.ts';
import type { CreateChange } from '../../domain/contract/changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { AnswerQuestion } from '../../domain/contract/sold-out.ts';
import type { ChangeDraft } from '../../domain/order-change.ts';
import type { SoldOutAnswer } from '../../domain/sold-out-answer.ts';
import { runCommand } from '../http/command.ts';
import { hashBody } from '../http/idempotency.ts';
import { judgePayer } from '../payments/payer.ts';
import { refusalOfQuestion } from '../sold-out/question-refusal.ts';
import { refusalOfRequest } from './change-refusal.ts';
import { draftChange } from './draft-change.ts';
import {
  dropChange,
  followChange,
  tellOfChange,
  type ChangeDependencies,
  type MadeChange,
} from './follow-change.ts';
import type { Maker } from './maker.ts';
import { boundsOfChange } from './owed-bounds.ts';
import { boundRefusal } from './owed-refusal.ts';
import { writeCardAttempt } from './pay-part.ts';

/** How long a change may wait until its hold is decided: its caller waits for the workflow, and then for the outcome. */
const ACCEPT_MS = 15_000;

/** A validated request, and its caller. */
export interface SentChange {
  readonly id: string;
  readonly order: Order;
  readonly body: ChangeBody;
  /** The question about what has run out that it answers, with the change that this makes. */
  readonly answers?: {
    readonly questionId: string;
    readonly answer: SoldOutAnswer;
    readonly draft: () => Promise<ChangeDraft<AddedLine>>;
  };
  readonly maker: Maker;
  readonly userId: string | null;
  /** The HMAC of the network it was sent from; null if networks are not counted. */
  readonly network: string | null;
  /** Returns an order as the caller may see it. */
  readonly show: (order: Order) => Order;
}

/** What is asked for; an answer that costs nothing more need not say what it gives back. */
export type ChangeBody = CreateChange | AnswerQuestion;

/**
 * Makes the change, or tells what became of it. Throws the errors of change-refusal.ts, forbidden, counter_only,
 * too_many_requests, idempotency_conflict and try_again: then nothing is charged, and the order is as it was.
 */
export async function makeChange(dependencies: ChangeDependencies, sent: SentChange): Promise<MadeChange> {
  const { databases, settings, deciders } = dependencies;
  const { id, body, order, maker, userId, show } = sent;
  const { participantId } = maker;
  const requestHash = hashBody(body);
  const { payment } = body;
  return runCommand<ChangeRow, MadeChange, Checked>({
    before: await readChange(databases.orders, id),
    isSame: (row) => row.requestHash === requestHash,
    check: async () => {
      const shop = await settings.read();
      const payer = await readPayer(databases.users, {
        paymentMethodId: payment?.paymentMethodId ?? null,
        userId,
      });
      return {
        shop,
        account: judgePayer(payer, userId, payment?.savePaymentMethod ?? false, ['payment']),
        draft:
          'answer' in body
            ? await sent.answers!.draft()
            : await draftChange(databases, shop, order, body, { changeId: id, participantId }),
      };
    },
    assertReady: deciders.assertReady,
    write: async ({ shop, account, draft }) => {
      const row = await request(dependencies, sent, { requestHash, draft, shop });
      await writeAttempts(dependencies, sent, row, { shop, account });
      return row;
    },
    carryOut: async (row) => {
      if (row.status === 'requested')
        await tellOfChange(dependencies, row, {
          ...{ updateId: row.id, as: maker.as },
          isDone: ({ status }) => status !== 'requested',
        });
      const attemptId = participantId ? changeAttemptIdOf(row.id, participantId) : undefined;
      const isAgain = row.status !== 'requested';
      return followChange(dependencies, row, { participantId, attemptId, show }, { isAgain });
    },
  });
}

interface Checked {
  readonly shop: Awaited<ReturnType<Settings['read']>>;
  readonly account: ReturnType<typeof judgePayer>;
  readonly draft: Awaited<ReturnType<typeof draftChange>>;
}

async function request(
  { databases: { orders } }: ChangeDependencies,
  { id, order, body, maker, userId, show, answers }: SentChange,
  { requestHash, draft, shop }: { requestHash: string } & Pick<Checked, 'draft' | 'shop'>,
): Promise<ChangeRow> {
  const { by, participantId, actorId, reasonText, settle } = maker;
  const { ifVersion, expectedDifference } = body;
  try {
    return await requestChange(orders, {
      ...{ id, orderId: order.id, requestHash, by, participantId, actorId, reasonText, settle },
      ...{ draft, ifVersion, expectedDifference, acceptForMs: ACCEPT_MS },
      answers,
      bounds: by === 'guest' ? boundsOfChange(shop, userId) : undefined,
    });
  } catch (error) {
    if (error instanceof QuestionRefused) throw refusalOfQuestion(error, order);
    if (!(error instanceof ChangeRefused)) throw boundRefusal(error);
    throw refusalOfRequest(error, show((await readOrder(orders, order.id))!.order));
  }
}

/** Writes how what comes with the request is paid: the guest's own part by card, or all parts in cash. */
async function writeAttempts(
  dependencies: ChangeDependencies,
  sent: SentChange,
  row: ChangeRow,
  { shop, account }: Pick<Checked, 'shop' | 'account'>,
): Promise<void> {
  const { databases } = dependencies;
  const { maker, body, network } = sent;
  const payers = (await readChangePayers(databases.orders, row.id)).filter(({ payAmount }) => payAmount > 0);
  for (const { participantId } of payers) {
    const attempt = {
      ...{ id: changeAttemptIdOf(row.id, participantId), shareId: changeShareIdOf(row.id, participantId) },
      ...{ orderId: row.orderId, participantId, requestHash: row.requestHash },
    };
    if (maker.settle === 'cash')
      await insertAttempt(databases.orders, {
        ...{ ...attempt, paymentMethodId: null, tipAmount: 0, actorId: maker.actorId },
      });
    if (participantId !== maker.participantId) continue;
    const refused = await writeCardAttempt(databases, attempt, { body, shop, account, network });
    if (!refused) continue;
    await dropChange(databases, row);
    throw refused;
  }
}
