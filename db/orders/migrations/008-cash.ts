import { Migration } from '@mikro-orm/migrations';

/** Cash payments, who recorded them, and which orders are to be paid on their page or at the counter. */
export class AddCash extends Migration {
  override up(): void {
    this.addSql(`alter table payments
      add column method text not null default 'card',
      add constraint payments_method_check check (method in ('card', 'cash')),
      add constraint payments_cash_check check (method = 'card' or stripe_payment_intent_id is null)`);
    this.addSql(`alter table pay_requests
      add column method text not null default 'card',
      add column actor_id text,
      add constraint pay_requests_method_check check (method in ('card', 'cash')),
      add constraint pay_requests_cash_check check ((method = 'cash') = (actor_id is not null))`);
    this.addSql(`alter table orders add column pays_later boolean not null default false`);
  }

  override down(): void {
    this.addSql(`alter table orders drop column pays_later`);
    this.addSql(`alter table pay_requests drop column method, drop column actor_id`);
    this.addSql(`alter table payments drop column method`);
  }
}
