import { Migration } from '@mikro-orm/migrations';

/** Later changes of refunds, booked fees, and Stripe's events that are still pending. */
export class AddAftercare extends Migration {
  override up(): void {
    this.addSql(`alter table refunds
      add column origin text not null default 'staff' check (origin in ('staff', 'order', 'stripe')),
      add column made_at timestamptz,
      add column failure_code text`);
    this.addSql(`update refunds set made_at = updated_at where stripe_refund_id is not null`);
    this.addSql(`create index refunds_pending on refunds (updated_at) where status = 'pending'`);
    this.addSql(`alter table payments add column fee_booked boolean not null default false`);
    this.addSql(`create index payments_without_fee on payments (created_at)
      where status = 'captured' and not fee_booked`);
    this.addSql(`alter table stripe_events add column handled_at timestamptz default now()`);
    this.addSql(
      `create index stripe_events_unhandled on stripe_events (received_at) where handled_at is null`,
    );
  }

  override down(): void {
    this.addSql(`drop index stripe_events_unhandled, payments_without_fee, refunds_pending`);
    this.addSql(`alter table stripe_events drop column handled_at`);
    this.addSql(`alter table payments drop column fee_booked`);
    this.addSql(`alter table refunds drop column origin, drop column made_at, drop column failure_code`);
  }
}
