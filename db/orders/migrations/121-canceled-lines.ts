import { Migration } from '@mikro-orm/migrations';

/** Units of a line that are canceled after its round was confirmed unpaid, and which refund gives back what was paid. */
export class CancelLines extends Migration {
  override up(): void {
    this.addSql(`
      alter table lines add canceled_quantity integer not null default 0,
        add constraint lines_canceled_quantity_check check (canceled_quantity between 0 and quantity)`);
    this.addSql(`alter table reductions add request_hash text not null default ''`);
    this.addSql(`
      create table refund_parts (
        refund_id uuid not null references refunds,
        line_id uuid not null references lines,
        command_id uuid not null,
        amount integer not null check (amount > 0),
        primary key (refund_id, line_id)
      )`);
    this.addSql(`create index refund_parts_line_id on refund_parts (line_id)`);
    this.addSql(`create index refund_parts_command_id on refund_parts (command_id)`);
  }

  override down(): void {
    this.addSql(`drop table refund_parts`);
    this.addSql(`alter table reductions drop request_hash`);
    this.addSql(`alter table lines drop canceled_quantity`);
  }
}
