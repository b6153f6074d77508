import { Migration } from '@mikro-orm/migrations';

/** What was paid of a line, and who is paying it: read with every claim on a part of a tab. */
export class FindAllocationsByLine extends Migration {
  override up(): void {
    this.addSql(`create index allocations_line_id on allocations (line_id)`);
    this.addSql(`create index reductions_line_id on reductions (line_id)`);
  }

  override down(): void {
    this.addSql(`drop index allocations_line_id`);
    this.addSql(`drop index reductions_line_id`);
  }
}
