import { Migration } from '@mikro-orm/migrations';

/** The card that paid: only its brand and last four digits. */
export class AddPaymentCard extends Migration {
  override up(): void {
    this.addSql(`alter table payments
      add column card_brand text,
      add column card_last4 text check (card_last4 ~ '^[0-9]{4}$'),
      add check ((card_brand is null) = (card_last4 is null))`);
  }

  override down(): void {
    this.addSql(`alter table payments drop column card_brand, drop column card_last4`);
  }
}
