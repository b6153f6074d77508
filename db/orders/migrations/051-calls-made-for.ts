import { Migration } from '@mikro-orm/migrations';

/** The subject of a call to Stripe becomes a column, and is no longer only a part of its key. */
export class AddCallsMadeFor extends Migration {
  override up(): void {
    this.addSql(`alter table stripe_calls add column made_for uuid`);
    this.addSql(`
      update stripe_calls set made_for = coalesce(
        (select r.id from refunds r where r.payment_id = stripe_calls.payment_id and operation = 'refund'
           and idempotency_key like '%/refund-' || r.id || '%'),
        payment_id)`);
    this.addSql(`alter table stripe_calls alter column made_for set not null`);
  }

  override down(): void {
    this.addSql(`alter table stripe_calls drop column made_for`);
  }
}
