/** The data that invariants are checked on, read once: three databases, Stripe's lists, Temporal, the mail sink. */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import type { Client } from '@temporalio/client';
import type Stripe from 'stripe';
import type { LoggedRequest } from 'stripe-stand-in';
import { HoldEntity, VariantEntity } from '../../db/catalog/entities.ts';
import type { Databases } from '../../db/databases.ts';
import {
  BillEntity,
  ChangeEntity,
  ChangePayerEntity,
  DiscountEntity,
} from '../../db/orders/entities/change.ts';
import { LedgerEntryEntity, LedgerTransactionEntity } from '../../db/orders/entities/ledger.ts';
import { MailEntity } from '../../db/orders/entities/mail.ts';
import { QuestionEntity } from '../../db/orders/entities/question.ts';
import {
  AllocationEntity,
  CancelRequestEntity,
  EventEntity,
  LineEntity,
  OrderEntity,
  ParticipantEntity,
  ReductionEntity,
  ShareEntity,
} from '../../db/orders/entities/order.ts';
import { PaymentEntity, PaymentAttemptEntity, RefundEntity } from '../../db/orders/entities/payment.ts';
import {
  KnockEntity,
  TabEntity,
  TabEventEntity,
  TabParticipantEntity,
} from '../../db/orders/entities/tab.ts';
import { TabCardEntity } from '../../db/orders/entities/tab-card.ts';
import { readWorkflows } from './read-workflows.ts';

/** A mail received by the mail sink. */
export interface ReceivedMail {
  readonly to: readonly string[];
  /** Includes the angle brackets. */
  readonly messageId: string;
  readonly subject: string;
}

/** The sources the checker reads. */
export interface Sources {
  readonly databases: Databases;
  /** The official SDK, against Stripe or the stand-in. */
  readonly stripe: Stripe;
  readonly temporal: Client;
  /** Mails received by a mail sink that no other system uses. If absent, only the mail rows are checked. */
  readonly mails?: readonly ReceivedMail[] | undefined;
  /** Base URL of the stand-in, for its request log. */
  readonly standInUrl?: string | undefined;
}

export type Facts = Awaited<ReturnType<typeof readFacts>>;

/** Reads everything. Assumes that the databases' clock and ours agree to the second. */
export async function readFacts(sources: Sources) {
  const { databases, stripe } = sources;
  const orders = databases.orders.em.fork();
  const catalog = databases.catalog.em.fork();
  const [orderRows, lines, participants, shares, allocations] = await Promise.all([
    orders.fork().find(OrderEntity, {}, { orderBy: { createdAt: 'asc' } }),
    orders.fork().find(LineEntity, {}),
    orders.fork().find(ParticipantEntity, {}),
    orders.fork().find(ShareEntity, {}),
    orders.fork().find(AllocationEntity, {}),
  ]);
  const tabCards = await orders.fork().find(TabCardEntity, {});
  const [tabs, tabEvents, tabParticipants, knocks, reductions] = await Promise.all([
    orders.fork().find(TabEntity, {}),
    orders.fork().find(TabEventEntity, {}, { orderBy: { tabId: 'asc', version: 'asc' } }),
    orders.fork().find(TabParticipantEntity, {}),
    orders.fork().find(KnockEntity, {}),
    orders.fork().find(ReductionEntity, {}),
  ]);
  const [payments, refunds, events, mails] = await Promise.all([
    orders.fork().find(PaymentEntity, {}),
    orders.fork().find(RefundEntity, {}),
    orders.fork().find(EventEntity, {}, { orderBy: { orderId: 'asc', version: 'asc' } }),
    orders.fork().find(MailEntity, {}),
  ]);
  const [bookings, entries, attempts, cancelRequests] = await Promise.all([
    orders.fork().find(LedgerTransactionEntity, {}),
    orders.fork().find(LedgerEntryEntity, {}),
    orders.fork().find(PaymentAttemptEntity, {}),
    orders.fork().find(CancelRequestEntity, {}),
  ]);
  const [changes, changePayers, bills, discounts] = await Promise.all([
    orders.fork().find(ChangeEntity, {}, { orderBy: { createdAt: 'asc' } }),
    orders.fork().find(ChangePayerEntity, {}),
    orders.fork().find(BillEntity, {}),
    orders.fork().find(DiscountEntity, {}, { orderBy: { createdAt: 'asc' } }),
  ]);
  const [variants, holds] = await Promise.all([
    catalog.fork().find(VariantEntity, {}),
    // Not through the entity's identity map, which would hide a second row with the same key.
    query<HoldFact>(
      catalog,
      sql`select order_id as "orderId", variant_id as "variantId", quantity, returned, status, deadline,
         updated_at as "updatedAt" from ${sql.table(HoldEntity.meta.tableName)}`,
    ),
  ]);
  const [intents, charges, stripeRefunds] = await Promise.all([
    listAll((page) => stripe.paymentIntents.list(page)),
    listAll((page) => stripe.charges.list({ ...page, expand: ['data.balance_transaction'] })),
    listAll((page) => stripe.refunds.list(page)),
  ]);
  const disputes = await listAll((page) => stripe.disputes.list(page));
  const questions = await orders.fork().find(QuestionEntity, {});
  return {
    now: new Date(),
    questions,
    orders: orderRows,
    tabs,
    tabEvents,
    tabParticipants,
    tabCards,
    knocks,
    reductions,
    /** The lines of orders and baskets. */
    allLines: lines,
    /** The lines of orders; those of a tab's basket are in none yet. */
    lines: lines.flatMap(({ orderId, ...line }) => (orderId ? [{ ...line, orderId }] : [])),
    participants,
    shares,
    allocations,
    payments,
    refunds,
    events,
    mails,
    bookings,
    entries,
    attempts,
    cancelRequests,
    changes,
    changePayers,
    bills,
    discounts,
    variants,
    holds: holds.map((hold) => ({
      ...hold,
      deadline: new Date(hold.deadline),
      updatedAt: new Date(hold.updatedAt),
    })),
    intents,
    charges,
    stripeRefunds,
    disputes,
    received: sources.mails,
    captureRequests: sources.standInUrl === undefined ? undefined : await readCaptures(sources.standInUrl),
    /** Both databases are on one server, so their times can be compared. */
    oneClock: serverOf(databases.orders) === serverOf(databases.catalog),
    workflows: await readWorkflows(sources.temporal, orderRows),
  };
}

/** One hold row. */
export interface HoldFact {
  readonly orderId: string;
  readonly variantId: string;
  readonly quantity: number;
  readonly returned: number;
  readonly status: 'live' | 'committed' | 'sold' | 'released';
  readonly deadline: Date;
  readonly updatedAt: Date;
}

function serverOf(database: Databases['orders']): string {
  return new URL(String(database.config.get('clientUrl'))).host;
}

async function listAll<T extends { id: string }>(
  list: (page: { limit: number }) => Stripe.ApiListPromise<T>,
): Promise<T[]> {
  const all: T[] = [];
  for await (const item of list({ limit: 100 })) all.push(item);
  return all;
}

/** Our successful captures in the stand-in's log, oldest first. Excludes its dashboard's, which ignore holds. */
async function readCaptures(standInUrl: string): Promise<LoggedRequest[]> {
  const all: LoggedRequest[] = [];
  for (let after: number | null = 0; after !== null;) {
    const url = `${standInUrl}/_/requests?method=POST&path=/v1/payment_intents/*/capture&after=${after}`;
    const page = (await (await fetch(url)).json()) as { items: LoggedRequest[]; next: number | null };
    all.push(...page.items);
    after = page.next;
  }
  return all.filter(({ errorCode, keyKind }) => errorCode === null && keyKind !== 'own_page');
}
