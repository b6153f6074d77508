import { Migration } from '@mikro-orm/migrations';

/** The payer's Stripe Customer, and whether she wants her card saved. */
export class AddPaymentCustomer extends Migration {
  override up(): void {
    this.addSql(`alter table pay_requests
      add column user_id text,
      add column stripe_customer_id text,
      add column save_card boolean not null default false check (not save_card or user_id is not null)`);
    this.addSql(`alter table payments add column stripe_customer_id text`);
  }

  override down(): void {
    this.addSql(`alter table payments drop column stripe_customer_id`);
    this.addSql(`alter table pay_requests drop column save_card, drop column stripe_customer_id,
      drop column user_id`);
  }
}
