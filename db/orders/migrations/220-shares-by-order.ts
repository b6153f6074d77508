import { Migration } from '@mikro-orm/migrations';

/**
 * The rule that everybody has one share of a bill is an index of all shares again, so that it also finds the shares of an
 * order. Without those that pay a change, a statement that may find them read the whole table.
 */
export class FindSharesByOrder extends Migration {
  override up(): void {
    // One of the bill as it was placed, and one for each change that costs more.
    this.addSql(`create unique index shares_one_each on shares
      (order_id, bill_version, coalesce(owner_participant_id, participant_id), change_id) nulls not distinct`);
    this.addSql(`drop index shares_one_each_first`);
  }

  override down(): void {
    this.addSql(`create unique index shares_one_each_first on shares
      (order_id, bill_version, coalesce(owner_participant_id, participant_id)) where change_id is null`);
    this.addSql(`drop index shares_one_each`);
  }
}
