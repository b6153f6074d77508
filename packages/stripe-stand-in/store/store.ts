import { DatabaseSync } from 'node:sqlite';
import type Stripe from 'stripe';
import { createCollection, type Collection } from './collection.ts';
import { createJobs, type Jobs } from './jobs.ts';

/** The SDK's type with the named fields as plain ids: nothing is stored expanded. */
type WithIds<T, K extends keyof T> = Omit<T, K> & Record<K, string | null>;

/** The SDK's type with ids, as for the other objects. */
export type PaymentIntent = WithIds<Stripe.PaymentIntent, 'customer' | 'latest_charge' | 'payment_method'>;
export type SetupIntent = WithIds<Stripe.SetupIntent, 'customer' | 'payment_method'>;
export type Charge = WithIds<Stripe.Charge, 'customer' | 'balance_transaction' | 'payment_intent'>;
export type Refund = WithIds<Stripe.Refund, 'balance_transaction' | 'charge' | 'payment_intent'>;
export type PaymentMethod = WithIds<Stripe.PaymentMethod, 'customer'>;
export type Customer = Stripe.Customer;
export type Dispute = WithIds<Stripe.Dispute, 'charge' | 'payment_intent'>;
export type BalanceTransaction = WithIds<Stripe.BalanceTransaction, 'source'>;
/** An event as it is stored and sent. */
export interface Event {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}
export type WebhookEndpoint = Stripe.WebhookEndpoint;

/** The stand-in's internal state of an intent. */
export interface IntentHidden {
  returnUrl?: string;
  offSession?: boolean;
  /** The payment method whose 3-D Secure was passed, waiting for the server's confirmation. */
  authenticated?: string;
}
/** The stand-in's internal state of a payment method. */
export interface PaymentMethodHidden {
  number: string;
  cvcGiven: boolean;
  /** Set up for off-session payments. */
  setUp?: boolean;
  /** The intent that waits for its holder's authentication. */
  waitsFor?: string;
  /** It has no customer, and was used or detached: it never pays again. */
  spent?: boolean;
}

/** All state, in one SQLite file. */
export interface Store {
  readonly database: DatabaseSync;
  readonly paymentIntents: Collection<PaymentIntent, IntentHidden>;
  readonly setupIntents: Collection<SetupIntent, IntentHidden>;
  readonly charges: Collection<Charge, Record<string, never>>;
  readonly refunds: Collection<Refund, Record<string, never>>;
  readonly paymentMethods: Collection<PaymentMethod, PaymentMethodHidden>;
  readonly customers: Collection<Customer, Record<string, never>>;
  readonly disputes: Collection<Dispute, Record<string, never>>;
  readonly balanceTransactions: Collection<BalanceTransaction, Record<string, never>>;
  readonly events: Collection<Event, Record<string, never>>;
  readonly webhookEndpoints: Collection<WebhookEndpoint, { secret: string; deleted?: boolean }>;
  readonly jobs: Jobs;
  /** Returns the object with that id, whose prefix names its kind. */
  find(id: string): object | undefined;
  /** Runs `work` in one transaction: commits all of it, or nothing if it throws. */
  transaction<T>(work: () => T): T;
  /** Rolls back the writes of `work` if it throws, within a transaction. */
  savepoint<T>(work: () => T): T;
  close(): void;
}

/** Opens the file, and creates it when it is missing. Committed state survives a crash. */
export function openStore(file: string): Store {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32000; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON',
  );
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const bracket = <T>(open: () => void, keep: () => void, undo: () => void, work: () => T): T => {
    open();
    try {
      const result = work();
      keep();
      return result;
    } catch (error) {
      undo();
      throw error;
    }
  };
  const objects = {
    paymentIntents: createCollection<PaymentIntent, IntentHidden>(database, 'payment_intents', [
      'customer',
      'status',
    ]),
    setupIntents: createCollection<SetupIntent, IntentHidden>(database, 'setup_intents', [
      'customer',
      'payment_method',
    ]),
    charges: createCollection<Charge>(database, 'charges', ['customer', 'payment_intent']),
    refunds: createCollection<Refund>(database, 'refunds', ['charge', 'payment_intent']),
    paymentMethods: createCollection<PaymentMethod, PaymentMethodHidden>(database, 'payment_methods', [
      'customer',
      'type',
    ]),
    customers: createCollection<Customer>(database, 'customers', ['email']),
    disputes: createCollection<Dispute>(database, 'disputes', ['charge', 'payment_intent']),
    balanceTransactions: createCollection<BalanceTransaction>(database, 'balance_transactions', [
      'source',
      'type',
      'currency',
    ]),
  };
  const byPrefix: Record<string, { find(id: string): { object: object } | undefined }> = {
    pi: objects.paymentIntents,
    seti: objects.setupIntents,
    ch: objects.charges,
    re: objects.refunds,
    pm: objects.paymentMethods,
    cus: objects.customers,
    du: objects.disputes,
    txn: objects.balanceTransactions,
  };
  return {
    ...objects,
    database,
    events: createCollection(database, 'events', ['type']),
    webhookEndpoints: createCollection(database, 'webhook_endpoints'),
    jobs: createJobs(database),
    find: (id) => byPrefix[id.slice(0, id.indexOf('_'))]?.find(id)?.object,
    transaction: (work) =>
      bracket(
        () => begin.run(),
        () => commit.run(),
        () => database.isTransaction && rollback.run(),
        work,
      ),
    savepoint: (work) =>
      bracket(
        () => database.exec('SAVEPOINT call'),
        () => database.exec('RELEASE call'),
        () => database.exec('ROLLBACK TO call; RELEASE call'),
        work,
      ),
    close: () => database.close(),
  };
}
