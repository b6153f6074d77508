import { Migration } from '@mikro-orm/migrations';

/** Orders, their history, shares, payments, refunds, ledger, mails and Stripe's events. */
export class CreateOrders extends Migration {
  override up(): void {
    this.addSql(`create sequence order_numbers`);
    this.addSql(`
      create table orders (
        id uuid primary key,
        number integer unique,
        kind text not null check (kind in ('solo', 'shared')),
        status text not null check (status in ('open', 'placing', 'awaiting_payment', 'capturing', 'confirmed',
          'preparing', 'ready', 'completed', 'rejected', 'expired', 'canceled')),
        reason text,
        version integer not null check (version >= 1),
        bill_version integer not null default 1 check (bill_version >= 1),
        currency text not null check (currency ~ '^[a-z]{3}$'),
        total_amount integer not null check (total_amount >= 0),
        place text,
        host_participant_id uuid not null,
        user_id text,
        request_hash text not null,
        accept_before timestamptz not null,
        deadline timestamptz,
        needs_attention text,
        confirmed_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index orders_created_at on orders (created_at desc, id)`);
    this.addSql(`create index orders_updated_at on orders (updated_at)`);
    this.addSql(`create index orders_user_id on orders (user_id, created_at desc) where user_id is not null`);
    this.addSql(`create index orders_board on orders (created_at)
      where status in ('placing', 'capturing', 'confirmed', 'preparing', 'ready')`);
    this.addSql(`
      create table participants (
        id uuid primary key,
        order_id uuid not null references orders,
        name text not null,
        email text,
        user_id text,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`create index participants_order_id on participants (order_id)`);
    this.addSql(`
      create table lines (
        id uuid primary key,
        order_id uuid not null references orders,
        position integer not null,
        participant_id uuid not null references participants,
        shared_between uuid[] not null check (cardinality(shared_between) > 0),
        variant_id uuid not null,
        name text not null,
        options jsonb not null default '[]',
        quantity integer not null check (quantity > 0),
        unit_amount integer not null check (unit_amount >= 0),
        amount integer not null check (amount = quantity * unit_amount),
        tax_rate integer not null check (tax_rate between 0 and 10000),
        note text
      )`);
    this.addSql(`create index lines_order_id on lines (order_id)`);
    this.addSql(`
      create table shares (
        id uuid primary key,
        order_id uuid not null references orders,
        bill_version integer not null,
        participant_id uuid not null references participants,
        amount integer not null check (amount >= 0),
        tip_amount integer not null default 0 check (tip_amount >= 0),
        refunded_amount integer not null default 0
          check (refunded_amount >= 0 and refunded_amount <= amount + tip_amount),
        status text not null check (status in ('due', 'processing', 'requires_action', 'authorized', 'captured',
          'partly_refunded', 'refunded', 'voided')),
        decline_code text,
        unique (order_id, bill_version, participant_id)
      )`);
    this.addSql(`
      create table pay_requests (
        id uuid primary key,
        order_id uuid not null references orders,
        share_id uuid not null,
        request_hash text not null,
        payment_method_id text,
        tip_amount integer not null check (tip_amount >= 0),
        payment_id uuid,
        status text not null default 'pending'
          check (status in ('pending', 'requires_action', 'authorized', 'declined')),
        decline_code text,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table cancel_requests (
        id uuid primary key,
        order_id uuid not null references orders,
        reason text,
        restock boolean not null,
        actor text not null check (actor in ('host', 'agent')),
        actor_id text not null,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table payments (
        id uuid primary key,
        order_id uuid not null references orders,
        share_id uuid not null references shares,
        bill_version integer not null,
        amount integer not null check (amount > 0),
        tip_amount integer not null check (tip_amount >= 0 and tip_amount <= amount),
        currency text not null,
        status text not null check (status in ('processing', 'requires_action', 'declined', 'authorized',
          'captured', 'canceled')),
        stripe_payment_intent_id text unique,
        client_secret text,
        decline_code text,
        captured_amount integer not null default 0 check (captured_amount between 0 and amount),
        refunded_amount integer not null default 0 check (refunded_amount between 0 and captured_amount),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index payments_order_id on payments (order_id)`);
    this.addSql(`create unique index payments_one_success on payments (share_id)
      where status in ('authorized', 'captured')`);
    this.addSql(`
      create table stripe_calls (
        idempotency_key text primary key,
        order_id uuid not null references orders,
        payment_id uuid not null references payments,
        operation text not null check (operation in ('create', 'confirm', 'capture', 'cancel', 'refund')),
        status text not null check (status in ('started', 'succeeded', 'failed', 'unknown')),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index stripe_calls_payment_id on stripe_calls (payment_id)`);
    this.addSql(`
      create table refunds (
        id uuid primary key,
        order_id uuid not null references orders,
        share_id uuid not null references shares,
        payment_id uuid not null references payments,
        amount integer not null check (amount > 0),
        currency text not null,
        reason text not null,
        status text not null check (status in ('pending', 'succeeded', 'failed')),
        stripe_refund_id text unique,
        restock boolean not null,
        request_hash text not null,
        actor_id text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index refunds_order_id on refunds (order_id)`);
    this.addSql(`
      create table order_events (
        order_id uuid not null references orders,
        version integer not null check (version >= 1),
        type text not null,
        at timestamptz not null default now(),
        actor text not null check (actor in ('host', 'agent', 'workflow')),
        actor_id text,
        dedupe_key text not null,
        data jsonb not null,
        primary key (order_id, version),
        unique (order_id, dedupe_key)
      )`);
    this.addSql(`
      create table ledger_transactions (
        id uuid primary key,
        order_id uuid not null references orders,
        kind text not null check (kind in ('capture', 'refund')),
        reference_id uuid not null,
        currency text not null,
        at timestamptz not null default now(),
        unique (kind, reference_id)
      )`);
    this.addSql(`
      create table ledger_entries (
        transaction_id uuid not null references ledger_transactions,
        account text not null check (account in ('stripe', 'sales', 'tips')),
        amount integer not null check (amount <> 0),
        primary key (transaction_id, account)
      )`);
    this.addSql(`
      create function assert_ledger_balance() returns trigger language plpgsql as $$
      begin
        if (select sum(amount) from ledger_entries where transaction_id = new.transaction_id) <> 0 then
          raise exception 'ledger transaction % does not balance', new.transaction_id
            using errcode = 'check_violation';
        end if;
        return null;
      end $$`);
    this.addSql(`
      create constraint trigger ledger_entries_balance after insert on ledger_entries
        deferrable initially deferred for each row execute function assert_ledger_balance()`);
    this.addSql(`
      create function refuse_ledger_change() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
      end $$`);
    this.addSql(`create trigger ledger_entries_append_only before update or delete on ledger_entries
      for each row execute function refuse_ledger_change()`);
    this.addSql(`create trigger ledger_transactions_append_only before update or delete on ledger_transactions
      for each row execute function refuse_ledger_change()`);
    this.addSql(`
      create table mails (
        id uuid primary key,
        order_id uuid references orders,
        event_version integer,
        type text not null,
        recipient text not null,
        recipient_name text not null,
        data jsonb not null default '{}',
        status text not null default 'due' check (status in ('due', 'sent', 'failed')),
        attempts integer not null default 0,
        last_error text,
        created_at timestamptz not null default now(),
        sent_at timestamptz,
        unique (order_id, event_version, type, recipient)
      )`);
    this.addSql(`create index mails_due on mails (order_id) where status = 'due'`);
    this.addSql(`
      create table stripe_events (
        id text primary key,
        type text not null,
        payment_intent_id text,
        created_at timestamptz not null,
        received_at timestamptz not null default now()
      )`);
  }

  override down(): void {
    this.addSql(`drop table stripe_events, mails, ledger_entries, ledger_transactions, order_events, refunds,
      stripe_calls, payments, cancel_requests, pay_requests, shares, lines, participants, orders`);
    this.addSql(`drop function assert_ledger_balance, refuse_ledger_change`);
    this.addSql(`drop sequence order_numbers`);
  }
}
