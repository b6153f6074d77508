import { Migration } from '@mikro-orm/migrations';

/** A line that was taken off a round paid after stays, if a payment that has ended unpaid names it (ADR 28). */
export class KeepLinesTakenOff extends Migration {
  override up(): void {
    this.addSql(`
      alter table lines add taken_off_by uuid references changes,
        drop constraint lines_place_check,
        add constraint lines_place_check check (num_nonnulls(order_id, tab_id, taken_off_by) = 1)`);
  }

  /** Fails once such a line was taken off: earlier versions know none that belongs to nothing. */
  override down(): void {
    this.addSql(`
      alter table lines drop constraint lines_place_check,
        add constraint lines_place_check check (num_nonnulls(order_id, tab_id) = 1),
        drop taken_off_by`);
  }
}
