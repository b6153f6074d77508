import { Migration } from '@mikro-orm/migrations';

/** Fees of everything that Stripe took: also of a payment that was given up and is refunded. */
export class CollectFeesOfAllCaptures extends Migration {
  override up(): void {
    this.indexWhere('captured_amount > 0');
  }

  override down(): void {
    this.indexWhere(`status = 'captured'`);
  }

  private indexWhere(isTaken: string): void {
    this.addSql(`drop index payments_without_fee`);
    this.addSql(
      `create index payments_without_fee on payments (created_at) where ${isTaken} and not fee_booked`,
    );
  }
}
