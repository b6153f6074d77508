import { Migration } from '@mikro-orm/migrations';

/** What each of those who share a line of a round paid after pays of it, once a change has moved a shared line (ADR 28). */
export class FixPartsOfLines extends Migration {
  override up(): void {
    this.addSql(`
      alter table lines add parts integer[],
        add constraint lines_parts_check check (
          parts is null or (cardinality(parts) = cardinality(shared_between) and 0 <= all (parts)))`);
  }

  override down(): void {
    this.addSql(`alter table lines drop parts`);
  }
}
