import { Migration } from '@mikro-orm/migrations';

/** The runs of reconciliation, their differences and mends. */
export class AddReconciliation extends Migration {
  override up(): void {
    this.addSql(`
      create table reconciliations (
        id uuid primary key,
        started_by text not null,
        status text not null check (status in ('running', 'completed', 'failed')),
        started_at timestamptz not null,
        ended_at timestamptz,
        compared_payments integer not null default 0,
        compared_intents integer not null default 0,
        compared_workflows integer not null default 0,
        found integer not null default 0
      )`);
    this.addSql(`create index reconciliations_started_at on reconciliations (started_at desc)`);
    // The objects that a run has seen at Stripe, kept here instead of in its memory; losing them is harmless.
    this.addSql(`
      create unlogged table seen_intents (
        reconciliation_id uuid not null,
        intent_id text not null,
        primary key (reconciliation_id, intent_id)
      )`);
    this.addSql(`
      create table differences (
        id uuid primary key,
        kind text not null check (kind in ('money_without_order', 'order_without_money', 'unknown_outcome',
          'open_authorization', 'amount_differs', 'orphaned_intent', 'missing_workflow', 'overdue_hold',
          'failing_workflow', 'stuck_activity')),
        subject text not null,
        status text not null check (status in ('open', 'closed')),
        order_id uuid,
        payment_id uuid,
        intent_id text,
        amount integer,
        currency text,
        details jsonb not null default '{}',
        found_at timestamptz not null,
        seen_at timestamptz not null,
        seen_in uuid not null references reconciliations,
        closed_at timestamptz,
        unique (kind, subject),
        check ((status = 'closed') = (closed_at is not null))
      )`);
    this.addSql(`create index differences_open on differences (found_at) where status = 'open'`);
    this.addSql(`create index differences_closed_at on differences (closed_at desc)`);
    this.addSql(`
      create table mends (
        id uuid primary key,
        difference_id uuid not null references differences,
        number integer not null check (number >= 1),
        action text not null check (action in ('refund', 'void', 'capture', 'read_back', 'release', 'resume',
          'retry')),
        actor_id text not null,
        at timestamptz not null default now(),
        outcome text check (outcome in ('mended', 'refused', 'failed')),
        note text,
        ended_at timestamptz,
        unique (difference_id, number)
      )`);
    this.addSql(`
      create function refuse_mend_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' or old.outcome is not null or (new.id, new.difference_id, new.number, new.action,
          new.actor_id, new.at) is distinct from (old.id, old.difference_id, old.number, old.action, old.actor_id,
          old.at)
        then
          raise exception 'what was done is never rewritten' using errcode = 'restrict_violation';
        end if;
        return new;
      end $$`);
    this.addSql(`create trigger mends_append_only before update or delete on mends
      for each row execute function refuse_mend_change()`);
    this.addSql(
      `create index payments_reconciled on payments (id) where stripe_payment_intent_id is not null`,
    );
  }

  override down(): void {
    this.addSql(`drop index payments_reconciled`);
    this.addSql(`drop table mends, differences, seen_intents, reconciliations`);
    this.addSql(`drop function refuse_mend_change`);
  }
}
