import { Migration } from '@mikro-orm/migrations';

/** The Stripe Customer of an account, and the owners of saved cards: ids only, no card data. */
export class AddSavedCards extends Migration {
  override up(): void {
    this.addSql(`
      create table stripe_customers (
        user_id text primary key references users on delete cascade,
        stripe_customer_id text unique,
        attempt integer not null default 1 check (attempt >= 1),
        created_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table saved_cards (
        payment_method_id text primary key,
        user_id text not null references users on delete cascade,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`create index saved_cards_user_id on saved_cards (user_id)`);
  }

  override down(): void {
    this.addSql(`drop table saved_cards, stripe_customers`);
  }
}
